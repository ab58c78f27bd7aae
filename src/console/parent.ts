import type { Conversation } from "../conversation/conversation.ts";
import type { Knock, Told } from "../conversation/inbound.ts";
import type { Outbox } from "../conversation/turn-log.ts";
import type { Callback, Outcome } from "../escalation/callback.ts";
import { Private } from "../privacy/private.ts";
import type { ChannelName, Clock, Language, Locale, PersonId } from "../terms.ts";

/** How a person can be written to: where their last message came from. */
export interface WayBack {
  readonly channel: ChannelName;
  readonly address: Private<string>;
  readonly locale: Locale;
  readonly lastInboundAt: number;
  readonly slots?: Conversation["slots"];
}

/** What can be said to a parent from the console's side. Every key stands in `locales/<tag>/followup.json`. */
export interface ParentLine {
  readonly outbox: Outbox;
  /** Finds how to write to a person; undefined once the conversation is forgotten. */
  readonly wayBack: (person: PersonId) => Promise<WayBack | undefined>;
  /** Gives a text of `followup.json` in a locale; never falls back to another language. */
  readonly say: (locale: Locale, key: string, values?: Readonly<Record<string, string | number>>) => string;
  /** Passes words on where a channel takes none any more: they wait for the parent and a knock is sent. Once per key. */
  readonly park: (message: Parking) => Promise<boolean>;
  /** What a knock says in a language. */
  readonly knockText: (knock: Knock, language: Language) => string;
  readonly clock: Clock;
}

/** Words for a parent who was silent for too long. */
export interface Parking extends WayBack {
  readonly key: string;
  readonly person: PersonId;
  readonly words: Private<string>;
  readonly told: Told;
}

const day = 24 * 3_600_000;

/** Until when WhatsApp lets words through; null where nothing has to be minded. */
export function windowEnd(way: WayBack | undefined): number | null {
  return way?.channel === "whatsapp" ? way.lastInboundAt + day : null;
}

/** Whether the parent may be asked later whether it helped: what they said last counts, in the request or since. */
export function mayAskLater({ request }: Pick<Callback, "request">, way: WayBack | undefined): boolean {
  const since = way?.slots?.["afterwards"];
  return since === undefined ? request.consents.includes("afterwards") : since === "yes";
}

/** The texts the console's side needs, so that a check can find a missing one. */
export const followUpTexts = [
  "outcome.advice_given",
  "outcome.appointment_made",
  "outcome.referred",
  "outcome.not_needed",
  "outcome.not_reached",
  "outcome.withdrawn",
  "again",
  "late",
  "tried",
  "still-wanted",
  "nurse-says",
] as const;
type FollowUpText = (typeof followUpTexts)[number];

/** Says how a callback ended, and how to come back. Once per callback and ending. */
export function tellOutcome(line: ParentLine, callback: Callback, outcome: Outcome): Promise<boolean> {
  const endings = callback.history.filter(({ kind }) => kind === "closed").length;
  return send(line, callback, `outcome-${callback.id}-${endings}`, [[`outcome.${outcome}`], ["again"]]);
}

/** Says honestly that the promise was broken, that it is seen, and where to go meanwhile. Once per callback. */
export function tellLate(line: ParentLine, callback: Callback): Promise<boolean> {
  return send(line, callback, `late-${callback.id}`, [["late"]]);
}

/** Says that a nurse tried to call. Names no subject: others may read along (P-15). */
export function tellTried(line: ParentLine, callback: Callback): Promise<boolean> {
  return send(line, callback, `tried-${callback.id}-${callback.attempts}`, [["tried"]]);
}

/** Sends one of the fixed messages that say it all, as far as the channel takes words in words. */
export function tellFixed(
  line: ParentLine,
  callback: Callback,
  { knock, key }: { readonly knock: Exclude<Knock, "ready">; readonly key: string },
): Promise<boolean> {
  return send(line, callback, `fixed-${callback.id}-${key}`, [[knock]]);
}

/** Sends a nurse's own words, with her name, as words of a person and not of the bot. */
export function tellFromNurse(
  line: ParentLine,
  callback: Callback,
  message: { readonly nurse: string; readonly words: string; readonly key: string },
): Promise<boolean> {
  const { nurse, words, key } = message;
  return send(line, callback, `nurse-${callback.id}-${key}`, [["nurse-says", { nurse, words }]]);
}

type Said = readonly [FollowUpText, Readonly<Record<string, string>>?];

/** False when there is no way back to the parent any more, or it was said before. */
async function send(
  line: ParentLine,
  { id, request }: Callback,
  key: string,
  texts: readonly Said[],
): Promise<boolean> {
  const way = await line.wayBack(request.person);
  if (way === undefined) return false;
  const { locale, channel, address, lastInboundAt } = way;
  const bubbles = texts.map(([text, values]) => line.say(locale, text, values));
  const [text = ""] = texts[0] ?? [];
  if ((windowEnd(way) ?? Number.POSITIVE_INFINITY) - margin < line.clock()) {
    const words = new Private(bubbles.join("\n\n"));
    return line.park({ ...way, key, person: request.person, words, told: { ...toldAs(text), about: id } });
  }
  return line.outbox.put({
    key,
    person: request.person,
    channel,
    address,
    lastInboundAt,
    reply: {
      bubbles: bubbles.map((words) => ({ text: words })),
      choices: [],
      listLabel: "",
      locale,
      turn: 0,
      dialog: "followup",
      node: text,
      card: null,
      about: id,
    },
  });
}

/** Less than is left of the window and a message may not get there in time. */
const margin = 5 * 60_000;

function toldAs(text: string): Told {
  const knock = text === "tried" || text === "still-wanted" ? text : "ready";
  return { text, knock, waits: knock === "ready" };
}
