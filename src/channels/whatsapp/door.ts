import type { Aliases } from "../../conversation/aliases.ts";
import type { BringBack } from "../../conversation/bring-back.ts";
import type { Inbound } from "../../conversation/inbound.ts";
import type { Transit } from "../../conversation/transit.ts";
import type { Outbox, TurnLog } from "../../conversation/turn-log.ts";
import type { Private } from "../../privacy/private.ts";
import type { Clock, Log, PersonId } from "../../terms.ts";
import type { ChannelCount } from "../channel-count.ts";
import type { WhatsAppConfig } from "./config.ts";

/** What stands behind Meta's door. */
export interface WhatsAppDoor {
  /** Undefined while the organisation has no WhatsApp: the door then says so. */
  readonly config: WhatsAppConfig | undefined;
  readonly turnLog: Pick<TurnLog, "accept">;
  readonly outbox: Pick<Outbox, "arrived">;
  /** Without these a message that Meta took and could not deliver is only counted. */
  readonly transit?: Pick<Transit, "find" | "drop">;
  readonly bringBack?: BringBack;
  /** Without it whoever changes their number starts anew. */
  readonly aliases?: Pick<Aliases, "rename">;
  /** Turns a name on this channel into one that says nothing. */
  readonly pseudonym: (name: string) => PersonId;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: ChannelCount;
  /** Shows the cards of danger signs in messages that could not be stored. Never throws. */
  readonly withoutStorage?: (messages: readonly Inbound[]) => Promise<void>;
  /** Keeps a body that Meta signed and we cannot read, for whoever mends the reading. */
  readonly deadLetter?: (body: Private<Uint8Array>) => Promise<void>;
}
