import type { ChatLog } from "../../conversation/chat-log.ts";
import type { Inbound } from "../../conversation/inbound.ts";
import { KnownError } from "../../errors.ts";
import type { PersonId } from "../../terms.ts";
import { writeAddress } from "./address.ts";
import { unknownChat } from "./answer-failure.ts";
import type { DirectLineOptions } from "./options.ts";
import { type ChatActivity, inboundIdOf, kindOf, readInbound } from "./read-activity.ts";
import type { ChatOwner } from "./token.ts";
import { activityId, writeEcho, writeReply } from "./write-activities.ts";

/** What taking a message in needs besides the options of the channel. */
export interface TakeInDesk extends DirectLineOptions {
  /**
   * Shows activities to the open streams of a conversation in this process, outside of the log.
   *
   * @returns whether any stream was open.
   */
  readonly showAtOnce: (conversation: string, activities: readonly object[]) => boolean;
  /** The messages whose cards were shown that way, lately. */
  readonly shownAtOnce: Set<string>;
}

/**
 * Takes one activity in: first into the log, so that its echo stands before any answer, then into the inbox.
 *
 * Both know it by the same id, so a client that got no answer sends it again and nothing happens twice.
 *
 * @returns the id of the activity.
 */
export async function takeIn(desk: TakeInDesk, owner: ChatOwner, activity: ChatActivity): Promise<string> {
  const arrived = { activity, id: inboundIdOf(activity), person: desk.pseudonym(owner.user), owner };
  try {
    return await record(desk, arrived);
  } catch (failure) {
    if (failure instanceof KnownError && failure.retryable) showCardAnyway(desk, arrived);
    throw failure;
  }
}

interface Arrived {
  readonly activity: ChatActivity;
  readonly id: string;
  readonly person: PersonId;
  readonly owner: ChatOwner;
}

async function record(desk: TakeInDesk, arrived: Arrived): Promise<string> {
  const { activity, id, person, owner } = arrived;
  const always = kindOf(activity, false);
  // one entry and no answer: this may be the first activity again, of which only the echo was stored
  if (always === undefined && found(await desk.chatLog.head(person)) > 1)
    return `${owner.conversation}|${id}`;

  const sequence = await echo(desk.chatLog, arrived);
  await accept(desk, arrived, always ?? kindOf(activity, sequence === 1), sequence);
  return activityId(owner.conversation, sequence);
}

async function echo(chatLog: ChatLog, { activity, id, person, owner }: Arrived): Promise<number> {
  const numbers = await chatLog.append(person, `person:${id}`, [writeEcho(activity, owner.user)]);
  return found(numbers?.[0]);
}

async function accept(
  desk: TakeInDesk,
  arrived: Arrived,
  kind: Inbound["kind"] | undefined,
  sequence: number,
): Promise<void> {
  if (kind === undefined) return;
  const [isNew] = await desk.turnLog.accept([inboundOf(desk, arrived, kind, sequence)]);
  if (isNew) desk.count?.(kind);
}

function inboundOf(desk: TakeInDesk, arrived: Arrived, kind: Inbound["kind"], answers?: number): Inbound {
  const { activity, id, person, owner } = arrived;
  const address = writeAddress({ conversation: owner.conversation, answers });
  return readInbound(activity, { id, kind, person, at: desk.clock(), address });
}

const rememberedCards = 10_000;

/**
 * Storage is away: a danger sign still gets its card, over the open streams, before the client is told to
 * retry, and once however often it does. The log gets the card with the turn, so that a reload shows it too.
 */
function showCardAnyway(desk: TakeInDesk, arrived: Arrived): void {
  const { shownAtOnce } = desk;
  const message = `${arrived.person} ${arrived.id}`;
  if (kindOf(arrived.activity, false) !== "message" || shownAtOnce.has(message)) return;
  const card = desk.cardWithoutStorage?.(inboundOf(desk, arrived, "message"));
  if (card === undefined) return;
  if (!desk.showAtOnce(arrived.owner.conversation, writeReply(card, undefined))) return;
  if (shownAtOnce.size >= rememberedCards) shownAtOnce.clear();
  shownAtOnce.add(message);
}

function found(number: number | undefined): number {
  if (number === undefined) throw unknownChat();
  return number;
}
