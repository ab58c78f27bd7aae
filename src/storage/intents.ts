import type { CallbackIntent, Claim } from "../conversation/turn-log.ts";
import { KnownError } from "../errors.ts";
import type { CallbackQueue } from "../escalation/callback-queue.ts";
import type { Timer, Timers } from "../escalation/timers.ts";
import type { ChannelName, Log, PersonId } from "../terms.ts";
import type { EscalationJournal } from "./escalation-journal.ts";
import { partitionKeys, partitions, personKeys } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";
import type { Sealed } from "./sealed.ts";

/**
 * Carries out what turns decided beyond their own conversation, and then lets their replies go.
 *
 * Callbacks live in another slot than conversations, so this cannot be one atomic move with the commit. It is
 * the next best: the intent is written with the commit, carried out by whoever comes first, harmless when
 * carried out twice, and removed last.
 */
export interface IntentMover {
  /** Writes an intent the way `commit-turn` stores it, with the reply that waits for it. */
  write(claim: Claim, intent: CallbackIntent, replyKey: string): string;
  /** Starts carrying out what waits in a partition. */
  moveSoon(partition: string): void;
  /** Carries out what waits anywhere, for what a crashed process left. */
  moveAll(): Promise<void>;
}

interface IntentParts {
  readonly link: RedisLink;
  readonly sealed: Sealed;
  readonly callbacks: CallbackQueue;
  readonly timers: Timers;
  readonly journal: EscalationJournal;
  readonly erase: (person: PersonId, receipt: string) => Promise<unknown>;
  readonly quiet: (person: PersonId) => Promise<unknown>;
  readonly released: (person: PersonId) => void;
  readonly log: Log;
}

/** An intent at rest: whose, the reply held for it, and the sealed rest. */
interface StoredIntent {
  readonly person: PersonId;
  readonly channel: ChannelName;
  readonly reply: string;
  readonly intent: string;
}

const atOnce = "15";

export function intentMover({
  link,
  sealed,
  callbacks,
  timers,
  journal,
  erase,
  quiet,
  released,
  log,
}: IntentParts): IntentMover {
  const moving = new Map<string, Promise<void>>();

  /** One at a time per partition, in order: a withdrawal never overtakes the request it takes back. */
  function move(partition: string): Promise<void> {
    const before = moving.get(partition) ?? Promise.resolve();
    const now = before.catch(() => undefined).then(() => moveWaiting(partition));
    moving.set(partition, now);
    const done = (): void => {
      if (moving.get(partition) === now) moving.delete(partition);
    };
    now.then(done, done);
    return now;
  }

  async function moveWaiting(partition: string): Promise<void> {
    const { intents } = partitionKeys(partition);
    for (;;) {
      const waiting = (await link.call(intents, "LRANGE", intents, "0", atOnce)) as string[];
      if (waiting.length === 0) return;
      for (const text of waiting) await moveOne(text);
    }
  }

  async function moveOne(text: string): Promise<void> {
    const { person, channel, reply, intent } = JSON.parse(text) as StoredIntent;
    const keys = personKeys(person);
    const open = readIntent(person, intent);
    if (open === undefined) {
      await link.call(keys.shared.dead, "ZADD", keys.shared.dead, String(Date.now()), intent);
    } else {
      await carryOut(open, channel);
    }
    // what could not be read was not carried out, so the reply that promises it stays held
    await link.run(
      "release-reply",
      [keys.shared.intents, keys.shared.outready, keys.outgoing],
      [text, person, open === undefined ? "" : reply],
    );
    if (reply !== "") released(person);
  }

  function readIntent(person: PersonId, text: string): CallbackIntent | undefined {
    try {
      return sealed.intent.read(person, text);
    } catch (error) {
      if (error instanceof KnownError && error.code === "privacy.key-missing") throw error;
      log.error({ code: "privacy.unreadable" }, "an intent cannot be opened and was set aside");
      return undefined;
    }
  }

  async function carryOut(intent: CallbackIntent, channel: ChannelName): Promise<void> {
    switch (intent.kind) {
      case "open":
        await journal.keep(intent.id, intent.request);
        await callbacks.open(intent.id, intent.request);
        return;
      case "withdraw":
        await journal.drop(intent.id);
        await callbacks.withdraw(intent.id);
        return;
      case "answer":
        await callbacks.answer(intent.id, intent.answer);
        return;
      case "check-back":
        await timers.set(checkBack(intent, channel));
        return;
      case "erase":
        await erase(intent.person, intent.receipt);
        return;
      case "quiet":
        await quiet(intent.person);
        return;
    }
  }

  const complain = (error: unknown): void => {
    const code = error instanceof KnownError ? error.code : "unknown";
    log.warn({ code }, "what turns decided waits to be carried out");
  };

  return {
    write({ person, inbound }, intent, reply) {
      const text = sealed.intent.write(person, intent);
      return JSON.stringify({ person, channel: inbound.channel, reply, intent: text } satisfies StoredIntent);
    },
    moveSoon(partition) {
      move(partition).catch(complain);
    },
    async moveAll() {
      const lengths = await Promise.all(
        partitions.map((partition) => {
          const { intents } = partitionKeys(partition);
          return link.call(intents, "LLEN", intents);
        }),
      );
      const busy = partitions.filter((_, at) => lengths[at] !== 0);
      await Promise.all(busy.map((partition) => move(partition).catch(complain)));
    },
  };
}

/** One a person: a new promise to write again takes the place of the old. */
function checkBack(
  { person, locale, at }: Extract<CallbackIntent, { kind: "check-back" }>,
  channel: ChannelName,
): Timer {
  return {
    id: `check-back-${person}`,
    kind: "check-back",
    dueAt: at,
    person,
    channel,
    locale,
    callback: null,
  };
}
