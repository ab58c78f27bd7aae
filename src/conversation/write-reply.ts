import type { Effect, Offered } from "../dialog/step.ts";
import { writeMoment } from "../escalation/promise-time.ts";
import type { Values } from "../language/catalogue.ts";
import { languageOf } from "../language/locale.ts";
import { type Language, type Locale, languages } from "../terms.ts";
import type { Conversation } from "./conversation.ts";
import type { Bubble, CardKind, Choice, Reply } from "./inbound.ts";
import { type Kept, rightsValues } from "./rights.ts";
import type { Script } from "./script.ts";
import { summaryLines } from "./summary.ts";

/** A label has no more room than this on the channel with the least (WhatsApp list rows). */
const longestLabel = 24;
/** What stands where a parent chose to say nothing. */
const nothing = "–";

/** Writes what a step says and offers as the reply that channels take, in the conversation's locale. */
export function writeReply(
  effects: readonly Effect[],
  conversation: Conversation,
  script: Script,
  card: CardKind | null,
  kept?: Kept,
): Reply {
  const frame = conversation.place.at(-1);
  const bubbles = effects.flatMap((effect) => bubblesOf(effect, conversation, script, kept));
  return {
    bubbles: withNotice(bubbles, conversation.locale, script),
    choices: choicesOf(effects, conversation.locale, script),
    listLabel: script.catalogue.text(conversation.locale, "common:list"),
    locale: conversation.locale,
    turn: conversation.turn,
    dialog: frame?.dialog ?? "",
    node: frame?.node ?? "",
    card,
  };
}

const collators = Object.fromEntries(
  languages.map((language) => [language, new Intl.Collator(language)]),
) as Readonly<Record<Language, Intl.Collator>>;

/** Gives the choices in the order a person sees them: the ways that have no order of their own by alphabet. */
export function orderChoices(
  { choices, unordered = 0 }: { readonly choices: readonly Offered[]; readonly unordered?: number },
  locale: Locale,
  script: Script,
): readonly Offered[] {
  const label = (offered: Offered): string => script.catalogue.text(locale, offered.text);
  const { compare } = collators[languageOf(locale)];
  const ways = choices.slice(0, unordered).toSorted((one, other) => compare(label(one), label(other)));
  return [...ways, ...choices.slice(unordered)];
}

function choicesOf(effects: readonly Effect[], locale: Locale, script: Script): readonly Choice[] {
  const offer = effects.findLast((effect) => effect.kind === "offer");
  if (offer === undefined) return [];
  return orderChoices(offer, locale, script).map((offered) => ({
    id: offered.id,
    label: labelOf(offered, locale, script),
    ...(offered.pictogram === undefined ? {} : { pictogram: offered.pictogram }),
  }));
}

function labelOf(offered: Offered, locale: Locale, script: Script): string {
  const label = script.catalogue.text(locale, offered.text);
  if (offered.tried !== true) return label;
  const marked = `${label} ${script.catalogue.text(locale, "common:tried-before")}`;
  return marked.length <= longestLabel ? marked : label;
}

function bubblesOf(
  effect: Effect,
  conversation: Conversation,
  script: Script,
  kept: Kept | undefined,
): readonly Bubble[] {
  switch (effect.kind) {
    case "say":
      return [said(effect, conversation, script, kept)];
    case "card":
      return [{ text: cardText(effect, conversation.locale, script), pictogram: "warning" }];
    case "show-summary":
      return [{ text: summaryLines(conversation, script).join("\n"), pictogram: "book", keep: true }];
    case "offer":
    case "keep-words":
    case "set-locale":
    case "open-callback":
    case "withdraw-callback":
    case "tell-team":
    case "check-back":
    case "erase":
    case "end":
      return [];
  }
}

function said(
  effect: Extract<Effect, { kind: "say" }>,
  conversation: Conversation,
  script: Script,
  kept: Kept | undefined,
): Bubble {
  const { locale } = conversation;
  const ofRights = effect.texts.some((key) => /^(rights|erase):/.test(key));
  const values = {
    ...valuesFor(effect.values ?? {}, conversation, script),
    ...(ofRights ? rightsValues(conversation, kept, script) : {}),
  };
  const lines = effect.texts.map((key) => script.catalogue.text(locale, key, values));
  const speeches = effect.texts.map((key) => `${key}#speech`);
  const speech = speeches.some((key) => script.catalogue.has(locale, key));
  return {
    text: [...lines, ...sourceLine(effect.facts ?? [], locale, script)].join("\n"),
    ...(speech
      ? {
          speech: speeches
            .map((key, at) =>
              script.catalogue.has(locale, key) ? script.catalogue.text(locale, key, values) : lines[at],
            )
            .join("\n"),
        }
      : {}),
    ...(effect.pictogram === undefined ? {} : { pictogram: effect.pictogram }),
  };
}

