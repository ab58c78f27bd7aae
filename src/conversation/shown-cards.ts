import type { CardKind, Inbound } from "./inbound.ts";

/** What names a message, on its channel. */
export type MessageName = Pick<Inbound, "channel" | "person" | "id">;

/** The cards that were shown while the store was away. Kept where the store's absence does not reach. */
export interface ShownCards {
  /**
   * Shows a card, unless that of this message was shown before or is being shown just now, and remembers it
   * once `show` says that it went out. A crash in between shows it again: twice is better than never.
   *
   * @returns whether it was shown now.
   */
  once(message: MessageName, card: CardKind, show: () => Promise<boolean>): Promise<boolean>;
  /** Which card was shown for a message while the store was away. */
  find(message: MessageName): Promise<CardKind | undefined>;
}
