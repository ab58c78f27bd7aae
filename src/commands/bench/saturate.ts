import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { percentile } from "./figures.ts";
import { type Webhooks, writeBody } from "./webhook-load.ts";

export interface Saturated {
  /** Answered 200, a second. */
  readonly perSecond: number;
  /** Sorted, in milliseconds, from writing a webhook to its answer. */
  readonly took: readonly number[];
  readonly refused: number;
}

const sockets = 64;

/**
 * Asks a door as much as it can take: on 64 connections, each its next webhook as soon as the last was answered.
 * Webhooks are written and signed beforehand and sent as bytes, so that the one who asks costs little.
 */
export async function saturate(port: number, count: number, of: Webhooks): Promise<Saturated> {
  const requests = Array.from({ length: count }, (_, at) => writeRequest(of, at));
  const took: number[] = [];
  let [next, refused] = [0, 0];

  const one = (): Promise<void> =>
    new Promise((done, failed) => {
      const socket = connect(port, "127.0.0.1").setNoDelay(true);
      let began = 0;
      const ask = (): void => {
        const request = requests[next++];
        if (request === undefined) return void socket.end(done);
        began = performance.now();
        socket.write(request);
      };
      socket.once("connect", ask).once("error", failed);
      socket.on("data", (answer) => {
        if (answer.includes(" 200 ")) took.push(performance.now() - began);
        else refused += 1;
        ask();
      });
    });

  const began = performance.now();
  await Promise.all(Array.from({ length: sockets }, one));
  const seconds = (performance.now() - began) / 1000;
  return {
    perSecond: took.length / seconds,
    took: took.toSorted((one, other) => one - other),
    refused,
  };
}

/** Says a result in one line. */
export function describeSaturated({ perSecond, took, refused }: Saturated): string {
  const at = (share: number): string => percentile(took, share).toFixed(1);
  const other = refused === 0 ? "" : `; ${refused} not taken`;
  return `${Math.round(perSecond)} a second; p50 ${at(0.5)}, p99 ${at(0.99)} ms${other}`;
}

function writeRequest(of: Webhooks, at: number): Buffer {
  const body = writeBody(of, at);
  const signature = createHmac("sha256", of.secret).update(body).digest("hex");
  const head = [
    "POST /webhooks/whatsapp HTTP/1.1",
    "host: 127.0.0.1",
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    `x-hub-signature-256: sha256=${signature}`,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
}
