import type { Locale } from "../../terms.ts";

/** A message of either side, as the page shows it. */
export interface Shown {
  readonly id: string;
  readonly text: string;
  /** Only on what the parent said: the id under which it was sent. */
  readonly key?: string;
  readonly locale?: Locale;
  readonly speak?: string;
  readonly card?: string | null;
  readonly dialog?: string;
  readonly node?: string;
  /** The turn that wrote it; texts of one reply share it. */
  readonly turn?: number;
  readonly pictogram?: string;
  readonly keep?: boolean;
  readonly choices?: readonly ShownChoice[];
}

export interface ShownChoice {
  readonly label: string;
  readonly wire?: string;
  readonly description?: string;
  readonly pictogram?: string;
}

/** Something on its way to the server: words, a tap, or an event without either. */
export interface Waiting {
  readonly key: string;
  readonly at: number;
  readonly locale: Locale;
  readonly text?: string;
  readonly choice?: string;
  readonly event?: string;
}

/** All that this browser keeps, for 30 days or until it is cleared. */
export interface Memory {
  readonly locale: Locale;
  readonly chat?: { readonly id: string; readonly token: string; readonly back: string } | undefined;
  readonly watermark: string;
  readonly log: readonly Shown[];
  readonly queue: readonly Waiting[];
  readonly at: number;
}

const place = "naast";
const lifetime = 30 * 24 * 60 * 60 * 1000;
const maxShown = 300;
let here: Memory | undefined;
/** What stands in storage when `here` is what it says. Reading a long log anew for every look would be slow. */
let hereAs: string | null = null;

/** Reads what this browser keeps; undefined when it keeps nothing. */
export function recall(): Memory | undefined {
  try {
    const kept = localStorage.getItem(place);
    if (kept !== hereAs) {
      here = JSON.parse(kept ?? "null") ?? undefined;
      hereAs = kept;
    }
    return here !== undefined && Date.now() - here.at < lifetime ? here : undefined;
  } catch {
    // storage can be forbidden, as in some frames: then the page remembers for as long as it is open
    return here;
  }
}

/** Changes what is kept. Read, changed and written in one go, because another tab may do the same. */
export function remember(change: (memory: Memory) => Partial<Memory>): void {
  const before: Memory = recall() ?? { locale: "nl", watermark: "", log: [], queue: [], at: 0 };
  const changed = { ...before, ...change(before), at: Date.now() };
  here = { ...changed, log: changed.log.slice(-maxShown) };
  try {
    const written = JSON.stringify(here);
    localStorage.setItem(place, written);
    hereAs = written;
  } catch {
    // as above
  }
}

/** Forgets everything. */
export function forget(): void {
  here = undefined;
  hereAs = null;
  try {
    localStorage.removeItem(place);
  } catch {
    // as above
  }
}

/** Calls back when another tab changed what is kept. */
export function watchMemory(changed: () => void): void {
  addEventListener("storage", (event) => {
    if (event.key === place || event.key === null) changed();
  });
}

/** Makes an id nobody else makes. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");
}
