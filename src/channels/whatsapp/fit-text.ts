/**
 * Makes texts fit. Lengths are UTF-16 units: Meta does not say what it counts, and these are never fewer than
 * code points or graphemes, so what fits here fits whatever is counted.
 *
 * @module
 */

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Where a text may be parted, best first: between paragraphs, lines, sentences, words. */
const borders = [/\n\n+/g, /\n/g, /(?<=[.!?…])\s+/g, /\s+/g];

/** Parts a text into pieces that fit, at the best border there is. Nothing but white space is lost. */
export function splitText(text: string, limit: number): readonly string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > limit) {
    const cut = findCut(rest, limit);
    pieces.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return rest === "" ? pieces : [...pieces, rest];
}

/** Shortens a text to fit on one line, with an ellipsis, never through a character that is drawn as one. */
export function clipText(text: string, limit: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= limit ? line : `${line.slice(0, wholeGraphemes(line, limit - 1)).trimEnd()}…`;
}

/** A border in the first half of a piece would leave stumps; a lesser one further on reads better. */
function findCut(text: string, limit: number): number {
  const window = text.slice(0, limit + 1);
  for (const border of borders) {
    const cut = [...window.matchAll(border)].at(-1)?.index ?? 0;
    if (cut > limit / 2) return cut;
  }
  return wholeGraphemes(text, limit);
}

/** How many units at most can be taken without parting a grapheme. One that is itself too long is parted. */
function wholeGraphemes(text: string, limit: number): number {
  let taken = 0;
  for (const { segment } of graphemes.segment(text.slice(0, limit + 64))) {
    if (taken + segment.length > limit) break;
    taken += segment.length;
  }
  return taken > 0 ? taken : wholeCodePoints(text, limit);
}

function wholeCodePoints(text: string, limit: number): number {
  const code = text.charCodeAt(limit - 1);
  const partsPair = code >= 0xd800 && code <= 0xdbff;
  return Math.max(1, partsPair ? limit - 1 : limit);
}
