/**
 * Concern rules: what people wrote down about danger, in concepts. They decide; no statistics does.
 *
 * @module
 */
import { z } from "zod";
import { KnownError } from "../errors.ts";
import { languages } from "../terms.ts";
import { concernCategories, concernLevels } from "./understanding.ts";

const examplesSchema = z.strictObject({ yes: z.array(z.string()).min(1), no: z.array(z.string()).min(1) });

/**
 * One rule. It fires when one of its patterns is met.
 *
 * A pattern names concepts: `a + b` means both in one sentence and close together, `a & b` both anywhere in what
 * was said, `a|b` either, `a-` that the concept is denied ("not breathing"), `a?` denied or not.
 */
const ruleSchema = z.strictObject({
  id: z.string().regex(/^[a-z_]+\.[a-z0-9-]+$/),
  level: z.enum(concernLevels),
  category: z.enum(concernCategories),
  /** Whose card it shows when that of its category does not fit. */
  card: z.enum(concernCategories).optional(),
  /** Certain enough for the card at once, unless the words around it speak of the past, of "what if", or of others. */
  when: z.array(z.string()).default([]),
  /** Worth the alarm check, no more. */
  doubt: z.array(z.string()).default([]),
  /** Not enough to ask anything, unless the trained model suspects danger as well. */
  hint: z.array(z.string()).default([]),
  /** Patterns that keep the rule silent. */
  unless: z.array(z.string()).default([]),
  /** Contexts that do not soften this rule. */
  despite: z
    .array(z.enum(["past", "resolved", "hypothetical", "third_person", "play_animal", "idiom", "mundane"]))
    .default([]),
  examples: z.record(z.enum(languages), examplesSchema),
});
type RuleSource = z.infer<typeof ruleSchema>;

const ruleFileSchema = z.strictObject({ rules: z.array(ruleSchema).min(1) });
const groupFileSchema = z.strictObject({ groups: z.record(z.string(), z.array(z.string()).min(1)) });

/** One concept of a pattern: heard, denied, or either. */
export interface Term {
  readonly concept: string;
  readonly denied: boolean | null;
}
/** All of them close together, each one of its alternatives. */
export type Cluster = readonly (readonly Term[])[];
/** All clusters, anywhere in what was said. */
export type Pattern = readonly Cluster[];

export interface Rule extends Omit<RuleSource, "when" | "doubt" | "hint" | "unless"> {
  readonly when: readonly Pattern[];
  readonly doubt: readonly Pattern[];
  readonly hint: readonly Pattern[];
  readonly unless: readonly Pattern[];
  /** Each single concept that the rule speaks of, but those that only say whom it is about, or when. */
  readonly parts: readonly Term[];
}

/** A parsed file of `dialogs/concerns/` with its name, for the message that says what to mend. */
export interface RuleFile {
  readonly file: string;
  readonly content: unknown;
}

/** Signs that do not come from the lexicon but from numbers in the words. */
const computed = ["fever", "age_under_1m", "age_under_3m", "age_over_3m", "age_unknown"];

/**
 * Reads rule files, and throws one error that names every fault in all of them.
 *
 * @throws KnownError `understanding.invalid`
 */
export function readRules(
  files: readonly RuleFile[],
  groupFile: RuleFile,
  concepts: ReadonlySet<string>,
): Rule[] {
  const faults: string[] = [];
  const groups = parsed(groupFileSchema, groupFile, faults)?.groups ?? {};
  const known = new Set([...concepts, ...computed, ...Object.keys(groups)]);
  const rules = files.flatMap((file) => {
    const sources = parsed(ruleFileSchema, file, faults)?.rules ?? [];
    return sources.map((source) => compiled(source, file.file, groups, known, faults));
  });
  faults.push(
    ...unknownInGroups(groups, new Set([...concepts, ...computed]), groupFile.file),
    ...twice(rules),
  );
  if (faults.length > 0) {
    throw new KnownError("understanding.invalid", faults.join("\n"), { faults: faults.length });
  }
  return rules;
}

function parsed<T>(schema: z.ZodType<T>, { file, content }: RuleFile, faults: string[]): T | null {
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  faults.push(...result.error.issues.map((issue) => `${file}: ${issue.path.join(".")}: ${issue.message}`));
  return null;
}

type Groups = Readonly<Record<string, readonly string[]>>;

function compiled(
  source: RuleSource,
  file: string,
  groups: Groups,
  known: ReadonlySet<string>,
  faults: string[],
): Rule {
  const read = (patterns: readonly string[]) =>
    patterns.map((pattern) => {
      for (const name of namesIn(pattern)) {
        if (!known.has(name))
          faults.push(
            `${file}: ${source.id}: no concept "${name}"; add it to dialogs/understanding/concepts`,
          );
      }
      return patternOf(pattern, groups);
    });
  if (source.when.length + source.doubt.length + source.hint.length === 0)
    faults.push(`${file}: ${source.id}: never fires; give it "when", "doubt" or "hint"`);
  const [when, doubt] = [read(source.when), read(source.doubt)];
  return {
    ...source,
    when,
    doubt,
    hint: read(source.hint),
    unless: read(source.unless),
    parts: partsOf([...when, ...doubt]),
  };
}

/** Who, when, and how loud it is said: nothing of what is wrong. */
const aboutAnyone = new Set(["child_ref", "he", "now", "panic"]);

function partsOf(patterns: readonly Pattern[]): Term[] {
  const terms = patterns.flat(3).filter(({ concept }) => !aboutAnyone.has(concept));
  return [...new Map(terms.map((term) => [`${term.concept} ${term.denied}`, term])).values()];
}

const namesIn = (pattern: string) => pattern.split(/[&+|]/).map((term) => bare(term.trim()));
const bare = (term: string) => term.replace(/[-?]$/, "");

function patternOf(pattern: string, groups: Groups): Pattern {
  return pattern
    .split("&")
    .map((cluster) =>
      cluster.split("+").map((term) => term.split("|").flatMap((name) => termsOf(name.trim(), groups))),
    );
}

function termsOf(name: string, groups: Groups): Term[] {
  const members = groups[name];
  if (members) return members.flatMap((member) => termsOf(member, groups));
  return [{ concept: bare(name), denied: name.endsWith("?") ? null : name.endsWith("-") }];
}

function unknownInGroups(groups: Groups, concepts: ReadonlySet<string>, file: string): string[] {
  return Object.entries(groups).flatMap(([group, members]) =>
    members
      .filter((member) => !concepts.has(bare(member)))
      .map(
        (member) =>
          `${file}: ${group}: no concept "${bare(member)}"; add it to dialogs/understanding/concepts`,
      ),
  );
}

function twice(rules: readonly Rule[]): string[] {
  const ids = rules.map((rule) => rule.id);
  return ids
    .filter((id, at) => ids.indexOf(id) < at)
    .map((id) => `${id}: two rules have this id; rename one`);
}
