import type { Aliases } from "../../conversation/aliases.ts";
import type { Inbound } from "../../conversation/inbound.ts";
import { KnownError } from "../../errors.ts";
import type { PersonId } from "../../terms.ts";
import { digits, readSender, type Sender } from "./address.ts";
import type { WhatsAppDoor } from "./door.ts";
import { type Opaque, readOpaque } from "./opaque.ts";
import { readMessage, readTime } from "./read-message.ts";
import type { Delivered, Webhook } from "./read-webhook.ts";
import { judgeFailure } from "./send-outcome.ts";
import type { WireMessage, WireStatus } from "./wire.ts";

/** Meta tries for seven days; older than that is a replay. */
const oldestMilliseconds = 7 * 24 * 3600_000;

/**
 * Takes in all that a webhook brought: messages and changes of identity as they came about, then what became of ours.
 *
 * @throws {KnownError} `storage.unavailable`; all of it may then come again, for each part is taken in once.
 */
export async function acceptWebhook(
  webhook: Webhook,
  phoneNumberId: string,
  door: WhatsAppDoor,
): Promise<void> {
  const { metrics } = door;
  for (const reason of webhook.left) metrics.count("left", reason);
  const now = door.clock();
  const fresh = webhook.delivered.filter((one) => isForUs(one, now, door));
  const nameOf = namer(phoneNumberId, door);
  try {
    await acceptInOrder(fresh, nameOf, now, door);
  } catch (failure) {
    // not waited for: Meta is to hear soon that it has to come again
    if (isAway(failure)) void door.withoutStorage?.(readAll(name(fresh, nameOf), now));
    throw failure;
  }
  await Promise.all(settlingByKey(webhook.statuses).map((status) => learnStatus(status, door)));
}

function isAway(failure: unknown): boolean {
  return failure instanceof KnownError && failure.retryable;
}

const unchanging: Pick<Aliases, "rename"> = { rename: async () => {} };

type NameOf = (sender: Sender) => PersonId | undefined;

/** Names people by Meta's id where there is one: numbers are handed to someone else. */
function namer(phoneNumberId: string, { pseudonym }: WhatsAppDoor): NameOf {
  return ({ userId, phone }) => {
    const name = userId ?? phone;
    return name === undefined ? undefined : pseudonym(`${phoneNumberId}:${name}`);
  };
}

/** Groups are not ours to answer, replays are not answered again, and who hides entirely cannot be. */
function isForUs({ message, contacts }: Delivered, now: number, { metrics, log }: WhatsAppDoor): boolean {
  const left = (reason: string) => {
    metrics.count("left", reason);
    return false;
  };
  if (message.group_id !== undefined) return left("group");
  if (now - readTime(message.timestamp, now) > oldestMilliseconds) return left("too-old");
  const { userId, phone } = readSender({ message, contacts });
  if (userId !== undefined || phone !== undefined || message.type === "system") return true;
  log.error({ channel: "whatsapp" }, "a message came without any sender");
  return left("no-sender");
}

/** What somebody wrote before they changed their number is theirs; after that the number is a stranger's. */
async function acceptInOrder(
  delivered: readonly Delivered[],
  nameOf: NameOf,
  now: number,
  door: WhatsAppDoor,
): Promise<void> {
  const sentAt = ({ message }: Delivered) => readTime(message.timestamp, now);
  let written: Delivered[] = [];
  for (const one of delivered.toSorted((a, b) => sentAt(a) - sentAt(b))) {
    if (one.message.type !== "system") {
      written.push(one);
      continue;
    }
    await acceptMessages(written, nameOf, now, door);
    written = [];
    await followRename(one, nameOf, sentAt(one), door);
  }
  await acceptMessages(written, nameOf, now, door);
}

async function acceptMessages(
  delivered: readonly Delivered[],
  nameOf: NameOf,
  now: number,
  { turnLog, metrics }: WhatsAppDoor,
): Promise<void> {
  const named = name(delivered, nameOf);
  for (const { one } of named) metrics.count("message", knownType(one.message));
  const messages = readAll(named, now);
  if (messages.length === 0) return;
  const isNew = await turnLog.accept(messages);
  for (const _ of isNew.filter((fresh) => !fresh)) metrics.count("left", "seen-before");
}

interface Named {
  readonly one: Delivered;
  readonly person: PersonId;
}

