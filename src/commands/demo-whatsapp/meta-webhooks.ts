import { createHmac } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

/** A part of a webhook, as loose as Meta's are. */
export type Json = Readonly<Record<string, unknown>>;

/** Someone on WhatsApp. With a user name and no earlier contact Meta tells no number, only its own id. */
export interface Person {
  readonly phone?: string;
  readonly userId?: string;
  readonly name?: string;
}

/** Asks an address and gives the status of its answer. */
export type Ask = (url: string, asking: Asking) => Promise<{ readonly status: number }>;

interface Asking {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

export interface Line {
  readonly webhookUrl: () => string;
  readonly ask: Ask;
  readonly appSecret: string;
  readonly phoneNumberId: string;
  /** How often a webhook that is not answered 200 is sent again; Meta goes on for seven days. */
  readonly redeliveries: number;
  /** True once the stand-in was stopped: nothing is sent again then. */
  readonly isOver: () => boolean;
}

/** Writes a change that brings messages, with the sender beside them as Meta has it since 2026. */
export function messagesChange(line: Line, person: Person, messages: readonly Json[]): Json {
  const contact = {
    profile: { name: person.name ?? "" },
    wa_id: person.phone ?? "",
    ...(person.userId === undefined ? {} : { user_id: person.userId }),
  };
  return change(line, { contacts: [contact], messages });
}

export function statusesChange(line: Line, statuses: readonly Json[]): Json {
  return change(line, { statuses });
}

function change({ phoneNumberId }: Line, value: Json): Json {
  const metadata = { display_phone_number: "31200000000", phone_number_id: phoneNumberId };
  return { field: "messages", value: { messaging_product: "whatsapp", metadata, ...value } };
}

/** Signs and posts one webhook, again and again until it is taken. @returns the last status; 0 when nobody answered. */
export async function deliverWebhook(line: Line, changes: readonly Json[]): Promise<number> {
  const time = Math.floor(Date.now() / 1000);
  const body = writeLikeMeta({
    object: "whatsapp_business_account",
    entry: [{ id: "102290129340398", time, changes }],
  });
  let status = 0;
  for (let tried = 0; tried <= line.redeliveries && !line.isOver(); tried += 1) {
    if (tried > 0) await pause(Math.min(2000, 50 * 2 ** tried));
    status = await post(line, body);
    if (status === 200) return status;
  }
  return status;
}

/** Over the network, to whoever has that address. */
export const askPlainly: Ask = async (url, asking) => {
  const response = await fetch(url, asking);
  await response.arrayBuffer();
  return response;
};

async function post({ webhookUrl, ask, appSecret }: Line, body: string): Promise<number> {
  const signature = createHmac("sha256", appSecret).update(body).digest("hex");
  try {
    const { status } = await ask(webhookUrl(), {
      method: "POST",
      headers: { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` },
      body,
      signal: AbortSignal.timeout(20_000),
    });
    return status;
  } catch {
    return 0;
  }
}

/** Writes JSON the way Meta does: nothing but ASCII, and slashes escaped. Whoever signs a re-written body finds out. */
export function writeLikeMeta(body: unknown): string {
  return JSON.stringify(body)
    .replaceAll("/", "\\/")
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
