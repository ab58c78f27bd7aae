import type { Language } from "../../terms.ts";
import { last } from "./last.ts";

/** A stretch of a sentence that is shown or spoken in one way. */
export interface Piece {
  readonly text: string;
  readonly strong?: boolean;
  /** Where it leads: a web address, or `tel:` and a number. */
  readonly href?: string;
  /** True for a Dutch name inside a text of another language, so that it is pronounced as such. */
  readonly dutch?: boolean;
}
export type Sentence = readonly Piece[];

/** Dutch names that keep their name in every language. Longest first: the first that fits wins. */
const dutchNames = [
  "huisartsenspoedpost",
  "huisartsenpost",
  "jeugdverpleegkundige",
  "consultatiebureau",
  "kinderopvangtoeslag",
  "kinderopvang",
  "Kindertelefoon",
  "jeugdgezondheidszorg",
  "jeugdarts",
  "kraamzorg",
  "huisarts",
  "Veilig Thuis",
  "GroeiGids",
  "peuteropvang",
  "eigen risico",
].join("|");

const phone =
  "(?:112|113)(?!\\s?(?:ml|g|gr|cm|mm|kg|%|[.,]\\d|\\d))|0[89]00[- ]?\\d{4,7}|0\\d{1,3}[- ]\\d{6,8}";
const pieces = new RegExp(`(https?://[^\\s)]*[^\\s).,!?])|\\b(${phone})\\b|\\b(${dutchNames})`, "gi");

/**
 * Reads a text of the bot as lines of sentences of pieces.
 *
 * Knows `*strong*`, web addresses, helplines and Dutch names. Total: whatever it does not know stays text.
 */
export function readRichText(text: string, language: Language): readonly (readonly Sentence[])[] {
  return text
    .trim()
    .split("\n")
    .map((line) => splitSentences(line).map((sentence) => readSentence(sentence, language)));
}

/** Writes what to pronounce: digits of helplines one by one, and no signs that nobody says. */
export function writeSpeech(text: string): string {
  return text
    .replace(new RegExp(`\\b(${phone})\\b`, "g"), (number) => [...number.replace(/\D/g, "")].join(" "))
    .replace(/[*•→]/g, " ")
    .replace(/https?:\/\/(www\.)?/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** A number that is read back is checked digit by digit: it stays on one line. */
export function keepNumbersWhole(text: string): string {
  return text.replace(/(\d) (?=\d)/g, "$1\u00a0");
}

function splitSentences(line: string): string[] {
  const found = line.match(/\S.*?(?:[.!?…]["”')*]*(?=\s|$)|$)/g) ?? [];
  const sentences: string[] = [];
  for (const next of found) {
    const before = last(sentences);
    // a strong stretch may run over several sentences; its two marks stay together
    const isOpen = before !== undefined && before.split("*").length % 2 === 0;
    if (isOpen) sentences.splice(-1, 1, `${before} ${next}`);
    else sentences.push(next);
  }
  return sentences;
}

function readSentence(sentence: string, language: Language): Sentence {
  return sentence
    .split(/\*([^*]+)\*/)
    .flatMap((part, at) => readPieces(part, language).map((piece) => mark(piece, at % 2 === 1)));
}

/** The parent's own number, read back to them: nobody calls themselves. */
function isMobile(number: string | undefined): boolean {
  return number?.startsWith("06") === true;
}

function mark(piece: Piece, strong: boolean): Piece {
  return strong ? { ...piece, strong } : piece;
}

function readPieces(text: string, language: Language): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(pieces)) {
    const [whole, address, number, name] = match;
    if ((name !== undefined && language === "nl") || isMobile(number)) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    if (address !== undefined) found.push({ text: address, href: address });
    else if (number !== undefined) found.push({ text: number, href: `tel:${number.replace(/\D/g, "")}` });
    else found.push({ text: whole, dutch: true });
    from = match.index + whole.length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}
