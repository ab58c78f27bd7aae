/**
 * Loads what the understanding room works with: concepts, rules and the trained model.
 *
 * The model is trained from the phrases in the repository when it is not there yet, and kept under `dist/` by the
 * hash of everything it was made from.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
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
import { keepFile } from "./kept-files.ts";

/** Raise it when code changes what is learned: a kept model of before is then no longer used. */
const recipe = 16;

/** Where what was made from the sources is kept. */
const kept = "dist/understanding";

/** Everything written by people, read from `dialogs/`. */
export interface Sources {
  readonly lexicon: Lexicon;
  readonly rules: readonly Rule[];
  readonly phrases: () => Phrase[];
  /** Phrases of writers that are only ever asked, never learned from nor read. */
  readonly heldOut: () => Phrase[];
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
  const files = ["concepts", "phrases"].flatMap((folder) => filesIn(root, `dialogs/understanding/${folder}`));
  const written = [...files, ...filesIn(root, "dialogs/concerns"), ...filesIn(root, "dialogs/understanding")];
  const hash = hashOf(written);
  const { concepts, concerns, groups } = parsed(root, hash, written);
  const lexicon = compileLexicon(concepts.map(asConcepts));
  return {
    lexicon,
    rules: readRules(concerns, groups, lexicon.concepts),
    phrases: () =>
      written
        .filter(({ file }) => file.endsWith(".tsv"))
        .flatMap(({ file, bytes }) => phrasesIn(file, bytes.toString())),
    heldOut: () =>
      filesIn(root, "dialogs/understanding/held-out").flatMap(({ file, bytes }) =>
        phrasesIn(file, bytes.toString()),
      ),
    hash,
  };
}

/** A file as it lies on disk: most of them are only read as text when a model is trained. */
interface Written {
  readonly folder: string;
  readonly file: string;
  readonly bytes: Buffer;
}

function hashOf(written: readonly Written[]): string {
  const hash = createHash("sha256").update(`${recipe}\n`);
  for (const { folder, file, bytes } of written)
    hash.update(`${folder}/${file} ${bytes.length}\n`).update(bytes);
  return hash.digest("hex").slice(0, 16);
}

interface Parsed {
  readonly concepts: readonly RuleFile[];
  readonly concerns: readonly RuleFile[];
  readonly groups: RuleFile;
}

/** The YAML as JSON, which reads twenty times as fast; kept beside the model. */
function parsed(root: string, hash: string, written: readonly Written[]): Parsed {
  const file = join(root, kept, `${hash}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  const inFolder = (folder: string) =>
    written
      .filter((one) => one.folder === folder && one.file.endsWith(".yaml"))
      .map((one) => ({ file: one.file, content: parse(one.bytes.toString()) }));
  const [groups = { file: "groups.yaml", content: null }] = inFolder("dialogs/understanding");
  const result = {
    concepts: inFolder("dialogs/understanding/concepts"),
    concerns: inFolder("dialogs/concerns"),
    groups,
  };
  keepFile(file, JSON.stringify(result));
  return result;
}

/** The numbers of a model are many and small, and nothing repeats: Huffman codes alone take least room and are read fastest. */
export function modelOnDisk(model: Model): Uint8Array {
  return deflateRawSync(packed(model), { strategy: constants.Z_HUFFMAN_ONLY });
}

/** The model kept for these sources, trained first when there is none. */
function loadModel(root: string, sources: Sources): Model {
  const file = join(root, kept, `${sources.hash}.model`);
  if (existsSync(file)) return unpacked(inflateRawSync(readFileSync(file)));
  const model = train(lessonsOf(sources.phrases(), sources.lexicon), training);
  keepFile(file, modelOnDisk(model));
  return model;
}

function filesIn(root: string, folder: string): Written[] {
  return readdirSync(join(root, folder))
    .filter((file) => /\.(?:yaml|tsv)$/.test(file))
    .sort()
    .map((file) => ({ folder, file, bytes: readFileSync(join(root, folder, file)) }));
}

function asConcepts({ file, content }: RuleFile): ConceptFile {
  const result = conceptFileSchema.safeParse(content);
  if (result.success) return result.data;
  throw new KnownError(
    "understanding.invalid",
    `${file}: ${result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ")}`,
  );
}
