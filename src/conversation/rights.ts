import { bandOf } from "../dialog/age-band.ts";
import type { Callback } from "../escalation/callback.ts";
import { languageOf } from "../language/locale.ts";
import type { Conversation } from "./conversation.ts";
import type { Script } from "./script.ts";

/** What is kept of a person besides the conversation, looked up when they ask for it. */
export interface Kept {
  readonly callbacks: readonly Callback[];
  /** What somebody of the team saw of them in the last year; undefined when that cannot be told now. */
  readonly looks: readonly Look[] | undefined;
}

/** One look at what is kept of a person: who it was by what they are there; their names are told on request. */
export interface Look {
  readonly at: number;
  readonly roles: readonly string[];
  readonly organisation: string;
  /** What they did, as the access record calls it. */
  readonly did: string;
}

const nothing = "–";
const daysShown = 10;

/** Whether the answer to a message may show what is kept: asked within the dialog of rights only. */
export function mayAskForKept({
  conversation,
}: {
  readonly conversation: Conversation | undefined;
}): boolean {
  return conversation?.place.at(-1)?.dialog === "rights";
}

/** The values that the texts of `rights` and `erase` show. */
export function rightsValues(
  conversation: Conversation,
  kept: Kept | undefined,
  script: Script,
): Readonly<Record<string, string>> {
  const { locale, ageMonths, slots, path } = conversation;
  const { text } = script.catalogue;
  const open = kept?.callbacks.find(({ state }) => state !== "closed");
  return {
    language: text(locale, `locales:${locale}`),
    age: ageMonths === null ? nothing : text(locale, `ages:${bandOf(ageMonths)}`),
    choices: String(Object.keys(slots).length + path.length),
    callback: open === undefined ? nothing : writeDay(open.request.requestedAt, conversation, script),
    looks: writeLooks(kept?.looks, conversation, script),
    export: JSON.stringify(exportOf(conversation, kept), null, 1),
    receipt: receiptOf(conversation, script),
  };
}

/**
 * The number under which an erasure stands on the access record. Made of the message that asked for it, so that
 * a second try carries the same one.
 */
export function receiptOf({ person, lastInboundAt }: Conversation, script: Script): string {
  const id = script.callbackId(person, `erase ${lastInboundAt}`).toUpperCase();
  return `${id.slice(0, 4)}-${id.slice(4, 8)}`;
}

function writeLooks(looks: Kept["looks"], conversation: Conversation, script: Script): string {
  if (looks === undefined) return nothing;
  const days = [...new Set(looks.map(({ at }) => writeDay(at, conversation, script)))];
  const shown = days.slice(0, daysShown).join(", ");
  if (days.length === 0) return "0";
  return `${looks.length} (${shown}${days.length > daysShown ? ", …" : ""})`;
}

function writeDay(at: number, { locale }: Conversation, { organisation }: Script): string {
  const style = { day: "numeric", month: "numeric", year: "numeric", timeZone: organisation.zone } as const;
  return new Intl.DateTimeFormat(languageOf(locale), style).format(at);
}

/** All that is kept, for a machine to read: the names of its fields are a promise. */
function exportOf(conversation: Conversation, kept: Kept | undefined): object {
  const { channel, locale, ageMonths, slots, said, path, lastInboundAt, greetedAt } = conversation;
  return {
    naast: 1,
    channel,
    locale,
    ageMonths,
    choices: slots,
    words: said,
    steps: path,
    firstScreen: writeTime(greetedAt),
    lastMessage: writeTime(lastInboundAt),
    callbacks: (kept?.callbacks ?? []).map(exportCallback),
    looks: kept?.looks?.map((look) => ({ ...look, at: writeTime(look.at) })) ?? null,
  };
}

function exportCallback({ state, lane, request, attempts, outcome, closedAt }: Callback): object {
  const { words, phone, moment, voicemailSafe, interpreter, meeting, ageBand, consents, consentVersion } =
    request;
  return {
    state,
    lane,
    about: request.reason,
    words,
    phone,
    moment,
    voicemailSafe,
    interpreter,
    meeting,
    ageBand,
    consents,
    consent: consentVersion,
    toExplain: request.toExplain ?? false,
    asked: writeTime(request.requestedAt),
    promised: writeTime(request.promisedAt),
    attempts,
    outcome,
    closed: writeTime(closedAt),
  };
}

function writeTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
