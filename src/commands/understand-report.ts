/**
 * `npm run understand:report`: how well messages of writers kept out of training are understood.
 *
 * Two groups of writers: held-out ones, whose lines nobody who changes rules, concepts or thresholds reads, and
 * those that were read when these were tuned. The first are the honest figure, the second say what tuning flatters.
 *
 * @module
 */

import { modelOnDisk, readSources } from "../http/load-understanding.ts";
import { projectRoot } from "../http/project-root.ts";
import { splitByWriter } from "../understanding/held-out.ts";
import { lessonsOf, type Phrase, training } from "../understanding/lessons.ts";
import { wordsOf } from "../understanding/normalise.ts";
import { train } from "../understanding/train.ts";
import { createUnderstand } from "../understanding/understand.ts";
import type { Understanding } from "../understanding/understanding.ts";

/** A message with what was expected and what was found. */
interface Answer {
  readonly phrase: Phrase;
  readonly found: Understanding;
}

/** Whatever reads the report may leave before its end. */
process.stdout.on("error", () => process.exit(0));

const measures = measuresOf();
const sources = readSources(projectRoot());
const { learned, unseen } = splitByWriter(sources.phrases());
const model = train(lessonsOf(learned, sources.lexicon), training);
const understand = createUnderstand({ ...sources, model });

say(`${learned.length} phrases learned, model of ${(modelOnDisk(model).length / 1e6).toFixed(2)} MB`);
say(
  "All phrases are machine-made. A figure on text of the same kind flatters; measure on real messages before use.",
);
report("held-out writers, never read by those who tune", sources.heldOut(), false);
report("writers read while tuning, kept out of training", unseen, true);

/** Asks every phrase and prints what was found; misses only of lines that may be read. */
function report(title: string, phrases: readonly Phrase[], mayRead: boolean): void {
  const took: number[] = [];
  const answers = phrases.map((phrase) => {
    const started = process.hrtime.bigint();
    const found = understand(phrase.text);
    took.push(Number(process.hrtime.bigint() - started) / 1e6);
    return { phrase, found };
  });
  took.sort((a, b) => a - b);
  const at = (share: number) => (took[Math.floor(took.length * share)] ?? 0).toFixed(2);
  say(`\n== ${title}: ${phrases.length} messages, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms ==`);
  table(answers, "by language", (answer) => [answer.phrase.language, "all"]);
  table(answers, "by style", (answer) => stylesOf(answer.phrase));
  levels(answers);
  if (mayRead) misses(answers);
}

function table(
  answers: readonly Answer[],
  title: string,
  groupsOf: (answer: Answer) => readonly string[],
): void {
  say(`\n${title.padEnd(16)}${measures.map(({ name }) => name.padStart(11)).join("")}`);
  for (const group of [...new Set(answers.flatMap(groupsOf))].sort()) {
    const members = answers.filter((answer) => groupsOf(answer).includes(group));
    say(`${group.padEnd(16)}${measures.map((measure) => share(members, measure).padStart(11)).join("")}`);
  }
}

/** Each level and category: what became of its messages. */
function levels(answers: readonly Answer[]): void {
  say(
    `\n${"level".padEnd(12)}${"category".padEnd(26)}${["n", "card", "doubt", "any"].map((name) => name.padStart(8)).join("")}`,
  );
  const kinds = new Set(answers.filter(isConcern).map(({ phrase }) => `${phrase.level}\t${phrase.category}`));
  for (const kind of [...kinds].sort()) {
    const [level = "", category = ""] = kind.split("\t");
    const members = answers.filter(({ phrase }) => phrase.level === level && phrase.category === category);
    const columns = [isCard, isDoubt, isAsked].map((test) =>
      percent(members.filter(test).length, members.length),
    );
    say(
      `${level.padEnd(12)}${category.padEnd(26)}${[String(members.length), ...columns].map((text) => text.padStart(8)).join("")}`,
    );
  }
}

function misses(answers: readonly Answer[]): void {
  const missed = answers.filter((answer) => isLevel("emergency")(answer) && !isAsked(answer));
  const alarmed = answers.filter((answer) => isLevel("none")(answer) && isCard(answer));
  say(`\nemergencies with neither card nor question: ${missed.length}`);
  for (const { phrase } of missed) say(`  ${phrase.language} ${phrase.category}: ${phrase.text}`);
  say(`\nnear-misses with an emergency card: ${alarmed.length}`);
  for (const { phrase, found } of alarmed) say(`  ${phrase.language} ${found.concern.rule}: ${phrase.text}`);
}

interface Measure {
  readonly name: string;
  readonly of: (answer: Answer) => boolean;
  readonly is: (answer: Answer) => boolean;
}

function measuresOf(): readonly Measure[] {
  const hasAge = ({ phrase }: Answer) => phrase.ageMonths !== null;
  return [
    { name: "em. card", of: isLevel("emergency"), is: isCard },
    {
      name: "its card",
      of: (answer) => isLevel("emergency")(answer) && isCard(answer),
      is: ({ phrase, found }) => found.concern.category === phrase.category,
    },
    { name: "or doubt", of: isLevel("emergency"), is: isAsked },
    { name: "urgent any", of: isLevel("urgent"), is: (answer) => isDoubt(answer) || isGrave(answer) },
    { name: "none card", of: isLevel("none"), is: isCard },
    { name: "none doubt", of: isLevel("none"), is: isDoubt },
    { name: "theme doubt", of: isTheme, is: isDoubt },
    {
      name: "check only",
      of: isTheme,
      is: ({ found }) => !found.calm && !found.concern.doubt && !isGrave({ found }),
    },
    { name: "theme 1st", of: isTheme, is: ({ phrase, found }) => found.themes[0]?.theme === phrase.theme },
    {
      name: "in three",
      of: isTheme,
      is: ({ phrase, found }) => found.themes.some(({ theme }) => theme === phrase.theme),
    },
    { name: "language", of: () => true, is: ({ phrase, found }) => found.language === phrase.language },
    { name: "age", of: hasAge, is: ({ phrase, found }) => found.ageMonths === phrase.ageMonths },
  ];
}

function isConcern({ phrase }: Answer): boolean {
  return phrase.kind === "concern";
}
function isTheme({ phrase }: Answer): boolean {
  return phrase.kind === "theme";
}
function isLevel(level: string): (answer: Answer) => boolean {
  return ({ phrase }) => phrase.level === level;
}
function isDoubt({ found }: Pick<Answer, "found">): boolean {
  return found.concern.doubt;
}
function isGrave({ found }: Pick<Answer, "found">): boolean {
  return found.concern.level === "emergency" || found.concern.level === "urgent";
}
function isCard({ found }: Pick<Answer, "found">): boolean {
  return found.concern.level === "emergency" && !found.concern.doubt;
}
function isAsked(answer: Answer): boolean {
  return isCard(answer) || isDoubt(answer);
}

function share(members: readonly Answer[], measure: Measure): string {
  const asked = members.filter(measure.of);
  return percent(asked.filter(measure.is).length, asked.length);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : ((100 * part) / whole).toFixed(1);
}

/** How a message is written, as far as that can be seen. */
function stylesOf({ text, language }: Phrase): string[] {
  const length = wordsOf(text).length;
  const size = length <= 6 ? "short" : length >= 30 ? "long" : "middle";
  const marks = (language === "pl" || language === "tr") && length > 6 && !/[^\x20-\x7e]/.test(text);
  const loud = /!{2,}|\p{Lu}{4,} \p{Lu}{3,}/u.test(text);
  return [size, ...(marks ? ["no diacritics"] : []), ...(loud ? ["shouted"] : [])];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
