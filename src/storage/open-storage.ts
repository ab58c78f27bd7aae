import { join } from "node:path";
import type { Aliases } from "../conversation/aliases.ts";
import type { ChatLog } from "../conversation/chat-log.ts";
import type { ShownCards } from "../conversation/shown-cards.ts";
import type { Transit } from "../conversation/transit.ts";
import type { Claim, Outbox, Outgoing, TurnLog } from "../conversation/turn-log.ts";
import type { CallbackNotes } from "../escalation/callback-notes.ts";
import type { CallbackQueue } from "../escalation/callback-queue.ts";
import type { Readings } from "../escalation/readings.ts";
import type { Timers } from "../escalation/timers.ts";
import type { Keyring } from "../privacy/keyring.ts";
import { type Pseudonyms, pseudonyms } from "../privacy/pseudonym.ts";
import { sealer } from "../privacy/seal.ts";
import type { ChannelName, Log, PersonId } from "../terms.ts";
import { redisAliases } from "./aliases.ts";
import { redisCallbackNotes } from "./callback-notes.ts";
import { redisCallbackQueue } from "./callback-queue.ts";
import { redisChatLog } from "./chat-log.ts";
import { type DeadLetters, deadLetters } from "./dead-letters.ts";
import { duePersons } from "./due-persons.ts";
import type { Fitness } from "./durability.ts";
import { durableWrites } from "./durable-writes.ts";
import { escalationJournal } from "./escalation-journal.ts";
import { freshFile } from "./fresh-file.ts";
import { intentMover } from "./intents.ts";
import { personKeys as keysOf } from "./keys.ts";
import { livingProcesses } from "./living-processes.ts";
import type { OpenRedis } from "./open-redis.ts";
import { redisOutbox } from "./outbox.ts";
import { type PersonKeys, personKeys } from "./person-keys.ts";
import { personSeals } from "./person-seals.ts";
import { watchPresence } from "./presence.ts";
import { type RateLimits, redisRateLimits } from "./rate-limits.ts";
import { redisReadings } from "./readings.ts";
import { sealed } from "./sealed.ts";
import { shownCards } from "./shown-cards.ts";
import { redisTimers } from "./timers.ts";
import { redisTransit } from "./transit.ts";
import { redisTurnLog } from "./turn-log.ts";
import { unansweredOf } from "./unanswered.ts";

/** Everything that is kept, behind the ports of the rooms that need it. */
export interface Storage {
  readonly turnLog: TurnLog;
  readonly outbox: Outbox;
  readonly transit: Transit;
  readonly callbacks: CallbackQueue;
  readonly chatLog: ChatLog;
  readonly timers: Timers;
  readonly notes: CallbackNotes;
  readonly readings: Readings;
  readonly aliases: Aliases;
  readonly shownCards: ShownCards;
  readonly deadLetters: DeadLetters;
  readonly names: Pseudonyms;
  readonly rateLimits: RateLimits;
  /** Deletes all that is kept of a person, but replies on their way. */
  erase(person: PersonId): Promise<Erased>;
  /** For `/readyz`. */
  fitness(): Promise<Fitness>;
  close(): Promise<void>;
}

/** What there was of a person that was erased. */
interface Erased {
  readonly callbacks: number;
  readonly conversation: boolean;
}

/** How long things may take before somebody else takes over. Tests shorten them. */
export interface Timing {
  readonly turnLeaseMilliseconds: number;
  readonly sendLeaseMilliseconds: number;
  readonly callbackLeaseMilliseconds: number;
  /** How often all partitions are looked through for what a crashed process left. */
  readonly sweepMilliseconds: number;
  /** How long something waits whose key is not on the ring of this process. */
  readonly keyMissingMilliseconds: number;
  /**
   * After how long what was accepted leaves the spool; at most after twice as long. Redis has it on its disk within
   * two seconds, and what somebody had erased is to be gone from all disks within a minute.
   */
  readonly spoolMilliseconds: number;
  /** How long a status may take to tell of a send that was never answered. */
  readonly graceMilliseconds: Readonly<Record<ChannelName, number>>;
  /** How long a process must have been here without a break before it sends again what may have arrived. */
  readonly presenceMilliseconds: number;
}

export const usualTiming: Timing = {
  turnLeaseMilliseconds: 5_000,
  sendLeaseMilliseconds: 15_000,
  callbackLeaseMilliseconds: 15 * 60_000,
  sweepMilliseconds: 500,
  keyMissingMilliseconds: 30_000,
  spoolMilliseconds: 20_000,
  // the web chat's log takes the same key twice without harm; WhatsApp tells what arrived, Azure does not
  graceMilliseconds: { whatsapp: 90_000, directline: 0, azure: 5_000 },
  presenceMilliseconds: 30_000,
};

