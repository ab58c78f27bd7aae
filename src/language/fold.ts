/** More than this is never read: unicode work on longer text costs more than it can tell. */
const longestRead = 4096;

const letters: Readonly<Record<string, string>> = { ı: "i", ł: "l", ß: "ss", æ: "ae", ø: "o", đ: "d" };

/**
 * Folds case, accents, punctuation and repeated spaces, all of which people leave out when in a hurry.
 *
 * Turkish dotted and dotless i fold to the same letter, so that "IŞIK" and "isik" meet.
 */
export function fold(words: string): string {
  return words
    .slice(0, longestRead)
    .toWellFormed()
    .replace(/İ/g, "i")
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[ıłßæøđ]/g, (letter) => letters[letter] ?? letter)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Counts the single-letter edits between two short words, a swap of neighbours as one; stops counting at `most`. */
export function editDistance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = row;
    row = next;
  }
  return row[other.length] ?? most + 1;
}
