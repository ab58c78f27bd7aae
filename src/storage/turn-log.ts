import type { Conversation } from "../conversation/conversation.ts";
import type { Inbound } from "../conversation/inbound.ts";
import type { Claim, Commit, TurnLog } from "../conversation/turn-log.ts";
import { KnownError } from "../errors.ts";
import type { Pseudonyms } from "../privacy/pseudonym.ts";
import { retention } from "../privacy/retention.ts";
import { newSalt } from "../privacy/seal.ts";
import type { ChannelName, Log, PersonId } from "../terms.ts";
import type { DuePersons } from "./due-persons.ts";
import type { DurableWrites } from "./durable-writes.ts";
import type { IntentMover } from "./intents.ts";
import { partitionOf, personKeys } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";
import type { Sealed } from "./sealed.ts";

export interface TurnLogParts {
  readonly link: RedisLink;
  readonly sealed: Sealed;
  readonly names: Pseudonyms;
  readonly log: Log;
  readonly turns: DuePersons;
  readonly replies: DuePersons;
  readonly intents: IntentMover;
  readonly accept: DurableWrites["accept"];
  readonly durable: DurableWrites["durable"];
  readonly leaseMilliseconds: number;
  readonly graceMilliseconds: Readonly<Record<ChannelName, number>>;
}

type TurnReply = readonly [token: number, tries: number, message: string, conversation: string, salt: string];

const triesBeforeBurial = 5;
const unreadablePauseMilliseconds = 2_000;
const keyMissingPauseMilliseconds = 30_000;

