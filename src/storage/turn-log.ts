import type { Aliases } from "../conversation/aliases.ts";
import type { Conversation } from "../conversation/conversation.ts";
import { type Inbound, isDangerCard } from "../conversation/inbound.ts";
import type { Claim, Commit, Outgoing, TurnLog } from "../conversation/turn-log.ts";
import { KnownError } from "../errors.ts";
import type { Pseudonyms } from "../privacy/pseudonym.ts";
import { retention } from "../privacy/retention.ts";
import { newSalt } from "../privacy/seal.ts";
import type { ChannelName, Log, PersonId } from "../terms.ts";
import type { DuePersons } from "./due-persons.ts";
import type { DurableWrites } from "./durable-writes.ts";
import type { IntentMover } from "./intents.ts";
import { nameKey, partitionOf, personKeys } from "./keys.ts";
import type { LivingProcesses } from "./living-processes.ts";
import type { RedisLink } from "./redis-link.ts";
import type { Sealed } from "./sealed.ts";

export interface TurnLogParts {
  readonly link: RedisLink;
  readonly sealed: Sealed;
  readonly names: Pseudonyms;
  readonly log: Log;
  readonly turns: DuePersons<Claim>;
  readonly replies: DuePersons<Outgoing>;
  readonly intents: IntentMover;
  readonly aliases: Pick<Aliases, "findPersons">;
  readonly accept: DurableWrites["accept"];
  readonly durable: DurableWrites["durable"];
  /** Whose the claims are that are made here. */
  readonly processes: Pick<LivingProcesses, "id" | "join">;
  readonly leaseMilliseconds: number;
  readonly sendLeaseMilliseconds: number;
  /** How long something waits whose key is not on this process's ring. */
  readonly keyMissingMilliseconds: number;
  readonly graceMilliseconds: Readonly<Record<ChannelName, number>>;
}

type TurnReply = readonly [token: string, tries: number, message: string, conversation: string, salt: string];
type AcceptReply = readonly [
  taken: readonly number[],
  token?: string,
  tries?: number,
  conversation?: string,
  salt?: string,
];
type CommitReply = "stale" | readonly [left: number, sender: number | null];

const triesBeforeBurial = 5;
/** What a try alone adds to the count of tries. More than there will ever be of these. */
const alone = 1_000_000;
const unreadablePauseMilliseconds = 2_000;

interface Claimed {
  readonly token: string;
  readonly attempts: number;
  readonly message: string;
}

