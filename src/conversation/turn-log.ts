import type { CallbackRequest } from "../escalation/callback.ts";
import type { ParentAnswer } from "../escalation/callback-queue.ts";
import type { Private } from "../privacy/private.ts";
import type { CallbackId, ChannelName, Language, Locale, PersonId } from "../terms.ts";
import type { Conversation } from "./conversation.ts";
import type { Inbound, Reply } from "./inbound.ts";
import type { Kept } from "./rights.ts";

/** A conversation that this process alone may take a turn in, until the lease runs out. */
export interface Claim {
  readonly person: PersonId;
  /** Fencing token: a commit with an older one is refused. */
  readonly token: string;
  /** The oldest message that is not answered yet. */
  readonly inbound: Inbound;
  /** How often this message was claimed before without a commit. */
  readonly attempts: number;
  /** Whether one of these was by itself, {@link TurnLog.singleOut}. */
  readonly triedAlone?: boolean;
  readonly conversation: Conversation | undefined;
  /** What else is kept of the person, looked up when they ask for it. */
  readonly kept?: Kept;
  /** A second opinion on the language of the words, where ours was unsure and somebody was asked. */
  readonly spoken?: Language | undefined;
}

/** Something a turn does beyond its own conversation, carried out after the commit, once, by an idempotent id. */
export type CallbackIntent =
  | { readonly kind: "open"; readonly id: CallbackId; readonly request: CallbackRequest }
  | { readonly kind: "withdraw"; readonly id: CallbackId; readonly person: PersonId }
  /** Tells the nurses what the parent answered to a question about a callback; `again` puts it back in line. */
  | {
      readonly kind: "answer";
      readonly id: CallbackId;
      readonly person: PersonId;
      readonly answer: ParentAnswer;
    }
  /** Writes again at a time, with address, locale and date only (R-D3). */
  | { readonly kind: "check-back"; readonly person: PersonId; readonly locale: Locale; readonly at: number }
  /** Forgets everything about the person once the reply that says so is on its way. */
  | { readonly kind: "erase"; readonly person: PersonId; readonly receipt: string }
  /** Sends nothing more that was to be said later. */
  | { readonly kind: "quiet"; readonly person: PersonId };

/** All that one message changes, written in one atomic move. */
export interface Commit {
  readonly conversation: Conversation;
  /** Undefined when the message calls for no answer. */
  readonly reply: Reply | undefined;
  readonly intent: CallbackIntent | undefined;
}

/**
 * The inbox of all channels and the state of all conversations: accepted once, taken in order, committed whole.
 *
 * Messages of one person are claimed one at a time, in the order they were accepted; two processes never
 * hold one person's claim at once, and a late commit of a lost lease is refused.
 */
export interface TurnLog {
  /**
   * Takes messages in, durably, each once, for whoever goes by the name they came under. Resolves only when what
   * it promises survives a crash.
   *
   * @param where - `open-chat`: not at all when the web chat they come from was forgotten meanwhile.
   * @returns for each message whether it is new; a message seen before is not taken in again.
   * @throws {KnownError} `storage.unavailable` when it could not be made durable.
   */
  accept(messages: readonly Inbound[], where?: "open-chat"): Promise<readonly boolean[]>;

  /** Gives the next conversation with an unanswered message, or undefined when none waits. */
  claim(): Promise<Claim | undefined>;

  /** Writes state, reply and intent and removes the message, if the claim still holds. */
  commit(claim: Claim, commit: Commit): Promise<"committed" | "stale">;

  /** Gives the conversation back unanswered, to be claimed again after a pause. */
  giveBack(claim: Claim, pauseMilliseconds: number): Promise<void>;

  /** Notes durably that the message is tried with nothing else in hand, and renews the claim. */
  singleOut(claim: Claim): Promise<"noted" | "stale">;

  /** Sets a message aside that could not be answered, in company or alone; the conversation goes on after it. */
  setAside(claim: Claim, fallback: Commit): Promise<"committed" | "stale">;

  /**
   * Calls `wake` whenever a message may wait to be claimed, until the returned function is called. While `hasRoom`
   * says so, what is accepted here is claimed for whoever listens in the same move.
   */
  onWaiting(wake: () => void, hasRoom?: () => boolean): () => void;
}

/** A reply on its way to a person. */
export interface Outgoing {
  /** The same for every try: `<inbound id>` hashed, or the id of a message of our own. */
  readonly key: string;
  readonly person: PersonId;
  readonly channel: ChannelName;
  readonly address: Private<string>;
  readonly reply: Reply;
  /** When the person last wrote, for WhatsApp's 24-hour window. */
  readonly lastInboundAt: number;
  /** How often it was tried before. */
  readonly attempts: number;
  /** True when an earlier try was never answered and no status told since: it may arrive twice. */
  readonly unsure: boolean;
  /** True when it waited so long that it is not to be sent any more. */
  readonly tooLate?: boolean;
  /** Fencing token of this try. */
  readonly token: string;
}

/** A message of our own, for {@link Outbox.put}. */
export type NewOutgoing = Omit<Outgoing, "attempts" | "unsure" | "tooLate" | "token">;

/** What became of a try to send. `unknown`: no answer came; it may or may not have arrived. */
export type SendOutcome =
  | { readonly kind: "sent"; readonly wireId?: string }
  | { readonly kind: "unknown" }
  | { readonly kind: "retry"; readonly afterMilliseconds: number; readonly code: string }
  | { readonly kind: "dropped"; readonly code: string };

/** Sends one reply over one channel. Each channel brings one. Never throws for what the far side says. */
export type Send = (outgoing: Outgoing) => Promise<SendOutcome>;

/**
 * Replies between commit and arrival: in order per person, never sent twice knowingly.
 *
 * A card of an emergency or urgent concern goes before everything else of its person, whatever that waits for.
 */
export interface Outbox {
  /** Gives the next reply to send, marked as being sent, or undefined when none is due. */
  claim(): Promise<Outgoing | undefined>;
  /** Notes what became of it. After `unknown` it is tried again only when no status told of its arrival in time. */
  settle(outgoing: Outgoing, outcome: SendOutcome): Promise<void>;
  /** Learns from a status webhook that a key arrived (or failed for good), whatever was thought before. */
  arrived(person: PersonId, key: string): Promise<void>;
  /** Puts a message of our own (a nurse's, a check-back) in line, once per key. */
  put(message: NewOutgoing): Promise<boolean>;
  /**
   * Calls `wake` whenever a reply may be due, until the returned function is called. While `hasRoom` says so, what
   * is committed here is claimed for whoever listens in the same move.
   */
  onDue(wake: () => void, hasRoom?: () => boolean): () => void;
}
