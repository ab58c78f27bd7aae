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
 * Takes one activity in: into the log, so that its echo stands before any answer, and right behind it into the inbox.
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
  const { activity, owner } = arrived;
  const kind = kindOf(activity, false);
  if (kind === undefined) return await recordFirst(desk, arrived);

  // not one after the other: the log and the inbox each wait for the disk
  const [echoed] = await Promise.all([echo(desk.chatLog, arrived), accept(desk, arrived, kind)]);
  return activityId(owner.conversation, found(echoed));
}

/** What only counts when it opens the chat: whether it does, the log says. */
async function recordFirst(desk: TakeInDesk, arrived: Arrived): Promise<string> {
  const { activity, id, person, owner } = arrived;
  // one entry and no answer: this may be the first activity again, of which only the echo was stored
  if (found(await desk.chatLog.head(person)) > 1) return `${owner.conversation}|${id}`;
  const echoed = found(await echo(desk.chatLog, arrived));
  const kind = kindOf(activity, echoed === 1);
  if (kind !== undefined) await accept(desk, arrived, kind);
  return activityId(owner.conversation, echoed);
}

async function echo(chatLog: ChatLog, { activity, id, person, owner }: Arrived): Promise<number | undefined> {
  const numbers = await chatLog.append(person, nameInLog(id), [writeEcho(activity, owner.user)]);
  return numbers?.[0];
}

/** Of the two that are taken in at once, only the log can say that there is no such chat. */
async function accept(desk: TakeInDesk, arrived: Arrived, kind: Inbound["kind"]): Promise<void> {
  const [isNew] = await desk.turnLog.accept([inboundOf(desk, arrived, kind)], "open-chat");
  if (isNew) desk.count?.(kind);
}

function nameInLog(id: string): string {
  return `person:${id}`;
}

function inboundOf(desk: TakeInDesk, arrived: Arrived, kind: Inbound["kind"]): Inbound {
  const { activity, id, person, owner } = arrived;
  const address = writeAddress({ conversation: owner.conversation, answers: nameInLog(id) });
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
