/**
 * Loads what the understanding room works with: concepts, rules and the trained model.
 *
 * The model is trained from the phrases in the repository when it is not there yet, and kept under `dist/` by the
 * hash of everything it was made from.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { KnownError } from "../errors.ts";
import { lessonsOf, type Phrase, phrasesIn, training } from "../understanding/lessons.ts";
import {
  type ConceptFile,
  compileLexicon,
  conceptFileSchema,
  type Lexicon,
} from "../understanding/lexicon.ts";
import type { Model } from "../understanding/model.ts";
import { packed, unpacked } from "../understanding/packing.ts";
import { type Rule, type RuleFile, readRules } from "../understanding/rules.ts";
import { train } from "../understanding/train.ts";
import { createUnderstand } from "../understanding/understand.ts";
import type { Understand } from "../understanding/understanding.ts";

/** Raise it when code changes what is learned: a kept model of before is then no longer used. */
const recipe = 1;

/** Everything written by people, read from `dialogs/`. */
export interface Sources {
  readonly lexicon: Lexicon;
  readonly rules: readonly Rule[];
  readonly phrases: () => Phrase[];
  readonly hash: string;
}

/**
 * Loads the understanding of the project at a root folder.
 *
 * @throws KnownError `understanding.invalid`, naming every fault of every file
 */
export function loadUnderstanding(root: string): Understand {
  const sources = readSources(root);
  return createUnderstand({ ...sources, model: loadModel(root, sources) });
}

export function readSources(root: string): Sources {
  const concepts = yamlFiles(join(root, "dialogs/understanding/concepts"));
  const concerns = yamlFiles(join(root, "dialogs/concerns"));
  const groups = readYaml(join(root, "dialogs/understanding"), "groups.yaml");
  const phraseFolder = join(root, "dialogs/understanding/phrases");
  const phraseFiles = readdirSync(phraseFolder)
    .filter((file) => file.endsWith(".tsv"))
    .sort();
  const texts = phraseFiles.map((file) => [file, readFileSync(join(phraseFolder, file), "utf8")] as const);
  const lexicon = compileLexicon(concepts.map(asConcepts));
  return {
    lexicon,
    rules: readRules(concerns, groups, lexicon.concepts),
    phrases: () => texts.flatMap(([file, text]) => phrasesIn(file, text)),
    hash: hashOf([recipe, concepts, texts]),
  };
}

/** The model kept for these sources, trained first when there is none. */
function loadModel(root: string, sources: Sources): Model {
  const folder = join(root, "dist/understanding");
  const file = join(folder, `${sources.hash}.model`);
  if (existsSync(file)) return unpacked(readFileSync(file));
  const model = train(lessonsOf(sources.phrases(), sources.lexicon), training);
  mkdirSync(folder, { recursive: true });
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, packed(model));
  renameSync(partial, file);
  return model;
}

function asConcepts({ file, content }: RuleFile): ConceptFile {
  const result = conceptFileSchema.safeParse(content);
  if (result.success) return result.data;
  throw new KnownError(
    "understanding.invalid",
    `${file}: ${result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ")}`,
  );
}

function yamlFiles(folder: string): RuleFile[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => readYaml(folder, file));
}

function readYaml(folder: string, file: string): RuleFile {
  return { file, content: parse(readFileSync(join(folder, file), "utf8")) };
}

function hashOf(parts: unknown): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}
