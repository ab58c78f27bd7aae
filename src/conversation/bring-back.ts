import { Private } from "../privacy/private.ts";
import type { CallbackId, Clock, PersonId } from "../terms.ts";
import { type Inbound, isDangerCard } from "./inbound.ts";
import type { NewOutgoing, Outbox, TurnLog } from "./turn-log.ts";

/**
 * Why a reply did not get there. `closed`: the channel lets nothing through but a fixed message; `again`: it may get
 * there when sent anew; `never`: it will not.
 */
export type Failure = "closed" | "again" | "never";

/** Sees to a reply that did not get there. Doing it again with the same reply changes nothing. */
export type BringBack = (outgoing: NewOutgoing, failure: Failure) => Promise<void>;

export interface BringBackParts {
  readonly turnLog: Pick<TurnLog, "accept">;
  readonly outbox: Pick<Outbox, "put">;
  /** Whether anything is remembered of a person: nobody who was erased is begun anew. */
  readonly isKnown: (person: PersonId) => Promise<boolean>;
  /** Lets the nurses know what became of a message about a callback. */
  readonly tellTeam: (about: CallbackId, key: string, became: "waits" | "lost") => Promise<unknown>;
  readonly clock: Clock;
}

const mostTries = 3;
const triedForm = /^again(\d):(.+)$/;

/**
 * Makes what sees to replies that did not get there: sends them anew, or lets their words wait for the parent behind
 * a knock; a nurse hears of hers in either case that is not simply a second try.
 */
export function bringBack({ turnLog, outbox, isKnown, tellTeam, clock }: BringBackParts): BringBack {
  return async (outgoing, failure) => {
    if (failure === "again" && (await sendAgain(outgoing))) return;
    const { reply, key, person } = outgoing;
    const waits = failure === "closed" && reply.knock === undefined;
    if (waits && (await isKnown(person))) await turnLog.accept([refused(outgoing, clock())]);
    if (reply.about !== undefined) await tellTeam(reply.about, key, waits ? "waits" : "lost");
  };

  async function sendAgain(outgoing: NewOutgoing): Promise<boolean> {
    const [, times = "0", key = outgoing.key] = triedForm.exec(outgoing.key) ?? [];
    const tries = Number(times) + 1;
    if (tries > mostTries) return false;
    await outbox.put({ ...outgoing, key: `again${tries}:${key}` });
    return true;
  }
}

/** A card is not kept for later: it is where the parent stands, and is shown as it then is. */
function refused({ key, person, channel, address, reply, lastInboundAt }: NewOutgoing, now: number): Inbound {
  const ofTurn = reply.dialog !== "followup";
  return {
    id: `refused:${key}`,
    person,
    channel,
    kind: "told",
    words: new Private(reply.bubbles.map(({ text }) => text).join("\n\n")),
    told: {
      text: ofTurn ? "unsaid" : reply.node,
      knock: "ready",
      waits: !isDangerCard(reply.card),
      ...(reply.about === undefined ? {} : { about: reply.about }),
      refused: { lastInboundAt, ...(ofTurn ? { turn: reply.turn } : {}) },
    },
    sentAt: now,
    address,
  };
}