/** The inbox of all channels and the state of all conversations, in Redis. */
export function redisTurnLog(parts: TurnLogParts): TurnLog {
  const { link, sealed, names, log, turns, replies, intents, accept, durable } = parts;
  const salts = new WeakMap<Claim, string>();

  async function claimOf(person: PersonId): Promise<Claim | undefined> {
    const keys = personKeys(person);
    const found = (await link.run(
      "claim-turn",
      [
        keys.shared.ready,
        keys.shared.leases,
        keys.shared.attempts,
        keys.shared.fence,
        keys.inbox,
        keys.conversation,
        keys.salt,
      ],
      [person, parts.leaseMilliseconds],
    )) as TurnReply | null;
    if (found === null) return undefined;
    const [token, attempts, message, conversation, salt] = found;
    const inbound = await readInbound(person, { token: String(token), attempts, message });
    if (inbound === undefined) return undefined;
    const claim: Claim = {
      person,
      token: String(token),
      inbound,
      attempts,
      conversation: readConversation(person, salt, conversation),
    };
    salts.set(claim, salt === "" ? newSalt() : salt);
    return claim;
  }

  /** A message that does not open must not stop those after it; one whose key is missing may open tomorrow. */
  async function readInbound(
    person: PersonId,
    claimed: { readonly token: string; readonly attempts: number; readonly message: string },
  ): Promise<Inbound | undefined> {
    try {
      return sealed.inbound.read(person, claimed.message);
    } catch (error) {
      const code = error instanceof KnownError ? error.code : "privacy.unreadable";
      log.error({ code, attempts: claimed.attempts }, "a message cannot be opened");
      if (code !== "privacy.key-missing" && claimed.attempts + 1 >= triesBeforeBurial) {
        await bury(person, claimed.token);
      } else {
        await giveBack(
          person,
          claimed.token,
          code === "privacy.key-missing" ? keyMissingPauseMilliseconds : unreadablePauseMilliseconds,
        );
      }
      return undefined;
    }
  }

  function readConversation(person: PersonId, salt: string, text: string): Conversation | undefined {
    if (text === "") return undefined;
    try {
      return sealed.conversation.read(person, salt, text);
    } catch (error) {
      if (error instanceof KnownError && error.code === "privacy.key-missing") throw error;
      log.error({ code: "privacy.unreadable" }, "a conversation cannot be opened; it starts anew");
      return undefined;
    }
  }

  async function giveBack(person: PersonId, token: string, pauseMilliseconds: number): Promise<void> {
    const keys = personKeys(person);
    await link.run(
      "give-back-turn",
      [keys.shared.ready, keys.shared.leases],
      [person, token, pauseMilliseconds],
    );
    if (pauseMilliseconds === 0) turns.tell(person);
    else setTimeout(() => turns.tell(person), pauseMilliseconds).unref();
  }

  async function bury(person: PersonId, token: string): Promise<void> {
    const keys = personKeys(person);
    const left = await link.run(
      "bury-message",
      [keys.shared.ready, keys.shared.leases, keys.shared.attempts, keys.inbox, keys.shared.dead],
      [person, token, retention.deadLetter],
    );
    log.error({ code: "privacy.unreadable" }, "a message was set aside unread");
    if (left !== "stale" && left !== 0) turns.tell(person);
  }

  async function write(claim: Claim, commit: Commit, deadLetter: string): Promise<"committed" | "stale"> {
    const { person } = claim;
    const keys = personKeys(person);
    const salt = salts.get(claim) ?? newSalt();
    const { key, text, urgent } = writeReply(claim, commit);
    const intent = commit.intent === undefined ? "" : intents.write(claim, commit.intent, key);
    const left = await link.run(
      "commit-turn",
      [
        keys.shared.ready,
        keys.shared.leases,
        keys.shared.attempts,
        keys.inbox,
        keys.conversation,
        keys.salt,
        keys.shared.outready,
        keys.outbox,
        keys.outgoing,
        keys.shared.intents,
        keys.shared.dead,
      ],
      [
        person,
        claim.token,
        sealed.conversation.write(person, salt, commit.conversation),
        salt,
        retention.conversation,
        key,
        text,
        parts.graceMilliseconds[claim.inbound.channel],
        urgent,
        retention.outbox,
        intent,
        deadLetter,
        retention.deadLetter,
      ],
    );
    if (left === "stale") return "stale";
    await durable(keys.conversation);
    if (left !== 0) turns.tell(person);
    if (intent !== "") intents.moveSoon(partitionOf(person));
    if (key !== "") replies.tell(person);
    return "committed";
  }

  function writeReply({ person, inbound }: Claim, { conversation, reply }: Commit) {
    if (reply === undefined) return { key: "", text: "", urgent: "" };
    const key = names.message(person, inbound.id);
    const text = sealed.outgoing.write({
      key,
      person,
      channel: inbound.channel,
      address: inbound.address,
      reply,
      lastInboundAt: conversation.lastInboundAt,
    });
    return { key, text, urgent: isUrgent(reply.card) ? "urgent" : "" };
  }

  return {
    async accept(messages) {
      const taken = messages.map(() => false);
      await Promise.all(
        [...groupByPerson(messages)].map(async ([person, theirs]) => {
          const keys = personKeys(person);
          const found = (await accept([
            [
              keys.inbox,
              keys.shared.ready,
              ...theirs.map(({ message }) => keys.seen(names.message(person, message.id))),
            ],
            [
              person,
              retention.inbound,
              retention.seen,
              ...theirs.map(({ message }) => sealed.inbound.write(message)),
            ],
          ])) as readonly number[];
          for (const [at, { place }] of theirs.entries()) taken[place] = found[at] === 1;
          if (found.includes(1)) turns.tell(person);
        }),
      );
      return taken;
    },

    claim: () => turns.first(claimOf),
    commit: (claim, commit) => write(claim, commit, ""),
    giveBack: (claim, pauseMilliseconds) => giveBack(claim.person, claim.token, pauseMilliseconds),
    setAside: (claim, fallback) =>
      write(
        claim,
        fallback,
        sealed.deadLetter.write(claim.inbound, salts.get(claim) ?? newSalt(), claim.attempts),
      ),
    onWaiting: (wake) => turns.listen(wake),
  };
}

interface Placed {
  readonly message: Inbound;
  /** Where in the batch it stood. */
  readonly place: number;
}

/** One atomic move per person keeps the order in which a batch brought their messages. */
function groupByPerson(messages: readonly Inbound[]): ReadonlyMap<PersonId, readonly Placed[]> {
  const groups = new Map<PersonId, Placed[]>();
  for (const [place, message] of messages.entries()) {
    const group = groups.get(message.person);
    if (group === undefined) groups.set(message.person, [{ message, place }]);
    else group.push({ message, place });
  }
  return groups;
}

/** A card of a concern goes before everything else that is on its way to the same person. */
export function isUrgent(card: string | null): boolean {
  return card === "emergency" || card === "urgent";
}
