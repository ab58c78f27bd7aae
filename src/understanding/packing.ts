/**
 * A model as bytes: a short JSON head, then the numbers as they lie in memory.
 *
 * @module
 */
import { z } from "zod";
import type { Model } from "./model.ts";

const headSchema = z.object({
  heads: z.array(z.object({ name: z.string(), labels: z.array(z.string()), temperature: z.number() })),
  rows: z.int(),
  scales: z.array(z.number()),
  biases: z.array(z.number()),
});

export function packed(model: Model): Uint8Array {
  const { heads, keys, weights, scales, biases } = model;
  const text = JSON.stringify({ heads, rows: keys.length, scales: [...scales], biases: [...biases] });
  const head = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 4) * 4));
  const bytes = new Uint8Array(4 + head.length + keys.byteLength + weights.byteLength);
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  bytes.set(new Uint8Array(keys.buffer, keys.byteOffset, keys.byteLength), 4 + head.length);
  bytes.set(
    new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength),
    4 + head.length + keys.byteLength,
  );
  return bytes;
}

export function unpacked(bytes: Uint8Array): Model {
  const whole = Uint8Array.from(bytes);
  const length = new DataView(whole.buffer).getUint32(0, true);
  const head = headSchema.parse(JSON.parse(new TextDecoder().decode(whole.subarray(4, 4 + length))));
  const start = 4 + length;
  return {
    heads: head.heads,
    keys: new Uint32Array(whole.buffer, start, head.rows),
    weights: new Int8Array(whole.buffer, start + head.rows * 4, head.rows * head.scales.length),
    scales: Float32Array.from(head.scales),
    biases: Float32Array.from(head.biases),
  };
}
