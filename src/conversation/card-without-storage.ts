/**
 * What a danger sign gets while the store is away: its card, once, and nothing else.
 *
 * @module
 */
import { KnownError } from "../errors.ts";
import type { Log } from "../terms.ts";
import type { CardKind, Inbound, Reply } from "./inbound.ts";
import type { ShownCards } from "./shown-cards.ts";
import type { Claim, Commit, Send } from "./turn-log.ts";

export interface CardDesk {
  /** Decides one turn; here always that of a stranger, because nobody's conversation can be read. */
  readonly decide: (claim: Claim) => Commit;
  readonly shown: ShownCards;
  readonly send: Send;
  readonly log: Log;
  readonly counted?: (card: CardKind) => void;
}

/**
 * Gives the card, or the alarm check, for a message that could not be stored; undefined when it calls for
 * neither. Whoever brought the message is told to bring it again, so anything else can wait.
 */
export function cardFor(inbound: Inbound, decide: CardDesk["decide"]): Reply | undefined {
  const claim = { person: inbound.person, token: "", inbound, attempts: 0, conversation: undefined };
  const { reply } = decide(claim);
  return reply?.card ? reply : undefined;
}

/** Sends the cards that messages call for which could not be stored. Never throws. */
export function sendCardsWithoutStorage(desk: CardDesk): (messages: readonly Inbound[]) => Promise<void> {
  const { decide, shown, log, counted } = desk;

  async function sendCard(inbound: Inbound): Promise<void> {
    const reply = cardFor(inbound, decide);
    if (!reply?.card) return;
    const now = await shown.once(inbound, reply.card, () => send(inbound, reply, desk));
    if (now) counted?.(reply.card);
  }

  return async (messages) => {
    for (const message of messages) {
      await sendCard(message).catch((error: unknown) => {
        const code = error instanceof KnownError ? error.code : "unknown";
        log.error({ channel: message.channel, code }, "a card could not be shown while the store is away");
      });
    }
  };
}

async function send(inbound: Inbound, reply: Reply, { send, log }: CardDesk): Promise<boolean> {
  const { channel, person, address, sentAt } = inbound;
  const outgoing = { key: inbound.id, person, channel, address, reply, lastInboundAt: sentAt };
  const outcome = await send({ ...outgoing, attempts: 0, unsure: false, token: "" });
  if (outcome.kind !== "sent") {
    const code = "code" in outcome ? outcome.code : outcome.kind;
    log.error({ channel, code }, "a card was not taken while the store is away; it is tried again");
  }
  return outcome.kind === "sent";
}

const strength: Readonly<Record<CardKind, number>> = { doubt: 1, urgent: 2, emergency: 3 };

/**
 * Leaves out of a turn the card that its person already got while the store was away. A stronger one, which
 * only the whole conversation could tell of, is shown; so is all that the turn says besides.
 */
export async function withoutShownCard(claim: Claim, commit: Commit, shown: ShownCards): Promise<Commit> {
  const { reply } = commit;
  if (!reply?.card) return commit;
  const before = await shown.find(claim.inbound);
  if (before === undefined || strength[before] < strength[reply.card]) return commit;
  // the card is the first thing said; an alarm check is said as a whole
  const bubbles = reply.card === "doubt" ? [] : reply.bubbles.slice(1);
  return { ...commit, reply: bubbles.length === 0 ? undefined : { ...reply, bubbles } };
}
