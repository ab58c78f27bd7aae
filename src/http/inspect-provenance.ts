import type { Dialog, Node } from "../dialog/dialog.ts";
import type { Fault } from "../dialog/read-dialogs.ts";
import type { LocaleFiles } from "../language/catalogue.ts";
import { locales } from "../terms.ts";
import type { Cards, Phones, Provenance } from "./read-provenance.ts";

/** What the facts are looked at together with. */
export interface Grounds {
  readonly dialogs: readonly Dialog[];
  readonly cards: Cards;
  readonly provenance: Provenance;
  readonly phones: Phones;
}

/** Where one fact is used. */
interface FactUse {
  readonly fact: string;
  readonly file: string;
  readonly node: string;
}

/** Finds facts that are used and not known, known and not used, or without a source; and phones of no source. */
export function inspectProvenance({ dialogs, cards, provenance, phones }: Grounds): readonly Fault[] {
  const { facts, sources } = provenance;
  const uses = factUses(dialogs, cards);
  const used = new Set(uses.map(({ fact }) => fact));
  const cited = new Set([
    ...Object.values(facts).flatMap((fact) => fact.sources),
    ...Object.values(phones).map(({ source }) => source),
  ]);
  const ofSources = (kind: string, node: string, mend: string): Fault => ({
    kind,
    file: "dialogs/sources.yaml",
    node,
    mend,
  });
  return [
    ...uses
      .filter(({ fact }) => !Object.hasOwn(facts, fact))
      .map(({ fact, file, node }) => ({
        kind: "unknown-fact",
        file,
        node,
        mend: `write the fact "${fact}" in dialogs/sources.yaml, with its source`,
      })),
    ...Object.keys(facts)
      .filter((fact) => !used.has(fact))
      .map((fact) => ofSources("unused-fact", fact, "name it at the node that says it, or remove it")),
    ...[...cited]
      .filter((source) => !Object.hasOwn(sources, source))
      .map((source) => ofSources("unknown-source", source, "write the source, or mend its code")),
    ...Object.keys(sources)
      .filter((source) => !cited.has(source))
      .map((source) => ofSources("unused-source", source, "no fact and no phone rests on it: remove it")),
    ...dialogs.flatMap(unfounded),
  ];
}

/** Lists every fact that dialogs and cards name, in the order of the files. */
function factUses(dialogs: readonly Dialog[], cards: Cards): readonly FactUse[] {
  return [
    ...dialogs.flatMap((dialog) =>
      Object.entries(dialog.nodes).flatMap(([node, shape]) =>
        factsOf(shape).map((fact) => ({ fact, file: dialog.id, node })),
      ),
    ),
    ...Object.entries(cards).flatMap(([card, levels]) =>
      Object.entries(levels).flatMap(([level, facts]) =>
        facts.map((fact) => ({ fact, file: "dialogs/cards.yaml", node: `${card}.${level}` })),
      ),
    ),
  ];
}

/** The facts that the texts of a node rest on. */
export function factsOf(node: Node): readonly string[] {
  const said = "facts" in node ? (node.facts ?? []) : [];
  return node.kind === "advice"
    ? [...said, ...node.guideline, ...node.options.flatMap(({ facts }) => facts)]
    : said;
}

/** What is normal has to rest on a fact as well: the shape asks facts of options and rules only. */
function unfounded(dialog: Dialog): readonly Fault[] {
  return Object.entries(dialog.nodes)
    .filter(([, node]) => node.kind === "advice" && (node.facts ?? []).length === 0)
    .map(([node]) => ({
      kind: "unfounded",
      file: dialog.id,
      node,
      mend: "name the facts that say what is normal",
    }));
}

/** Lists the facts whose day of review has come. Days are written `2026-11-22`, so they sort as words. */
export function lapsedFacts({ facts }: Provenance, today: string): readonly string[] {
  return Object.entries(facts)
    .filter(([, { reviewBefore }]) => reviewBefore <= today)
    .map(([id]) => id);
}

/** The source of what nobody has traced yet. */
const generalKnowledge = "GK";

/** One reason not to release yet, and what it is about. */
export interface Hold {
  readonly why: string;
  readonly about: readonly string[];
}

/**
 * Finds everything that stands between this content and parents, for whoever has to arrange it.
 *
 * A source in motion may stay so for years and still lead, so it holds a release only while a fact that rests on
 * it has not been reviewed: whoever reviews looks at what the source says now.
 */
export function inspectRelease(
  { provenance, phones }: Pick<Grounds, "provenance" | "phones">,
  files: LocaleFiles,
  today: string,
): readonly Hold[] {
  const { facts, sources } = provenance;
  const unreviewed = Object.keys(facts).filter((id) => facts[id]?.reviewedBy === null);
  const untraced = unreviewed.filter((id) => facts[id]?.sources.every((code) => code === generalKnowledge));
  const inMotion = Object.keys(sources)
    .filter((code) => sources[code]?.moving === true)
    .map((code) => ({ code, rest: unreviewed.filter((id) => facts[id]?.sources.includes(code)) }))
    .filter(({ rest }) => rest.length > 0)
    .map(({ code, rest }) => `${code} (${sources[code]?.note ?? "being revised"}): ${rest.join(", ")}`);
  const holds: readonly Hold[] = [
    {
      why: "facts no professional has reviewed: a youth doctor or youth nurse reads them and fills in reviewedBy",
      about: unreviewed,
    },
    { why: "facts whose day of review has come", about: lapsedFacts(provenance, today) },
    {
      why: "facts traced to no source yet: replace GK with a guideline, or have a professional stand for it",
      about: untraced,
    },
    {
      why: "sources in motion, with facts nobody has reviewed against what they say now",
      about: inMotion,
    },
    {
      why: "languages no native speaker has reviewed: fill in languageReviewedBy of locales/<locale>/locale.json",
      about: locales.filter((locale) => !files[locale]["locale"]?.["languageReviewedBy"]),
    },
    {
      why: "telephone numbers nobody has dialled: call each, and fill in dialledOn of dialogs/phones.yaml",
      about: Object.keys(phones).filter((number) => phones[number]?.dialledOn === null),
    },
  ];
  return holds.filter(({ about }) => about.length > 0);
}
