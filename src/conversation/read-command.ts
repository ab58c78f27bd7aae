import { z } from "zod";
import { KnownError } from "../errors.ts";
import { fold } from "../language/fold.ts";
import { type Language, languages } from "../terms.ts";

/** What can be asked for from anywhere with a whole message. */
const commands = [
  "greet",
  "menu",
  "nurse",
  "stop",
  "erase",
  "rights",
  "callback",
  "simple",
  "standard",
  "language",
  "to-nl",
  "to-en",
  "to-pl",
  "to-tr",
] as const;
export type Command = (typeof commands)[number];

const words = z.strictObject(
  Object.fromEntries(languages.map((language) => [language, z.array(z.string().min(1)).min(1)])) as Record<
    Language,
    z.ZodArray<z.ZodString>
  >,
);
const file = z.strictObject(
  Object.fromEntries([...commands, "yes", "no"].map((name) => [name, words])) as Record<
    Command | "yes" | "no",
    typeof words
  >,
);

/** The words for commands, yes and no: folded, ready to be looked up. */
export interface CommandWords {
  readonly commands: ReadonlyMap<string, Command>;
  readonly yes: Readonly<Record<Language, ReadonlySet<string>>>;
  readonly no: Readonly<Record<Language, ReadonlySet<string>>>;
}

/**
 * Reads `dialogs/commands.yaml`.
 *
 * @throws {KnownError} `dialog.invalid` with every fault, or when one word would mean two commands.
 */
export function readCommandWords(parsed: unknown): CommandWords {
  const read = file.safeParse(parsed);
  if (!read.success) {
    const faults = read.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new KnownError("dialog.invalid", `dialogs/commands.yaml\n  ${faults.join("\n  ")}`);
  }
  const byWord = new Map<string, Command>();
  for (const command of commands) {
    for (const word of Object.values(read.data[command]).flat().map(fold)) {
      const other = byWord.get(word);
      if (other !== undefined && other !== command) {
        throw new KnownError(
          "dialog.invalid",
          `dialogs/commands.yaml: "${word}" means both ${other} and ${command}`,
        );
      }
      byWord.set(word, command);
    }
  }
  return { commands: byWord, yes: folded(read.data.yes), no: folded(read.data.no) };
}

/** Whether a whole message is one of the words of this file: a command, a yes or a no. */
export function isOurWord(message: string, { commands: byWord, yes, no }: CommandWords): boolean {
  const said = fold(message);
  return byWord.has(said) || languages.some((language) => yes[language].has(said) || no[language].has(said));
}

/** Finds the command that a whole message is, or undefined. */
export function readCommand(message: string, known: CommandWords): Command | undefined {
  return known.commands.get(fold(message));
}

function folded(byLanguage: Record<Language, string[]>): Record<Language, ReadonlySet<string>> {
  return {
    nl: new Set(byLanguage.nl.map(fold)),
    en: new Set(byLanguage.en.map(fold)),
    pl: new Set(byLanguage.pl.map(fold)),
    tr: new Set(byLanguage.tr.map(fold)),
  };
}

/** "I am 13", said of the writer: in the four languages, folded. Ages 8 to 15 only. */
const youngWriter =
  /(?:^| )(?:ik ben(?: pas| net| zelf)?|i am(?: only| just)?|i m(?: only| just)?|im(?: only)?|mam(?: tylko| dopiero)?|ben(?: daha| sadece)?) (8|9|1[0-5])(?: (?:jaar|jaar oud|jr|years|years old|yrs|yo|lat|yasinda|yasindayim|yasindaim))?(?: |$)/;

/** Tells whether a writer says to be under 16: they get the way to the Kindertelefoon, and nothing is kept. */
export function saysToBeYoung(message: string): boolean {
  const found = youngWriter.exec(fold(message));
  if (found === null) return false;
  // "ik ben 14 weken zwanger", "mam 10 miesięcy": a number of something else
  const after = fold(message)
    .slice(found.index + found[0].length)
    .trim();
  return !/^(?:weken|week|dagen|dag|maanden|maand|uur|minuten|weeks|days|months|hours|minutes|tygodni|dni|miesiecy|godzin|minut|hafta|gun|ay|saat|dakika)/.test(
    after,
  );
}
