/**
 * A model as bytes: a short JSON head, then the numbers of each table as they lie in memory.
 *
 * @module
 */
import { z } from "zod";
import type { Model, Table } from "./model.ts";

const headSchema = z.array(
  z.object({
    name: z.string(),
    labels: z.array(z.string()),
    temperature: z.number(),
    rows: z.int(),
    scales: z.array(z.number()),
    biases: z.array(z.number()),
  }),
);

export function packed({ tables }: Model): Uint8Array {
  const text = JSON.stringify(
    tables.map(({ name, labels, temperature, keys, scales, biases }) => {
      return { name, labels, temperature, rows: keys.length, scales: [...scales], biases: [...biases] };
    }),
  );
  const head = new TextEncoder().encode(text.padEnd(inFours(text.length)));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, head.length, true);
  return Buffer.concat([length, head, ...tables.flatMap(numbersOf)]);
}

/** Keys stand on every fourth byte: the weights before them are filled up. */
function numbersOf({ keys, weights }: Table): Uint8Array[] {
  const filled = new Int8Array(inFours(weights.length));
  filled.set(weights);
  return [bytesOf(stepsOf(keys)), bytesOf(filled)];
}

/** How far each key is from the one before: small numbers take less room. */
const stepsOf = (keys: Uint32Array) => keys.map((key, at) => key - (keys[at - 1] ?? 0));

/** Undoes {@link stepsOf}, where the numbers stand. */
function summed(steps: Uint32Array): Uint32Array {
  for (let at = 1; at < steps.length; at += 1) steps[at] = (steps[at] ?? 0) + (steps[at - 1] ?? 0);
  return steps;
}

const bytesOf = (numbers: Uint32Array | Int8Array) =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

const inFours = (length: number) => Math.ceil(length / 4) * 4;

export function unpacked(bytes: Uint8Array): Model {
  const { buffer } = new Uint8Array(bytes);
  let at = 4 + new DataView(buffer).getUint32(0, true);
  const heads = headSchema.parse(JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, at - 4))));
  const tables = heads.map(({ rows, scales, biases, ...head }) => {
    const keys = summed(new Uint32Array(buffer, at, rows));
    const weights = new Int8Array(buffer, at + rows * 4, rows * head.labels.length);
    at += rows * 4 + inFours(weights.length);
    return { ...head, keys, weights, scales: Float32Array.from(scales), biases: Float32Array.from(biases) };
  });
  return { tables };
}