/** Where a text comes from, and whether a professional has reviewed it; empty for a text without facts. */
function sourceLine(facts: readonly string[], locale: Locale, script: Script): readonly string[] {
  const sources = facts.flatMap((fact) => script.facts.get(fact) ?? []);
  if (sources.length === 0) return [];
  const titles = [...new Set(sources.flatMap(({ titles }) => titles))].slice(0, 2).join("; ");
  const key = sources.every(({ reviewed }) => reviewed) ? "common:source-reviewed" : "common:source";
  const named = titles === "" ? script.catalogue.text(locale, "common:general-knowledge") : titles;
  return [script.catalogue.text(locale, key, { sources: named })];
}

/** The fixed text of a card; a level without one of its own uses the card `other`. */
function cardText(
  { card, level }: { readonly card: string; readonly level: "emergency" | "urgent" },
  locale: Locale,
  script: Script,
): string {
  const own = script.cards[card]?.[level] === undefined ? "other" : card;
  return script.catalogue.text(locale, `cards:${own}.${level}`);
}

function withNotice(bubbles: readonly Bubble[], locale: Locale, script: Script): readonly Bubble[] {
  const last = bubbles.at(-1);
  if (!script.organisation.tryOut || last === undefined) return bubbles;
  return [
    ...bubbles.slice(0, -1),
    { ...last, text: `${last.text}\n\n${script.catalogue.text(locale, "common:try-out")}` },
  ];
}

/** What the texts may show: the organisation, the promise, and the slots a node names. */
function valuesFor(
  named: Readonly<Record<string, string>>,
  conversation: Conversation,
  script: Script,
): Values {
  const shown = Object.fromEntries(
    Object.entries(named).map(([name, value]) => [name, valueText(name, value, conversation, script)]),
  );
  const { promise, opens } = conversation.slots;
  return {
    organisation: script.organisation.name,
    when: promise === undefined ? "" : valueText("when", promise, conversation, script),
    offers: localOffers(conversation.locale, script),
    opens: opens === undefined ? "" : valueText("opens", opens, conversation, script),
    routes: routesAway(conversation.locale, script),
    caller: callerLine(conversation.locale, script),
    url: script.pageUrl,
    ...shown,
  };
}

function valueText(name: string, value: string, conversation: Conversation, script: Script): string {
  const { locale } = conversation;
  const { text, has } = script.catalogue;
  if (name === "when" || name === "opens")
    return writeMoment(Number(value), script.organisation, languageOf(locale));
  if (value === "said") return conversation.said[name === "words" ? "request" : name] ?? "";
  if (has(locale, `callback:${name}.${value}`)) return text(locale, `callback:${name}.${value}`);
  return value === "" ? nothing : value;
}

/** Where to go while the nurses are away: a line each, as the organisation ordered them. */
function routesAway(locale: Locale, { organisation, catalogue }: Script): string {
  return organisation.outOfHours
    .map((route) =>
      "line" in route
        ? catalogue.text(locale, `lines:${route.line}`)
        : `${route.name[languageOf(locale)]}: ${route.phone}`,
    )
    .map((line) => `• ${line}`)
    .join("\n");
}

/** From which number a nurse calls, as a line of its own, so that a parent knows whom to answer. */
function callerLine(locale: Locale, { organisation: { callsFrom }, catalogue }: Script): string {
  if (callsFrom === undefined) return "";
  const number = callsFrom.replaceAll(" ", "\u00a0");
  const line = callsFrom === "hidden" ? "hidden" : "known";
  return `\n${catalogue.text(locale, `common:caller.${line}`, { number })}`;
}

function localOffers(locale: Locale, script: Script): string {
  const language = languageOf(locale);
  return script.organisation.localOffers
    .map((offer) => `${offer.name[language]}: ${offer.what[language]}`)
    .join("\n");
}
