import type { PersonId } from "../terms.ts";
import type { NewOutgoing } from "./turn-log.ts";

/**
 * Replies that a channel took and has not told the fate of yet.
 *
 * WhatsApp says "taken" at once and "could not be delivered" some minutes later, when the outbox has long let go of
 * what it sent.
 */
export interface Transit {
  /** Keeps a reply until it is dropped, at most as long as a reply may wait to be sent. */
  keep(outgoing: NewOutgoing): Promise<void>;
  /** Undefined once it was dropped: it arrived, or what became of it was seen to. */
  find(person: PersonId, key: string): Promise<NewOutgoing | undefined>;
  drop(person: PersonId, key: string): Promise<void>;
}