function name(delivered: readonly Delivered[], nameOf: NameOf): readonly Named[] {
  return delivered.flatMap((one) => {
    const person = one.message.type === "system" ? undefined : nameOf(readSender(one));
    return person === undefined ? [] : [{ one, person }];
  });
}

function readAll(named: readonly Named[], now: number): Inbound[] {
  return named.flatMap(({ one, person }) => readMessage(one, person, now) ?? []);
}

/** Metrics keep a row for every value they ever saw, so only types we know become one. */
const types = new Set(
  "text interactive button audio voice image video document sticker location contacts reaction order system unsupported edit revoke request_welcome".split(
    " ",
  ),
);

function knownType({ type = "none" }: WireMessage): string {
  return types.has(type) ? type : "unknown";
}

/** A number or an id that changed: the person goes on under the new one, and the old one is free for a stranger. */
async function followRename(
  { message }: Delivered,
  nameOf: NameOf,
  at: number,
  { aliases = unchanging, metrics }: WhatsAppDoor,
): Promise<void> {
  const { system } = message;
  if (system === undefined) return;
  metrics.count("message", "system");
  for (const [from, to] of [
    [byPhone(message.from), byPhone(system.wa_id)],
    [byId(system.previous_user_id), byId(system.user_id ?? message.from_user_id)],
  ]) {
    if (from === undefined || to === undefined || from === to) continue;
    await aliases.rename(from, to, { id: message.id, at });
  }

  function byPhone(number: string | undefined): PersonId | undefined {
    return nameOf({ userId: undefined, phone: digits(number) });
  }

  function byId(userId: string | undefined): PersonId | undefined {
    return nameOf({ userId, phone: undefined });
  }
}

/** How much each status settles. They come in any order, and a lesser one never takes back what is known. */
const ranks: Readonly<Record<string, number>> = { sent: 1, failed: 2, delivered: 3, read: 4, played: 4 };

/** Keeps the status of each message that settles most. */
function settlingByKey(statuses: readonly WireStatus[]): readonly WireStatus[] {
  const settling = new Map<string, WireStatus>();
  for (const status of statuses) {
    const key = status.biz_opaque_callback_data ?? status.id;
    if (rankOf(status) >= rankOf(settling.get(key))) settling.set(key, status);
  }
  return [...settling.values()];
}

function rankOf(status: WireStatus | undefined): number {
  return status === undefined ? -1 : (ranks[status.status] ?? 0);
}

async function learnStatus(status: WireStatus, door: WhatsAppDoor): Promise<void> {
  const { outbox, metrics } = door;
  const known = status.status in ranks;
  metrics.count("status", known ? status.status : "unknown");
  if (status.status === "sent") notePrice(status, door);
  const ours = readOpaque(status.biz_opaque_callback_data);
  if (status.status === "failed") await learnFailure(ours, status.errors?.[0]?.code ?? 0, door);
  if (ours === undefined || !known) return;
  if (status.status !== "sent") await door.transit?.drop(ours.person, ours.key);
  await outbox.arrived(ours.person, ours.key);
}

const prices = new Set("service utility marketing authentication general_purpose_ai".split(" "));

/** What Meta charges for has changed before; the count shows it before the bill does. */
function notePrice({ pricing }: WireStatus, { metrics, log }: WhatsAppDoor): void {
  if (pricing === undefined) return;
  const { category = "", billable } = pricing;
  metrics.count(billable === false ? "free" : "billed", prices.has(category) ? category : "unknown");
  if (category === "general_purpose_ai")
    log.error({ channel: "whatsapp" }, "Meta bills us as a general AI provider");
}

/**
 * Meta mostly finds out only after taking a message that it cannot deliver it. What arrived before all the same is in
 * transit no longer, so a status that comes too late takes nothing back.
 */
async function learnFailure(ours: Opaque | undefined, code: number, door: WhatsAppDoor): Promise<void> {
  const { metrics, log, transit, bringBack } = door;
  const { failure, alarm } = judgeFailure(code);
  metrics.count("failed", String(code));
  const facts = { channel: "whatsapp", code };
  if (alarm) log.error(facts, "Meta refuses what we send, and says so later");
  else log.warn(facts, "Meta took a message and could not deliver it");
  const outgoing = ours && (await transit?.find(ours.person, ours.key));
  if (outgoing !== undefined) await bringBack?.(outgoing, failure);
}
