import type { ChatLog } from "../../conversation/chat-log.ts";
import type { Inbound, Reply } from "../../conversation/inbound.ts";
import type { TurnLog } from "../../conversation/turn-log.ts";
import type { Clock, PersonId } from "../../terms.ts";

/** What the web chat is given by whoever puts the service together. */
export interface DirectLineOptions {
  readonly turnLog: Pick<TurnLog, "accept">;
  readonly chatLog: ChatLog;
  /** Sign and verify tokens: the first signs, all verify. At least 32 bytes each. */
  readonly keys: readonly Uint8Array[];
  /** Gives the pseudonym of a chat user's id. */
  readonly pseudonym: (user: string) => PersonId;
  /** Where the service is published, as browsers reach it. */
  readonly publicUrl: string;
  /** Origins of other sites whose pages may use the chat. */
  readonly embedOrigins: readonly string[];
  readonly clock: Clock;
  /** The card for a message that cannot be stored, when it holds a danger sign. */
  readonly cardWithoutStorage?: (inbound: Inbound) => Reply | undefined;
  /** Counts what was taken in, by kind. */
  readonly count?: (kind: Inbound["kind"]) => void;
  /** Hears of a failure that nobody else is told about. Never given a person's words or ids. */
  readonly warn?: (message: string) => void;
}
