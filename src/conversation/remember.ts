import { bandOf } from "../dialog/age-band.ts";
import { isSimple, languageOf, localeOf } from "../language/locale.ts";
import type { Understanding } from "../understanding/understanding.ts";
import type { Conversation } from "./conversation.ts";
import type { Inbound } from "./inbound.ts";
import type { Present, Script } from "./script.ts";

/** Words kept for a request are dropped after this long. */
const saidLifetimeMilliseconds = 24 * 3_600_000;
/** Below this a detected language does not switch the conversation. */
export const sureLanguage = 0.7;

/** The conversation of a person who writes for the first time. */
export function begin(inbound: Inbound, script: Script): Conversation {
  return {
    v: 1,
    person: inbound.person,
    channel: inbound.channel,
    locale: inbound.locale ?? script.defaultLocale,
    localeChosen: inbound.locale !== undefined,
    place: [],
    slots: {},
    said: {},
    offered: [],
    turn: 0,
    ageMonths: null,
    traces: [],
    path: [],
    callback: null,
    address: inbound.address.reveal(),
    lastInboundAt: inbound.sentAt,
    greetedAt: null,
  };
}

/** The conversation as a message finds it: words kept too long are gone, a locale the channel asks for is set. */
export function wake(
  conversation: Conversation,
  inbound: Inbound,
  { organisation }: Script,
  { now }: Present,
): Conversation {
  const forgotten = now - conversation.lastInboundAt > saidLifetimeMilliseconds;
  return {
    ...conversation,
    said: forgotten ? {} : conversation.said,
    ...localeAsked(conversation, inbound),
    slots: {
      ...conversation.slots,
      channel: inbound.channel,
      "words-allowed": inbound.channel === "whatsapp" ? "no" : "yes",
      callback: conversation.callback === null ? "none" : "open",
      progress: progressOf(conversation, now),
      regions: organisation.regions.length > 1 ? organisation.regions.map(({ id }) => id).join(",") : "",
      offers: organisation.localOffers.length === 0 ? "none" : "some",
    },
    address: inbound.address.reveal(),
    lastInboundAt:
      inbound.kind === "due" || inbound.kind === "told"
        ? conversation.lastInboundAt
        : Math.max(conversation.lastInboundAt, inbound.sentAt),
  };
}

/** How far the request for a call is: nobody is told of a time that has passed as if it were still to come. */
function progressOf({ slots }: Conversation, now: number): "missed" | "spoken" | "late" | "in-time" {
  if (slots["tried"] === "not_reached") return "missed";
  if (slots["tried"] === "called") return "spoken";
  return Number(slots["promise"]) < now ? "late" : "in-time";
}

/** Whoever opens the chat in a locale wants it; a message only brings along what its browser is set to. */
function localeAsked(
  { localeChosen }: Conversation,
  { kind, locale }: Inbound,
): Partial<Pick<Conversation, "locale" | "localeChosen">> {
  if (locale === undefined) return {};
  if (kind === "opened") return { locale, localeChosen: true };
  return localeChosen ? {} : { locale };
}

/** Takes over what a message tells besides its meaning: the child's age, and the language it is written in. */
export function learn(
  conversation: Conversation,
  words: string,
  heard: Understanding,
  { now }: Present,
): Conversation {
  const { ageMonths } = heard;
  const aged =
    ageMonths === null ? {} : { ageMonths, slots: { ...conversation.slots, age: bandOf(ageMonths) } };
  return {
    ...conversation,
    ...aged,
    locale: localeFor(conversation, words, heard),
    traces: [...conversation.traces, { trace: heard.trace, at: now }].slice(-3),
  };
}

/** Follows the language a person writes in, until they choose one; a loan-word or two switches nothing later on. */
function localeFor(
  conversation: Conversation,
  words: string,
  { language, languageConfidence }: Understanding,
): Conversation["locale"] {
  const tooShort = conversation.turn > 0 && words.trim().split(/\s+/).length < 3;
  if (conversation.localeChosen || language === "other" || languageConfidence < sureLanguage || tooShort) {
    return conversation.locale;
  }
  return language === languageOf(conversation.locale)
    ? conversation.locale
    : localeOf(language, isSimple(conversation.locale));
}
