import { z } from "zod";
import { Private } from "../../privacy/private.ts";

/** Where a reply goes: into which conversation, and after which of its messages. */
export interface ChatAddress {
  readonly conversation: string;
  /** The key under which the message stands in the log; empty when an earlier version wrote the address. */
  readonly answers: string;
}

const addressSchema = z.object({ conversation: z.string(), answers: z.string().catch("") });

export function writeAddress(address: ChatAddress): Private<string> {
  return new Private(JSON.stringify(address));
}

export function readAddress(address: Private<string>): ChatAddress {
  return addressSchema.parse(JSON.parse(address.reveal()));
}
