import { z } from "zod";
import { KnownError } from "../errors.ts";
import { type Language, type Locale, languages, locales } from "../terms.ts";
import type { LocaleFiles } from "./catalogue.ts";
import { type LocaleFault, type NeededKey, pluralForm } from "./inspect-locales.ts";
import { isSimple, languageOf } from "./locale.ts";
import { type Excuse, isExcused } from "./reading-gates.ts";

const roles = ["text", "label", "rule"] as const;
const perLanguage = <Of extends z.ZodType>(of: Of) =>
  z.strictObject({
    nl: of.optional(),
    en: of.optional(),
    pl: of.optional(),
    tr: of.optional(),
    all: of.optional(),
  });

/**
 * One thing no text may say, in every language it can be said in.
 *
 * `find` holds words and phrases, whole and in any case (`moet`, `have to`), with `*` for any ending
 * (`diagnos*`), or `/…/` for a pattern. `bites` are sentences it must find and `spares` near misses it must
 * not: the tests read both from here.
 */
const ban = z.strictObject({
  kind: z.string().regex(/^[a-z-]+$/),
  mend: z.string().min(1),
  /** Who may not say it; nobody may when left out. */
  roles: z.array(z.enum(roles)).optional(),
  /** Only the simple form may not say it. */
  simpleOnly: z.boolean().optional(),
  /** Worth a look, but nothing to stop for. */
  advice: z.boolean().optional(),
  /** A text is only at fault when one of these words stands in it too. */
  beside: perLanguage(z.array(z.string())).optional(),
  find: perLanguage(z.array(z.string()).min(1)),
  bites: perLanguage(z.array(z.string()).min(1)),
  spares: perLanguage(z.array(z.string())).optional(),
});

const wordingSchema = z.strictObject({
  /** Words whose syllables the rules of thumb get wrong. */
  syllables: perLanguage(z.record(z.string(), z.number().int().positive())),
  /** Beginnings of names that count as two syllables. */
  names: z.array(z.string()),
  bans: z.array(ban),
  excuses: z.array(
    z.strictObject({
      key: z.string(),
      gate: z.string(),
      why: z.string().min(1),
      locales: z.array(z.enum(locales)).optional(),
    }),
  ),
});

/** What texts may not say, and how their words are counted: `dialogs/wording.yaml`. */
export type Wording = z.output<typeof wordingSchema>;
export type Ban = Wording["bans"][number];

/** @throws {KnownError} `language.invalid` with every fault of the file. */
export function readWording(parsed: unknown): Wording {
  const read = wordingSchema.safeParse(parsed);
  if (read.success) return read.data;
  const faults = read.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new KnownError("language.invalid", `dialogs/wording.yaml\n  ${faults.join("\n  ")}`, {
    faults: faults.length,
  });
}

/** Something a text says that it may not. */
export interface WordingFault extends LocaleFault {
  readonly advice: boolean;
}

/** Files of words that parents do not read, or that hold no sentences. */
const notForParents = new Set(["console", "locale", "locales"]);

/** Finds every text of every locale that says what no text may say. */
export function inspectWording(
  files: LocaleFiles,
  needed: readonly NeededKey[],
  { bans, excuses }: Pick<Wording, "bans" | "excuses">,
): readonly WordingFault[] {
  const roleOf = new Map(needed.map(({ key, role }) => [key, role]));
  const finders = new Map(
    languages.map((language) => [language, bans.map((one) => finderOf(one, language))]),
  );
  return locales
    .flatMap((locale) =>
      textsOf(files, locale).flatMap(([key, text]) => {
        const role = roleOf.get(key.replace(/#speech$/, "").replace(pluralForm, "")) ?? roleOf.get(key);
        return (finders.get(languageOf(locale)) ?? []).flatMap((find) =>
          find(text, role ?? "text", isSimple(locale)).map((found) => ({ ...found, locale, key })),
        );
      }),
    )
    .filter((fault) => !isExcused(excuses as readonly Excuse[], fault));
}

type Finder = (
  text: string,
  role: NeededKey["role"],
  simple: boolean,
) => readonly Pick<WordingFault, "kind" | "mend" | "advice">[];

/** Makes a function that finds one ban in texts of one language. */
export function finderOf(one: Ban, language: Language): Finder {
  const patterns = entriesOf(one.find, language).map((entry) => patternOf(entry, language));
  const beside = one.beside && entriesOf(one.beside, language).map((entry) => patternOf(entry, language));
  const advice = one.advice === true;
  return (text, role, simple) => {
    if (one.simpleOnly === true && !simple) return [];
    if (one.roles !== undefined && !one.roles.includes(role)) return [];
    if (beside !== undefined && !beside.some((pattern) => pattern.test(text))) return [];
    const found = patterns.map((pattern) => pattern.exec(text)?.[0]).find((hit) => hit !== undefined);
    return found === undefined ? [] : [{ kind: one.kind, advice, mend: `${one.mend}: “${found.trim()}”` }];
  };
}

function entriesOf(find: Ban["find"], language: Language): readonly string[] {
  return [...(find[language] ?? []), ...(find.all ?? [])];
}

/** Turns an entry into a pattern. Turkish has two letters i, and case-folding mixes them up: both are tried. */
function patternOf(entry: string, language: Language): RegExp {
  const written = /^\/(.*)\/(i?)$/s.exec(entry);
  if (written !== null) return new RegExp(written[1] ?? "", `u${written[2]}`);
  const words = entry
    .replace(/[.+?^${}()|[\]\\/]/g, "\\$&")
    .replaceAll("*", "\\p{L}*")
    .replace(/ +/g, "\\s+");
  const spelled = language === "tr" ? words.replace(/(?<!\\p\{)[iı]/g, "[iıİI]") : words;
  return new RegExp(`(?<![\\p{L}\\p{N}])${spelled}(?![\\p{L}\\p{N}])`, "iu");
}

/** Lists every text of a locale that parents read, by key. */
export function textsOf(files: LocaleFiles, locale: Locale): readonly (readonly [string, string])[] {
  return Object.entries(files[locale])
    .filter(([file]) => !notForParents.has(file))
    .flatMap(([file, texts]) =>
      Object.entries(texts).map(([key, text]) => [`${file}:${key}`, text] as const),
    );
}
