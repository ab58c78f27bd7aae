import { isDangerCard } from "../conversation/inbound.ts";
import type { Outbox, Outgoing, SendOutcome } from "../conversation/turn-log.ts";
import { KnownError } from "../errors.ts";
import { retention } from "../privacy/retention.ts";
import type { ChannelName, Log, PersonId } from "../terms.ts";
import type { DuePersons } from "./due-persons.ts";
import type { IntentMover } from "./intents.ts";
import { personKeys } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";
import type { Sealed } from "./sealed.ts";

export interface OutboxParts {
  readonly link: RedisLink;
  readonly sealed: Sealed;
  readonly log: Log;
  readonly replies: DuePersons<Outgoing>;
  readonly intents: IntentMover;
  readonly durable: (key: string) => Promise<void>;
  /** Longer than any send takes: a sender that is silent for this long is taken for dead. */
  readonly leaseMilliseconds: number;
  readonly keyMissingMilliseconds: number;
  readonly graceMilliseconds: Readonly<Record<ChannelName, number>>;
  readonly sweepMilliseconds: number;
  /** How long this process has been here without a break. */
  readonly presence: () => number;
  /** How long it has to have been before it sends again what may have arrived. */
  readonly presenceMilliseconds: number;
  /** Hears of every reply that is given up here, and why. */
  readonly dropped: (code: string) => void;
}

type ReplyReply = readonly [
  token: number,
  key: string,
  reply: string,
  tries: number,
  unsure: number,
  late: number,
];

/** Replies between commit and arrival, in Redis. */
export function redisOutbox(parts: OutboxParts): Outbox {
  const { link, sealed, log, replies, intents, durable, dropped } = parts;
  let movedAt = Number.NEGATIVE_INFINITY;

  const yetToListen = (): number => Math.max(0, Math.ceil(parts.presenceMilliseconds - parts.presence()));

  async function claimOf(person: PersonId): Promise<Outgoing | undefined> {
    const keys = personKeys(person);
    const found = (await link.run(
      "claim-reply",
      [keys.shared.outready, keys.shared.outleases, keys.shared.fence, keys.outbox, keys.outgoing, keys.done],
      [person, parts.leaseMilliseconds, retention.reply, retention.outbox, yetToListen()],
    )) as ReplyReply | "gone" | null;
    if (found === null) return undefined;
    if (found === "gone") {
      log.error({ code: "gone" }, "replies outlived their words; nobody can be told whose they were");
      dropped("gone");
      return undefined;
    }
    const [token, key, reply, attempts, unsure, late] = found;
    const claimed = { person, key, token: String(token) };
    try {
      return {
        ...sealed.outgoing.read(person, key, reply),
        attempts,
        unsure: unsure === 1,
        tooLate: late === 1,
        token: claimed.token,
      };
    } catch (error) {
      const code = error instanceof KnownError ? error.code : "privacy.unreadable";
      log.error({ code }, "a reply cannot be opened");
      const outcome = notOpened(code, late === 1, parts.keyMissingMilliseconds);
      if (outcome.kind === "retry") replies.leaveToOthers(person, parts.keyMissingMilliseconds);
      else dropped(code);
      await settle(claimed, outcome);
      return undefined;
    }
  }

  async function settle(
    { person, key, token }: Pick<Outgoing, "person" | "key" | "token">,
    outcome: SendOutcome,
  ): Promise<void> {
    const keys = personKeys(person);
    const pause = outcome.kind === "retry" ? Math.ceil(outcome.afterMilliseconds) : 0;
    const left = await link.run(
      "settle-reply",
      [keys.shared.outready, keys.shared.outleases, keys.outbox, keys.outgoing, keys.done],
      [person, token, key, howItEnded(outcome), pause, retention.done],
    );
    const isUntried = outcome.kind === "retry" && outcome.code === "privacy.key-missing";
    if (left === 0 || outcome.kind === "unknown" || isUntried) return;
    if (pause === 0) replies.tell(person);
    else setTimeout(() => replies.tell(person), pause).unref();
  }

  /** Now and then: what a crashed process decided is carried out by another. */
  async function moveLeftIntents(): Promise<void> {
    if (performance.now() - movedAt < parts.sweepMilliseconds) return;
    movedAt = performance.now();
    await intents.moveAll();
  }

  return {
    async claim() {
      const outgoing = await replies.first(claimOf);
      if (outgoing === undefined) await moveLeftIntents();
      return outgoing;
    },

    settle,

    async arrived(person, key) {
      const keys = personKeys(person);
      const left = await link.run(
        "note-arrival",
        [keys.shared.outready, keys.shared.outleases, keys.outbox, keys.outgoing, keys.done],
        [person, key, retention.done],
      );
      if (left !== 0) replies.tell(person);
    },

    async put(message) {
      const keys = personKeys(message.person);
      const put = await link.run(
        "put-reply",
        [keys.shared.outready, keys.outbox, keys.outgoing, keys.done],
        [
          message.person,
          message.key,
          sealed.outgoing.write(message),
          parts.graceMilliseconds[message.channel],
          isDangerCard(message.reply.card) ? "urgent" : "",
          retention.outbox,
        ],
      );
      await durable(keys.outbox);
      if (put === 1) replies.tell(message.person);
      return put === 1;
    },

    onDue(wake, hasRoom) {
      const leave = replies.listen(wake, hasRoom);
      return () => {
        for (const outgoing of leave()) void settle(outgoing, notTried).catch(() => undefined);
      };
    },
  };
}

const notTried: SendOutcome = { kind: "retry", afterMilliseconds: 0, code: "storage.unavailable" };

function howItEnded({ kind }: SendOutcome): "over" | "unknown" | "retry" {
  return kind === "sent" || kind === "dropped" ? "over" : kind;
}

function notOpened(
  code: string,
  isLate: boolean,
  afterMilliseconds: number,
): Extract<SendOutcome, { kind: "retry" | "dropped" }> {
  return code === "privacy.key-missing" && !isLate
    ? { kind: "retry", afterMilliseconds, code }
    : { kind: "dropped", code };
}
