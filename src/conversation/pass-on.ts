import type { Conversation, Parked } from "./conversation.ts";
import type { Inbound, Reply, Told } from "./inbound.ts";
import type { Present } from "./script.ts";
import type { Commit } from "./turn-log.ts";

const hour = 3_600_000;
/** WhatsApp takes words for a day after the person wrote; a little less, so that they still get there. */
const windowMilliseconds = 24 * hour - 5 * 60_000;
/** Whoever was knocked for lately is not knocked for again: what came since waits beside the rest. */
const knockedMilliseconds = 12 * hour;
const keptMilliseconds = 14 * 24 * hour;
const mostParked = 10;

/**
 * Passes words of a nurse's or ours on to a parent who did not just write; where they were in the dialog stays.
 *
 * When the channel no longer takes words they wait, kept with the conversation, and a knock is sent instead. They
 * are said once the parent writes or taps: see {@link withParked}.
 */
export function passOn(conversation: Conversation, inbound: Inbound, { now }: Present): Commit {
  const words = inbound.words.reveal();
  const told = inbound.told ?? { text: "", knock: "ready", waits: true };
  if (isOver(told, conversation)) return committed(conversation, undefined);
  const { text, knock, waits } = told;
  if (takesWords(conversation, told, now)) {
    return committed(conversation, { ...said(conversation, told), bubbles: [{ text: words }] });
  }
  const knocking = { ...said(conversation, told), knock };
  if (!waits) return committed(conversation, knocking);
  const before = conversation.parked ?? [];
  const parked = [...before, { text, words, at: now }].slice(-mostParked);
  const lately = now - (before.at(-1)?.at ?? Number.NEGATIVE_INFINITY) < knockedMilliseconds;
  return committed({ ...conversation, parked }, lately ? undefined : knocking);
}

/** Puts what waited for the parent before the reply to what they wrote. A card is never put off or added to. */
export function withParked(commit: Commit, before: Conversation, { now }: Present): Commit {
  const { parked, ...conversation } = commit.conversation;
  const { reply } = commit;
  if (parked === undefined || reply === undefined || reply.card !== null) return commit;
  const fresh = parked.filter((one) => stillTrue(one, before, now));
  return {
    ...commit,
    conversation,
    reply: { ...reply, bubbles: [...fresh.map(({ words }) => ({ text: words })), ...unsaid(reply, fresh)] },
  };
}

/** What a refused reply asked is not asked twice in one breath. */
function unsaid({ bubbles }: Reply, fresh: readonly Parked[]): Reply["bubbles"] {
  return bubbles.filter(({ text }) => !fresh.some(({ words }) => words.includes(text)));
}

/** That a promise broke is not told any more once somebody called. */
function stillTrue({ text, at }: Parked, { callback, slots }: Conversation, now: number): boolean {
  if (now - at > keptMilliseconds) return false;
  return text !== "late" || (callback !== null && slots["progress"] === "late");
}

/** What a turn said is nothing any more once a later one asked something else. */
function isOver({ refused }: Told, { turn }: Conversation): boolean {
  return refused?.turn !== undefined && refused.turn !== turn;
}

function takesWords({ channel, lastInboundAt }: Conversation, { refused }: Told, now: number): boolean {
  if (channel !== "whatsapp") return true;
  const opened = refused === undefined || lastInboundAt > refused.lastInboundAt;
  return opened && now - lastInboundAt < windowMilliseconds;
}

function committed(conversation: Conversation, reply: Reply | undefined): Commit {
  return { conversation, reply, intent: undefined };
}

/** The buttons of the last reply stay good: this is no turn of its own. */
function said({ locale, turn }: Conversation, { text, about }: Told): Reply {
  return {
    bubbles: [],
    choices: [],
    listLabel: "",
    locale,
    turn,
    dialog: "followup",
    node: text,
    card: null,
    ...(about === undefined ? {} : { about }),
  };
}
