import type { Conversation } from "../conversation/conversation.ts";
import type { Inbound } from "../conversation/inbound.ts";
import type { CallbackIntent, NewOutgoing } from "../conversation/turn-log.ts";
import type { CallbackRequest } from "../escalation/callback.ts";
import { Private } from "../privacy/private.ts";
import type { Sealer } from "../privacy/seal.ts";
import type { PersonId } from "../terms.ts";

/**
 * How each thing looks at rest: JSON, sealed for its kind and owner. What opens was written by us, whole and
 * for this place, so it is read back without another check.
 */
export function sealed(sealer: Sealer) {
  return {
    inbound: {
      write: (inbound: Inbound): string =>
        sealer.seal(
          JSON.stringify({ ...inbound, words: inbound.words.reveal(), address: inbound.address.reveal() }),
          { context: `inbound:${inbound.person}` },
        ),
      read(person: PersonId, text: string): Inbound {
        const plain = JSON.parse(sealer.open(text, { context: `inbound:${person}` }));
        return { ...plain, words: new Private(plain.words), address: new Private(plain.address) };
      },
    },

    conversation: {
      write: (person: PersonId, salt: string, conversation: Conversation): string =>
        sealer.seal(JSON.stringify(conversation), { context: `conversation:${person}`, salt }),
      read: (person: PersonId, salt: string, text: string): Conversation =>
        JSON.parse(sealer.open(text, { context: `conversation:${person}`, salt })),
    },

    /** Sealed with the person's salt: a dead letter of someone who was forgotten can no longer be read. */
    deadLetter: {
      write: (inbound: Inbound, salt: string, attempts: number): string =>
        sealer.seal(
          JSON.stringify({
            ...inbound,
            words: inbound.words.reveal(),
            address: inbound.address.reveal(),
            attempts,
          }),
          { context: `dead:${inbound.person}`, salt },
        ),
    },

    outgoing: {
      write: (outgoing: NewOutgoing): string =>
        sealer.seal(
          JSON.stringify({
            channel: outgoing.channel,
            address: outgoing.address.reveal(),
            reply: outgoing.reply,
            lastInboundAt: outgoing.lastInboundAt,
          }),
          { context: `outgoing:${outgoing.person}:${outgoing.key}` },
        ),
      read(person: PersonId, key: string, text: string): NewOutgoing {
        const plain = JSON.parse(sealer.open(text, { context: `outgoing:${person}:${key}` }));
        return { ...plain, key, person, address: new Private(plain.address) };
      },
    },

    intent: {
      write: (person: PersonId, intent: CallbackIntent): string =>
        sealer.seal(JSON.stringify(intent), { context: `intent:${person}` }),
      read: (person: PersonId, text: string): CallbackIntent =>
        JSON.parse(sealer.open(text, { context: `intent:${person}` })),
    },

    request: {
      write: (request: CallbackRequest): string =>
        sealer.seal(JSON.stringify(request), { context: `request:${request.person}` }),
      read: (person: PersonId, text: string): CallbackRequest =>
        JSON.parse(sealer.open(text, { context: `request:${person}` })),
    },

    activity: {
      write: (person: PersonId, part: string, activity: string): string =>
        sealer.seal(activity, { context: `activity:${person}:${part}` }),
      read: (person: PersonId, part: string, text: string): string =>
        sealer.open(text, { context: `activity:${person}:${part}` }),
    },
  };
}

export type Sealed = ReturnType<typeof sealed>;
