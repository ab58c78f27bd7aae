import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { percentile } from "./figures.ts";

/** Whose webhooks they are. */
export interface Webhooks {
  readonly secret: string;
  readonly phoneNumberId: string;
  readonly persons: number;
  /** Makes every wire id of this run its own. */
  readonly run: string;
}

/** What is fired at a door: how many a second, for how long, and of whom. */
export interface Load extends Webhooks {
  readonly url: string;
  readonly perSecond: number;
  readonly milliseconds: number;
  /** A signature by someone who does not know the secret. */
  readonly forged?: boolean;
  readonly onSent?: (person: number, at: number) => void;
}

export interface LoadResult {
  readonly asked: number;
  readonly byStatus: ReadonlyMap<number, number>;
  /** In milliseconds, from when each was due, sorted: a door that is late makes the next ones late too. */
  readonly took: readonly number[];
  /** Answers a second, over the whole time until the last. */
  readonly perSecond: number;
}

const sockets = 64;
const tickMilliseconds = 5;

/** Fires webhooks at a fixed rate, whether or not the door keeps up. */
export async function fire(load: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  const byStatus = new Map<number, number>();
  const took: number[] = [];
  const inFlight: Promise<void>[] = [];
  const total = Math.floor((load.perSecond * load.milliseconds) / 1000);
  const began = performance.now();

  async function one(at: number): Promise<void> {
    const due = began + (at / load.perSecond) * 1000;
    load.onSent?.(at % load.persons, due);
    const status = await post(agent, load, writeBody(load, at));
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    took.push(performance.now() - due);
  }

  for (let at = 0; at < total; ) {
    const upTo = Math.min(total, Math.ceil(((performance.now() - began) / 1000) * load.perSecond));
    for (; at < upTo; at += 1) inFlight.push(one(at));
    await new Promise((soon) => setTimeout(soon, tickMilliseconds));
  }
  await Promise.all(inFlight);
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  return {
    asked: total,
    byStatus,
    took: took.toSorted((one, other) => one - other),
    perSecond: total / seconds,
  };
}

/** Says a result in one line. */
export function describeLoad({ asked, byStatus, took, perSecond }: LoadResult): string {
  const statuses = [...byStatus].map(([status, count]) => `${count} × ${status}`).join(", ");
  const at = (share: number): string => `${Math.round(percentile(took, share))}`;
  return `${asked} asked, ${statuses}; ${Math.round(perSecond)} a second; p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)} ms`;
}

export function writeBody({ phoneNumberId, persons, run }: Webhooks, at: number): string {
  const phone = `316${String(20_000_000 + (at % persons))}`;
  const message = {
    id: `wamid.${run}.${at}`,
    from: phone,
    timestamp: String(Math.floor(Date.now() / 1000)),
    type: "text",
    text: { body: at < persons ? "hoi" : "2" },
  };
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "31200000000", phone_number_id: phoneNumberId },
    contacts: [{ profile: { name: "" }, wa_id: phone }],
    messages: [message],
  };
  const changes = [{ field: "messages", value }];
  return JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: "1", time: 1, changes }] });
}

function post(agent: Agent, { url, secret, forged }: Load, body: string): Promise<number> {
  const signature = createHmac("sha256", forged === true ? "someone-else" : secret)
    .update(body)
    .digest("hex");
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-hub-signature-256": `sha256=${signature}`,
  };
  return new Promise((done) => {
    const asked = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.once("end", () => done(response.statusCode ?? 0));
    });
    asked.once("error", () => done(0));
    asked.end(body);
  });
}