/** The inbox of all channels and the state of all conversations, in Redis. */
export function redisTurnLog(parts: TurnLogParts): TurnLog {
  const { link, sealed, names, log, turns, replies, intents, aliases, accept, durable } = parts;
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
      [person, parts.leaseMilliseconds, parts.processes.id],
    )) as TurnReply | null;
    if (found === null) return undefined;
    const [token, attempts, message, conversation, salt] = found;
    const claimed = { token, attempts, message };
    const inbound = await readInbound(person, claimed);
    if (inbound === undefined) return undefined;
    return await claimWith(inbound, claimed, salt, conversation);
  }

  async function claimWith(
    inbound: Inbound,
    claimed: Omit<Claimed, "message">,
    salt: string,
    text: string,
  ): Promise<Claim | undefined> {
    const { person } = inbound;
    const { token } = claimed;
    const [attempts, triedAlone] = [claimed.attempts % alone, claimed.attempts >= alone];
    const conversation = await readConversation(person, claimed, salt, text);
    if (conversation === "key-missing") return undefined;
    const claim: Claim = { person, token, inbound, attempts, triedAlone, conversation };
    salts.set(claim, salt === "" ? newSalt() : salt);
    return claim;
  }

  /** A message that does not open must not stop those after it; one whose key is missing may open tomorrow. */
  async function readInbound(person: PersonId, claimed: Claimed): Promise<Inbound | undefined> {
    try {
      return sealed.inbound.read(person, claimed.message);
    } catch (error) {
      if (isKeyMissing(error)) await waitForKey(person, claimed);
      else {
        log.error({ code: "privacy.unreadable", attempts: claimed.attempts }, "a message cannot be opened");
        if (claimed.attempts + 1 >= triesBeforeBurial) await bury(person, claimed.token);
        else await giveBack(person, claimed.token, unreadablePauseMilliseconds);
      }
      return undefined;
    }
  }

  async function readConversation(
    person: PersonId,
    claimed: Omit<Claimed, "message">,
    salt: string,
    text: string,
  ): Promise<Conversation | undefined | "key-missing"> {
    if (text === "") return undefined;
    try {
      return sealed.conversation.read(person, salt, text);
    } catch (error) {
      if (isKeyMissing(error)) {
        await waitForKey(person, claimed);
        return "key-missing";
      }
      log.error({ code: "privacy.unreadable" }, "a conversation cannot be opened; it starts anew");
      return undefined;
    }
  }

  /** Another process may have the key, or this one after its next start: nothing was tried, so nothing counts. */
  async function waitForKey(person: PersonId, { token, attempts }: Omit<Claimed, "message">): Promise<void> {
    log.error({ code: "privacy.key-missing", attempts }, "what a person sent waits for its key");
    turns.leaveToOthers(person, parts.keyMissingMilliseconds);
    await giveBack(person, token, parts.keyMissingMilliseconds, "untried");
  }

  async function giveBack(
    person: PersonId,
    token: string,
    pauseMilliseconds: number,
    counts: "untried" | "" = "",
  ): Promise<void> {
    const keys = personKeys(person);
    await link.run(
      "give-back-turn",
      [keys.shared.ready, keys.shared.leases, keys.shared.attempts],
      [person, token, pauseMilliseconds, counts],
    );
    // who could not try is not to be first again: sweeping finds it, and any process sweeps
    if (counts === "untried") return;
    if (pauseMilliseconds === 0) turns.tell(person);
    else setTimeout(() => turns.tell(person), pauseMilliseconds).unref();
  }

  /**
   * One round trip for nearly everyone; one more where a name changed hands. What comes from ourselves names
   * the person: whoever has that name by now on the channel is a stranger to it.
   */
  async function acceptOf(
    name: PersonId,
    theirs: readonly Placed[],
    where: "open-chat" | undefined,
  ): Promise<readonly number[]> {
    if (where !== undefined) return (await acceptAs(name, theirs, where)) ?? [];
    const isOurs = theirs.every(({ message: { kind } }) => kind === "told" || kind === "due");
    const taken = await acceptAs(name, theirs, isOurs ? "found" : "");
    if (taken !== null) return taken;
    return await acceptOfChanged(name, theirs);
  }

  /** Of what one batch brings, some may be from before the name changed hands. */
  async function acceptOfChanged(name: PersonId, theirs: readonly Placed[]): Promise<readonly number[]> {
    const persons = await aliases.findPersons(
      name,
      theirs.map(({ message }) => message.sentAt),
    );
    const taken = new Map<Placed, number>();
    for (const person of new Set(persons)) {
      const own = theirs.filter((_, at) => persons[at] === person);
      const found = (await acceptAs(person, own, "found")) ?? [];
      for (const [at, placed] of own.entries()) taken.set(placed, found[at] ?? 0);
    }
    return theirs.map((placed) => taken.get(placed) ?? 0);
  }

  async function acceptAs(
    person: PersonId,
    theirs: readonly Placed[],
    found: "found" | "open-chat" | "",
  ): Promise<readonly number[] | null> {
    const keys = personKeys(person);
    const { leases, attempts, fence } = keys.shared;
    const inbounds = theirs.map(({ message }) => ({ ...message, person }));
    const reply = await accept(
      [
        [
          keys.inbox,
          keys.shared.ready,
          found === "open-chat" ? keys.chat : nameKey(person),
          ...inbounds.map(({ id }) => keys.seen(names.message(person, id))),
        ],
        [
          person,
          retention.inbound,
          retention.seen,
          found,
          ...inbounds.map((inbound) => sealed.inbound.write(inbound)),
        ],
      ],
      turns.hasRoom()
        ? [
            [leases, attempts, fence, keys.conversation, keys.salt],
            [parts.processes.id, parts.leaseMilliseconds],
          ]
        : undefined,
      goOn,
    );
    return goOn(reply);

    /** Also hears of what was taken in although nobody could promise it: it is here, so it is answered. */
    function goOn(answer: unknown): readonly number[] | null {
      if (answer === null) return null;
      const [taken, token, tries = 0, conversation = "", salt = ""] = answer as AcceptReply;
      const first = inbounds[taken.indexOf(1)];
      if (first === undefined) return taken;
      if (token === undefined) turns.tell(person);
      else void take(first, { token, attempts: tries }, salt, conversation);
      return taken;
    }
  }

  /** Whoever brought the message need not wait until its conversation is read. */
  async function take(
    inbound: Inbound,
    claimed: Omit<Claimed, "message">,
    salt: string,
    conversation: string,
  ): Promise<void> {
    try {
      const claim = await claimWith(inbound, claimed, salt, conversation);
      if (claim !== undefined) turns.hand(claim);
    } catch (error) {
      // its lease runs out, and it is claimed again
      log.warn({ code: error instanceof KnownError ? error.code : "unknown" }, "a message is taken up later");
    }
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
    const { key, text, urgent, outgoing } = writeReply(claim, commit);
    const intent = commit.intent === undefined ? "" : intents.write(claim, commit.intent, key);
    const answer = (await link.run(
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
        keys.shared.outleases,
        keys.shared.fence,
        keys.done,
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
        replies.hasRoom() ? parts.sendLeaseMilliseconds : "",
      ],
    )) as CommitReply;
    if (answer === "stale") return "stale";
    const [left, sender] = answer;
    await durable(keys.conversation);
    if (left !== 0) turns.tell(person);
    if (intent !== "") intents.moveSoon(partitionOf(person));
    if (outgoing !== undefined && sender !== null) replies.hand({ ...outgoing, token: String(sender) });
    else if (key !== "") replies.tell(person);
    return "committed";
  }

  function writeReply({ person, inbound }: Claim, { conversation, reply }: Commit) {
    if (reply === undefined) return { key: "", text: "", urgent: "", outgoing: undefined };
    const key = names.message(person, inbound.id);
    const { channel, address } = inbound;
    const { lastInboundAt } = conversation;
    const outgoing = { key, person, channel, address, reply, lastInboundAt };
    const text = sealed.outgoing.write(outgoing);
    const urgent = isDangerCard(reply.card) ? "urgent" : "";
    return { key, text, urgent, outgoing: { ...outgoing, attempts: 0, unsure: false } };
  }

  return {
    async accept(messages, where) {
      const taken = messages.map(() => false);
      await Promise.all(
        [...groupByPerson(messages)].map(async ([name, theirs]) => {
          const found = await acceptOf(name, theirs, where);
          for (const [at, { place }] of theirs.entries()) taken[place] = found[at] === 1;
        }),
      );
      return taken;
    },

    claim: () => turns.first(claimOf),
    commit: (claim, commit) => write(claim, commit, ""),
    async singleOut({ person, token }) {
      const { ready, leases, attempts } = personKeys(person).shared;
      const args = [person, token, parts.leaseMilliseconds, alone];
      return (await link.run("single-out", [ready, leases, attempts], args)) === 1 ? "noted" : "stale";
    },
    giveBack: (claim, pauseMilliseconds) => giveBack(claim.person, claim.token, pauseMilliseconds),
    setAside: (claim, fallback) =>
      write(
        claim,
        fallback,
        sealed.deadLetter.write(claim.inbound, salts.get(claim) ?? newSalt(), claim.attempts),
      ),
    onWaiting(wake, hasRoom) {
      parts.processes.join();
      const leave = turns.listen(wake, hasRoom);
      return () => {
        for (const { person, token } of leave()) void giveBack(person, token, 0).catch(() => undefined);
      };
    },
  };
}

interface Placed {
  readonly message: Inbound;
  /** Where in the batch it stood. */
  readonly place: number;
}

function isKeyMissing(error: unknown): boolean {
  return error instanceof KnownError && error.code === "privacy.key-missing";
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
