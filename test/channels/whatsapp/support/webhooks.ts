import { config } from "./door.ts";

type Loose = Record<string, unknown>;

let last = 0;

/** A message as Meta sends one, from now, with an id of its own. */
export function message(type: string, parts: Loose = {}): Loose {
  last += 1;
  return {
    from: "31612345678",
    id: `wamid.TEST${last}`,
    timestamp: String(Math.floor(Date.now() / 1000)),
    type,
    ...parts,
  };
}

export const text = (body: string, parts: Loose = {}): Loose => message("text", { text: { body }, ...parts });

export function status(kind: string, opaque: string | undefined, parts: Loose = {}): Loose {
  return {
    id: "wamid.SENT",
    status: kind,
    timestamp: String(Math.floor(Date.now() / 1000)),
    recipient_id: "31612345678",
    ...(opaque === undefined ? {} : { biz_opaque_callback_data: opaque }),
    ...parts,
  };
}

/** One change of the field that messages and statuses come in. */
export function change(value: Loose, phoneNumberId = config.phoneNumberId): Loose {
  return {
    field: "messages",
    value: {
      messaging_product: "whatsapp",
      metadata: { display_phone_number: "31200000000", phone_number_id: phoneNumberId },
      ...value,
    },
  };
}

export function webhook(...changes: readonly Loose[]): Loose {
  return { object: "whatsapp_business_account", entry: [{ id: "1", changes }] };
}

export const messages = (...list: readonly Loose[]): Loose => webhook(change({ messages: list }));
export const statuses = (...list: readonly Loose[]): Loose => webhook(change({ statuses: list }));
