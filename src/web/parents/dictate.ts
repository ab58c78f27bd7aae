import type { Language } from "../../terms.ts";

/** Speech recognition as far as the page uses it. */
interface Recognition {
  lang: string;
  processLocally: boolean;
  continuous: boolean;
  onresult:
    | ((event: { readonly results: ArrayLike<ArrayLike<{ readonly transcript: string }>> }) => void)
    | null;
  onend: (() => void) | null;
  start(): void;
  stop(): void;
  abort(): void;
}
interface RecognitionMaker {
  new (): Recognition;
  readonly prototype: Recognition;
  available?(wish: { readonly langs: readonly string[]; readonly processLocally: boolean }): Promise<string>;
}
interface Recognising {
  readonly SpeechRecognition?: RecognitionMaker;
  readonly webkitSpeechRecognition?: RecognitionMaker;
}

const tags: Readonly<Record<Language, string>> = { nl: "nl-NL", en: "en-US", pl: "pl-PL", tr: "tr-TR" };
const { SpeechRecognition, webkitSpeechRecognition } = window as unknown as Recognising;
const maker = SpeechRecognition ?? webkitSpeechRecognition;
let present: Recognition | undefined;

/**
 * Says whether this device can write down a spoken language all by itself.
 *
 * Only a browser that promises it, for this language and now, counts: one that cannot be asked may well send
 * the voice of a parent to its maker.
 */
export async function canDictate(language: Language): Promise<boolean> {
  const isFramed = window.parent !== window;
  if (isFramed || maker?.available === undefined || !("processLocally" in maker.prototype)) return false;
  try {
    return (await maker.available({ langs: [tags[language]], processLocally: true })) === "available";
  } catch {
    return false;
  }
}

/** Listens on the device alone, gives all words so far each time there are more, and tells when it is over. */
export function startDictating(language: Language, hear: (words: string) => void, ended: () => void): void {
  if (maker === undefined) return;
  const recognition = new maker();
  recognition.lang = tags[language];
  recognition.processLocally = true;
  recognition.continuous = true;
  recognition.onresult = ({ results }) => {
    hear(Array.from(results, (result) => result[0]?.transcript.trim() ?? "").join(" "));
  };
  recognition.onend = () => {
    if (present === recognition) present = undefined;
    ended();
  };
  present = recognition;
  recognition.start();
}

/** Ends listening; what was said last is still written down. */
export function stopDictating(): void {
  present?.stop();
}

/** Ends listening at once and forgets what was said. */
export function dropDictating(): void {
  if (present === undefined) return;
  present.onresult = null;
  present.abort();
}
