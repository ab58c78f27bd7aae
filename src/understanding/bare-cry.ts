/**
 * A cry for help that says nothing else: nobody knows what is wrong, so it is asked.
 *
 * @module
 */
import type { Word } from "./normalise.ts";

const cries = new Set([
  ...["help", "hellup", "hulp", "noodgeval", "sos", "emergency"],
  ...["pomocy", "ratunku", "pomoz", "pomozcie", "pomoc", "ratuj", "ratujcie"],
  ...["imdat", "yardim", "kurtarin", "kurtar"],
]);

/** What may stand beside it: who, how soon, please. */
const beside = new Set([
  ...[
    "mij",
    "ons",
    "me",
    "ik",
    "heb",
    "nodig",
    "nu",
    "snel",
    "aub",
    "svp",
    "alsjeblieft",
    "alstublieft",
    "iemand",
  ],
  ...[
    "us",
    "i",
    "we",
    "need",
    "now",
    "right",
    "please",
    "pls",
    "plz",
    "quick",
    "quickly",
    "fast",
    "someone",
    "somebody",
  ],
  ...[
    "anyone",
    "urgent",
    "urgently",
    "an",
    "oh",
    "god",
    "my",
    "omg",
    "it",
    "is",
    "its",
    "dit",
    "een",
    "dringend",
  ],
  ...[
    "prosze",
    "blagam",
    "szybko",
    "teraz",
    "mi",
    "nam",
    "mnie",
    "nas",
    "ktos",
    "potrzebuje",
    "potrzebna",
    "potrzebuj",
  ],
  ...["pilne", "pilnie", "natychmiast", "boze", "o", "jest"],
  ...[
    "edin",
    "et",
    "edebilir",
    "misiniz",
    "lutfen",
    "nolur",
    "ne",
    "olur",
    "hemen",
    "simdi",
    "acil",
    "cabuk",
    "bana",
  ],
  ...["bize", "biri", "birisi", "lazim", "beni", "bizi", "allahim"],
]);

/** "Help", "pomocy", "help me please now", "yardım edin"; not "can you help me with sleep". */
export function isBareCry(words: readonly Word[]): boolean {
  return (
    words.some(({ text }) => cries.has(text)) &&
    words.every(({ text }) => cries.has(text) || beside.has(text))
  );
}
