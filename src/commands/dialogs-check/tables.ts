import type { Reading } from "../../language/reading-gates.ts";
import { type Locale, locales } from "../../terms.ts";

/** Writes what was measured of each locale as one line a locale. */
export function writeSummary(readings: readonly Reading[], faulty: (locale: Locale) => number): string {
  const rows = locales.map((locale) => {
    const ours = readings.filter((reading) => reading.locale === locale);
    const scored = ours.filter(({ scores }) => scores.length > 0);
    const words = sum(ours.map(({ measures }) => measures.words));
    const [first] = scored.at(0)?.scores ?? [];
    const values = scored.flatMap(({ scores }) => scores.slice(0, 1).map(({ value }) => value));
    return [
      locale,
      `${ours.length}`,
      `${words}`,
      (words / Math.max(1, sum(ours.map(({ measures }) => measures.sentences)))).toFixed(1),
      `${Math.max(0, ...ours.map(({ measures }) => measures.longestSentence))}`,
      `${Math.max(0, ...ours.map(({ measures }) => measures.words))}`,
      first?.formula ?? "",
      (sum(values) / Math.max(1, values.length)).toFixed(1),
      `${first?.gate ?? ""}`,
      `${faulty(locale)}`,
    ];
  });
  const head = [
    "locale",
    "passages",
    "words",
    "words a sentence",
    "longest",
    "most at once",
    "formula",
    "mean",
    "gate",
    "faults",
  ];
  return writeTable([head, ...rows]);
}

/** Writes the passages nearest to their gate, hardest first: the ones to mend first when there is time. */
export function writeHardest(readings: readonly Reading[], count: number): string {
  return locales
    .map((locale) => {
      const hardest = readings
        .filter((reading) => reading.locale === locale && reading.scores.length > 0)
        .toSorted((one, other) => roomLeft(one) - roomLeft(other))
        .slice(0, count)
        .map(({ passage, scores: [first] }) =>
          [`${passage.dialog}:${passage.node}`, `(${first?.value.toFixed(0)})`].join(" "),
        );
      return `  ${locale.padEnd(10)} ${hardest.join(", ")}\n`;
    })
    .join("");
}

/** Writes one line for every passage of every locale. */
export function writeReadings(readings: readonly Reading[]): string {
  const rows = readings.map(({ locale, passage, measures, scores, faults }) => [
    locale,
    passage.keys[0] ?? "",
    `${measures.words}`,
    `${measures.sentences}`,
    measures.sentenceLength.toFixed(1),
    `${measures.longestSentence}`,
    `${measures.mostInLine}`,
    scores.map(({ formula, value }) => `${formula} ${value.toFixed(1)}`).join(", "),
    faults.map(({ kind }) => kind).join(", "),
  ]);
  const head = [
    "locale",
    "passage",
    "words",
    "sentences",
    "mean",
    "longest",
    "in a line",
    "scores",
    "faults",
  ];
  return writeTable([head, ...rows]);
}

/** How far a passage stays from its first gate, as a share of the gate. */
function roomLeft({ scores }: Reading): number {
  const [first] = scores;
  return first === undefined
    ? Number.POSITIVE_INFINITY
    : (first.lowerIsEasier ? first.gate - first.value : first.value - first.gate) / first.gate;
}

function writeTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
