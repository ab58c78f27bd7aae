import {
  changeSchema,
  entrySchema,
  envelopeSchema,
  readWireContact,
  readWireMessage,
  readWireStatus,
  valueSchema,
  type WireContact,
  type WireMessage,
  type WireStatus,
} from "./wire.ts";

/** Why part of a body was acknowledged and left alone. */
type Left = "other-number" | "other-field" | "unreadable" | "errors";

/** A message with what was said about its sender beside it. */
export interface Delivered {
  readonly message: WireMessage;
  readonly contacts: readonly WireContact[];
}

export interface Webhook {
  readonly delivered: readonly Delivered[];
  readonly statuses: readonly WireStatus[];
  readonly left: readonly Left[];
}

/**
 * Reads everything of ours out of one webhook: up to a thousand updates in several entries.
 *
 * Every part is read by itself, so that one that Meta broke or invented since never costs its neighbours.
 *
 * @returns undefined when the body as a whole is not a webhook of WhatsApp.
 */
export function readWebhook(body: unknown, phoneNumberId: string): Webhook | undefined {
  const envelope = envelopeSchema.safeParse(body).data;
  if (envelope === undefined) return undefined;
  const webhook = { delivered: [] as Delivered[], statuses: [] as WireStatus[], left: [] as Left[] };
  for (const change of envelope.entry.flatMap(changesOf)) {
    if (change === undefined) webhook.left.push("unreadable");
    else readChange(change, phoneNumberId, webhook);
  }
  return webhook;
}

interface Change {
  readonly field: string;
  readonly value?: unknown;
}

function changesOf(entry: unknown): readonly (Change | undefined)[] {
  const read = entrySchema.safeParse(entry).data;
  return read === undefined ? [undefined] : read.changes.map((change) => changeSchema.safeParse(change).data);
}

function readChange(
  { field, value }: Change,
  phoneNumberId: string,
  into: { delivered: Delivered[]; statuses: WireStatus[]; left: Left[] },
): void {
  if (field !== "messages") {
    into.left.push("other-field");
    return;
  }
  const read = valueSchema.safeParse(value).data;
  if (read === undefined) into.left.push("unreadable");
  else if (read.metadata.phone_number_id !== phoneNumberId) into.left.push("other-number");
  else {
    const contacts = (read.contacts ?? []).flatMap((item) => readWireContact(item) ?? []);
    for (const item of read.messages ?? []) {
      const message = readWireMessage(item);
      if (message === undefined) into.left.push("unreadable");
      else into.delivered.push({ message, contacts });
    }
    for (const item of read.statuses ?? []) {
      const status = readWireStatus(item);
      if (status === undefined) into.left.push("unreadable");
      else into.statuses.push(status);
    }
    for (const _ of read.errors ?? []) into.left.push("errors");
  }
}
