import { z } from "zod";
import { Private } from "../../privacy/private.ts";
import type { Delivered } from "./read-webhook.ts";

/**
 * Where a reply goes, and which message it answers.
 *
 * `to` is a number with its `+` (without it Meta may put the business's own country code before it);
 * `recipient` is Meta's id of a person who keeps their number to themselves.
 */
export type Address = z.infer<typeof addressSchema>;

const addressSchema = z.object({
  to: z.string().optional(),
  recipient: z.string().optional(),
  message: z.string().optional(),
});

/** What a sender is known by, strongest first. Meta's id comes first: numbers are handed to someone else. */
export interface Sender {
  readonly userId: string | undefined;
  readonly phone: string | undefined;
}

/** Reads who sent a message. Either may be missing; when both are, nobody can be answered. */
export function readSender({ message, contacts }: Delivered): Sender {
  const phone = digits(message.from);
  const contact = contacts.find((one) => phone !== undefined && digits(one.wa_id) === phone);
  return {
    userId: message.from_user_id ?? contact?.user_id ?? message.from_parent_user_id,
    phone,
  };
}

/** Writes an address the way the rest of the product carries it: closed. */
export function writeAddress({ userId, phone }: Sender, message?: string): Private<string> {
  const address: Address = {
    ...(phone === undefined ? { recipient: userId } : { to: `+${phone}` }),
    ...(message === undefined ? {} : { message }),
  };
  return new Private(JSON.stringify(address));
}

/** Reads an address back; undefined when it is not one of this channel's. */
export function readAddress(address: Private<string>): Address | undefined {
  try {
    const read = addressSchema.safeParse(JSON.parse(address.reveal())).data;
    return read?.to === undefined && read?.recipient === undefined ? undefined : read;
  } catch {
    return undefined;
  }
}

/** The digits of a number. Only ever used on numbers: an id stripped of its letters looks like one. */
export function digits(number: string | undefined): string | undefined {
  return number?.replace(/\D/g, "") || undefined;
}
