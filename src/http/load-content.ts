import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse } from "yaml";
import type { FactSource } from "../conversation/script.ts";
import { inspectDialogs } from "../dialog/inspect-dialogs.ts";
import { type Fault, type ParsedFile, readDialogs } from "../dialog/read-dialogs.ts";
import type { Book } from "../dialog/step.ts";
import { neededTexts, sharedTexts } from "../dialog/texts.ts";
import { KnownError } from "../errors.ts";
import { type Catalogue, createCatalogue, type LocaleFiles } from "../language/catalogue.ts";
import { inspectLocales, type LocaleFault, type NeededKey } from "../language/inspect-locales.ts";
import { locales } from "../terms.ts";
import { themes } from "../understanding/understanding.ts";
import { inspectProvenance } from "./inspect-provenance.ts";
import { keepFile } from "./kept-files.ts";
import {
  type Cards,
  type Phones,
  type Provenance,
  readCards,
  readPhones,
  readProvenance,
} from "./read-provenance.ts";

/** All content of a deployment, read once at start. */
export interface Content {
  readonly book: Book;
  readonly files: LocaleFiles;
  readonly catalogue: Catalogue;
  readonly cards: Cards;
  readonly provenance: Provenance;
  readonly phones: Phones;
  readonly needed: readonly NeededKey[];
  readonly faults: readonly (Fault | LocaleFault)[];
}

/** Files of `dialogs/` that are not dialogs, but what dialogs rest on. */
const notDialogs = new Set(["themes.yaml", "cards.yaml", "phones.yaml", "sources.yaml"]);
/** Files of `dialogs/` that others read. */
const notContent = new Set(["commands.yaml", "wording.yaml"]);
const notDialogFolders = ["concerns", "understanding"];

/** Reads all content below the project's root, with every fault of every file. */
export function readContent(root: string): Content {
  return inspected(contentOf(parsedFiles(readDialogFiles(root)), readLocaleFiles(root)));
}

/**
 * Reads the content and refuses it when it has a fault.
 *
 * The built product keeps content that had none as JSON, which reads twenty times as fast as YAML, and does not
 * inspect it again.
 *
 * @throws {KnownError} `dialog.invalid` naming every fault of every file.
 */
export function loadContent(root: string): Content {
  const written = readDialogFiles(root);
  const texts = readLocaleFiles(root);
  const path = keptPath(root, written, texts);
  if (path !== undefined && existsSync(path))
    return contentOf(JSON.parse(readFileSync(path, "utf8")), texts).content;
  const parsed = parsedFiles(written);
  const content = inspected(contentOf(parsed, texts));
  if (content.faults.length > 0) {
    throw new KnownError("dialog.invalid", content.faults.map(describeFault).join("\n"), {
      faults: content.faults.length,
    });
  }
  if (path !== undefined) keepFile(path, JSON.stringify(parsed));
  return content;
}

/** Put in by the build; there is none where the sources run as they are. */
declare const naastEdition: string | undefined;

/** Where content that had no fault is kept: by what it is, and by the build that found none. */
function keptPath(root: string, written: readonly WrittenFile[], texts: LocaleFiles): string | undefined {
  if (typeof naastEdition === "undefined") return undefined;
  const hash = createHash("sha256")
    .update(JSON.stringify([naastEdition, written, texts]))
    .digest("hex");
  return join(root, "dist/content", `${hash.slice(0, 16)}.json`);
}

interface WrittenFile {
  readonly file: string;
  readonly text: string;
}

function parsedFiles(written: readonly WrittenFile[]): readonly ParsedFile[] {
  return written.map(({ file, text }) => ({ file, parsed: parse(text) }));
}

/** Makes content of its files, with the faults that keep a file from being read at all. */
function contentOf(
  parsed: readonly ParsedFile[],
  files: LocaleFiles,
): { readonly content: Content; readonly unread: readonly Fault[] } {
  const named = (name: string): ParsedFile =>
    parsed.find(({ file }) => file === `dialogs/${name}`) ?? { file: `dialogs/${name}`, parsed: null };
  const dialogs = parsed.filter(({ file }) => !notDialogs.has(file.slice("dialogs/".length)));
  const { book, faults: unread } = readDialogs(dialogs, named("themes.yaml"));
  const cards = readCards(named("cards.yaml"));
  const content = {
    book,
    files,
    catalogue: createCatalogue(files),
    cards,
    provenance: readProvenance(named("sources.yaml")),
    phones: readPhones(named("phones.yaml")),
    needed: neededKeys(book, cards),
    faults: [],
  };
  return { content, unread };
}

function inspected({ content, unread }: ReturnType<typeof contentOf>): Content {
  const { book, files, cards, provenance, phones, needed } = content;
  const grounds = { dialogs: [...book.dialogs.values()], cards, provenance, phones };
  return {
    ...content,
    faults: [
      ...unread,
      ...inspectDialogs(book),
      ...inspectProvenance(grounds),
      ...inspectLocales(files, needed),
    ],
  };
}

/** Writes a fault as one line: where, what, and what mends it. */
export function describeFault(fault: Fault | LocaleFault): string {
  const where = "locale" in fault ? `locales/${fault.locale} ${fault.key}` : `${fault.file} ${fault.node}`;
  return `${where.trim()}: ${fault.kind}: ${fault.mend}`;
}

/** What a fact is called in a text, and whether a professional has reviewed it. */
export function factSources({ facts, sources }: Provenance): ReadonlyMap<string, FactSource> {
  return new Map(
    Object.entries(facts).map(([id, fact]) => [
      id,
      {
        titles: fact.sources.filter((code) => code !== "GK").map((code) => sources[code]?.title ?? code),
        reviewed: fact.reviewedBy !== null,
      },
    ]),
  );
}

/** Every key that must have a text in every locale, with the room its label has. */
function neededKeys(book: Book, cards: Cards): readonly NeededKey[] {
  const ofDialogs = [...book.dialogs.values()].flatMap(neededTexts);
  const ofCards = Object.entries(cards).flatMap(([card, levels]) =>
    Object.keys(levels).map((level) => ({ key: `cards:${card}.${level}`, role: "rule" as const })),
  );
  return [...ofDialogs, ...sharedTexts(themes), ...ofCards];
}

/** Everything in `dialogs/` that is content: dialogs, and what they rest on. */
function readDialogFiles(root: string): readonly WrittenFile[] {
  const folder = join(root, "dialogs");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml") && !notContent.has(name))
    .filter((name) => !notDialogFolders.some((other) => name.startsWith(`${other}/`)))
    .toSorted()
    .map((name) => ({ file: `dialogs/${name}`, text: readFileSync(join(folder, name), "utf8") }));
}

/** Reads `locales/<locale>/<file>.json` for all eight locales. */
function readLocaleFiles(root: string): LocaleFiles {
  return Object.fromEntries(
    locales.map((locale) => {
      const folder = join(root, "locales", locale);
      const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
      const texts = names.map((name) => [name.slice(0, -5), readTexts(root, join(folder, name))] as const);
      return [locale, Object.fromEntries(texts)];
    }),
  ) as unknown as LocaleFiles;
}

function readTexts(root: string, path: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new KnownError("language.invalid", `${relative(root, path)} is not JSON`, {}, { cause });
  }
}
