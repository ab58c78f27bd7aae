import type { Language } from "../../terms.ts";
import { writeSpeech } from "./rich-text.ts";

/** Something to say: words, their language, and what to mark while they are heard. */
export interface Spoken {
  readonly text: string;
  readonly language: Language;
  readonly mark?: HTMLElement | undefined;
}

const synthesis = "speechSynthesis" in window ? speechSynthesis : undefined;
let stopNow: (() => void) | undefined;

/** Says whether this device can read a language aloud by itself. Voices that need a server do not count. */
export function canSpeak(language: Language): boolean {
  return voiceFor(language) !== undefined;
}

/** Calls back when voices turn up, which browsers do late. */
export function watchVoices(changed: () => void): void {
  synthesis?.addEventListener?.("voiceschanged", () => {
    voices = [];
    changed();
  });
}

/** Reads aloud, part by part, and calls back once at the end or when stopped. Ends whatever was being read. */
export function speak(parts: readonly Spoken[], rate: number, ended: () => void): void {
  stopSpeaking();
  const next = (index: number) => {
    const part = parts[index];
    if (part === undefined || synthesis === undefined) return stopSpeaking();
    const utterance = new SpeechSynthesisUtterance(writeSpeech(part.text));
    const voice = voiceFor(part.language) ?? voiceFor(parts[0]?.language ?? part.language);
    utterance.lang = voice?.lang ?? part.language;
    utterance.voice = voice ?? null;
    utterance.rate = rate;
    part.mark?.classList.add("reading");
    const done = () => {
      part.mark?.classList.remove("reading");
      if (stopNow === stop) next(index + 1);
    };
    utterance.onend = done;
    utterance.onerror = done;
    synthesis.speak(utterance);
  };
  const stop = () => {
    for (const { mark } of parts) mark?.classList.remove("reading");
    ended();
  };
  stopNow = stop;
  next(0);
}

export function stopSpeaking(): void {
  const stop = stopNow;
  stopNow = undefined;
  synthesis?.cancel();
  stop?.();
}

let voices: readonly SpeechSynthesisVoice[] = [];

/** Asking a browser for its voices is slow, and every message wants to know. */
function voiceFor(language: Language): SpeechSynthesisVoice | undefined {
  if (voices.length === 0) voices = synthesis?.getVoices() ?? [];
  return voices.find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(language));
}
