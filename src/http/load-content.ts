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

/** Files of `dialogs/` that are not dialogs. */
const notDialogs = new Set([
  "themes.yaml",
  "cards.yaml",
  "phones.yaml",
  "sources.yaml",
  "commands.yaml",
  "wording.yaml",
]);
const notDialogFolders = ["concerns", "understanding"];

/** Reads all content below the project's root, with every fault of every file. */
export function readContent(root: string): Content {
  const dialogs = join(root, "dialogs");
  const yaml = (name: string): ParsedFile => ({
    file: `dialogs/${name}`,
    parsed: parse(readFileSync(join(dialogs, name), "utf8")),
  });
  const { book, faults } = readDialogs(dialogFiles(root), yaml("themes.yaml"));
  const files = readLocaleFiles(root);
  const cards = readCards(yaml("cards.yaml"));
  const provenance = readProvenance(yaml("sources.yaml"));
  const phones = readPhones(yaml("phones.yaml"));
  const needed = neededKeys(book, cards);
  const grounds = { dialogs: [...book.dialogs.values()], cards, provenance, phones };
  return {
    book,
    files,
    catalogue: createCatalogue(files),
    cards,
    provenance,
    phones,
    needed,
    faults: [
      ...faults,
      ...inspectDialogs(book),
      ...inspectProvenance(grounds),
      ...inspectLocales(files, needed),
    ],
  };
}

/**
 * Reads the content and refuses it when it has a fault.
 *
 * @throws {KnownError} `dialog.invalid` naming every fault of every file.
 */
export function loadContent(root: string): Content {
  const content = readContent(root);
  if (content.faults.length > 0) {
    throw new KnownError("dialog.invalid", content.faults.map(describeFault).join("\n"), {
      faults: content.faults.length,
    });
  }
  return content;
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

function dialogFiles(root: string): readonly ParsedFile[] {
  const folder = join(root, "dialogs");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml") && !notDialogs.has(name))
    .filter((name) => !notDialogFolders.some((other) => name.startsWith(`${other}/`)))
    .toSorted()
    .map((name) => ({ file: `dialogs/${name}`, parsed: parse(readFileSync(join(folder, name), "utf8")) }));
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
