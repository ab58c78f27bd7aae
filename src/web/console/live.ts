/** What the live line says. */
export interface Heard {
  changed(id: string): void;
  lost(): void;
  back(): void;
  signedOut(): void;
}

/** Listens for changes. The browser reconnects by itself; a stream that ends for good means signed out. */
export function listen(heard: Heard): () => void {
  const source = new EventSource("/nurse/api/events");
  source.addEventListener("ready", () => heard.back());
  source.addEventListener("changed", (event) => heard.changed((JSON.parse(event.data) as { id: string }).id));
  source.addEventListener("signed-out", () => {
    source.close();
    heard.signedOut();
  });
  source.addEventListener("error", () => heard.lost());
  return () => source.close();
}

/** Plays a short, soft tone. Only after the nurse asked for sound, so the browser allows it. */
export function playTone(): void {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const loudness = context.createGain();
  tone.frequency.value = 660;
  loudness.gain.setValueAtTime(0.0001, context.currentTime);
  loudness.gain.exponentialRampToValueAtTime(0.15, context.currentTime + 0.03);
  loudness.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + 0.5);
  tone.connect(loudness).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 0.5);
  tone.addEventListener("ended", () => void context.close());
}