export interface StorageConfig {
  readonly redis: OpenRedis;
  /** `DATA_DIR`, for the spool. */
  readonly dataDirectory: string;
  readonly keyring: Keyring;
  /** The secrets of persons; without it they stand in a folder of the data directory. */
  readonly personKeys?: PersonKeys;
  readonly log: Log;
  readonly timing?: Partial<Timing>;
  /** Hears of everyone who had themselves erased, before they are told that it is done; at least once each. */
  readonly erased?: (person: PersonId, receipt: string, callbacks: number) => Promise<void>;
  /** Hears of every reply that is given up unread, and why. */
  readonly dropped?: (code: string) => void;
}

const nobodyHears = async (): Promise<void> => undefined;
const nobodyCounts = (): void => undefined;

/** Builds all stores on one Redis. */
export function openStorage(config: StorageConfig): Storage {
  const { redis, dataDirectory, keyring, log, timing: given } = config;
  const { erased = nobodyHears, dropped = nobodyCounts } = config;
  const timing = { ...usualTiming, ...given };
  const { link } = redis;
  const seals = sealer(keyring);
  const at = sealed(seals);
  const names = pseudonyms(keyring);
  const secrets = config.personKeys ?? personKeys(join(dataDirectory, "persons"), keyring);
  const lines = personSeals(secrets, keyring);
  const { accept, keepAgain, durable, fitness, close } = durableWrites({
    redis,
    directory: dataDirectory,
    seals: lines,
    log,
    dropMilliseconds: timing.spoolMilliseconds,
  });
  const common = { link, sealed: at, names, log, durable };
  const file = freshFile(link, log);

  const turns = duePersons<Claim>({ link, set: "ready", sweepMilliseconds: timing.sweepMilliseconds });
  const replies = duePersons<Outgoing>({
    link,
    set: "outready",
    sweepMilliseconds: timing.sweepMilliseconds,
  });
  const processes = livingProcesses({ redis, log, released: (person) => turns.tell(person) });
  const presence = watchPresence(link);
  const callbacks = redisCallbackQueue({ ...common, leaseMilliseconds: timing.callbackLeaseMilliseconds });
  const timers = redisTimers(link);
  const aliases = redisAliases(link, names);
  const chatLog = redisChatLog(link, at, durable);

  const journal = escalationJournal({
    link,
    seals: lines,
    log,
    callbacks,
    directory: join(dataDirectory, "escalations"),
  });

  async function erase(person: PersonId): Promise<Erased> {
    const keys = keysOf(person);
    // from here on all processes seal with another key; what is on its way moves to it before the old one goes
    await secrets.retire(person);
    await journal.forget(person);
    const forgotten = await callbacks.forget(person);
    await timers.forgetOf(person);
    await chatLog.forgetEntries(person);
    await link.call(keys.transit, "DEL", keys.transit);
    const deleted = await link.run("forget-person", [keys.conversation, keys.salt], []);
    await keepAgain(person, () => unansweredOf(link, at, names, person));
    await secrets.destroy(person);
    file.erased();
    return { callbacks: forgotten, conversation: deleted !== 0 };
  }

  const intents = intentMover({
    ...common,
    callbacks,
    timers,
    journal,
    erase: async (person, receipt) => await erased(person, receipt, (await erase(person)).callbacks),
    quiet: (person) => timers.forgetOf(person),
    released: (person) => replies.tell(person),
  });

  return {
    turnLog: redisTurnLog({
      ...common,
      accept,
      turns,
      replies,
      intents,
      aliases,
      processes,
      leaseMilliseconds: timing.turnLeaseMilliseconds,
      sendLeaseMilliseconds: timing.sendLeaseMilliseconds,
      keyMissingMilliseconds: timing.keyMissingMilliseconds,
      graceMilliseconds: timing.graceMilliseconds,
    }),
    outbox: redisOutbox({
      ...common,
      replies,
      intents,
      leaseMilliseconds: timing.sendLeaseMilliseconds,
      keyMissingMilliseconds: timing.keyMissingMilliseconds,
      graceMilliseconds: timing.graceMilliseconds,
      sweepMilliseconds: timing.sweepMilliseconds,
      presence: presence.lasting,
      presenceMilliseconds: timing.presenceMilliseconds,
      dropped,
    }),
    transit: redisTransit(link, at),
    callbacks,
    chatLog,
    timers,
    notes: redisCallbackNotes(link, seals),
    readings: redisReadings(link, names),
    aliases,
    shownCards: shownCards({ link, names, seals, directory: join(dataDirectory, "shown") }),
    deadLetters: deadLetters(join(dataDirectory, "unreadable"), seals),
    names,
    rateLimits: redisRateLimits(link, names),
    erase,
    fitness,
    async close() {
      await processes.leave();
      presence.close();
      file.close();
      await close();
      await journal.close();
      await secrets.close();
      await redis.close();
    },
  };
}
