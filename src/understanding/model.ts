/**
 * The trained model: a few linear heads over one table of small weights.
 *
 * @module
 */
import { KnownError } from "../errors.ts";
import type { Features } from "./features.ts";

/** What is asked of a message, and the answers to choose from. */
export interface Head {
  readonly name: string;
  readonly labels: readonly string[];
  /** Flattens or sharpens the answers so that 0.8 is right eight times in ten. */
  readonly temperature: number;
}

/** A model as it is kept: whole numbers from -127 to 127, one row per feature, one column per label of each head. */
export interface Model {
  readonly heads: readonly Head[];
  readonly keys: Uint32Array;
  readonly weights: Int8Array;
  readonly scales: Float32Array;
  readonly biases: Float32Array;
}

/** Asks one head: each label with its probability, in the order of the head. */
export type Ask = (head: string) => ReadonlyMap<string, number>;

/** Reads a message once; every head can then be asked. */
export function createReader(model: Model): (features: Features) => Ask {
  const rows = new Map(Array.from(model.keys, (key, row) => [key, row]));
  const width = model.scales.length;
  return ({ keys, values }) => {
    const sums = new Float32Array(width);
    keys.forEach((key, at) => {
      const row = rows.get(key);
      if (row === undefined) return;
      const value = values[at] ?? 0;
      const start = row * width;
      for (let column = 0; column < width; column += 1) {
        sums[column] = (sums[column] ?? 0) + value * (model.weights[start + column] ?? 0);
      }
    });
    const logits = sums.map((sum, column) => sum * (model.scales[column] ?? 0) + (model.biases[column] ?? 0));
    return (name) => answer(model.heads, logits, name);
  };
}

function answer(heads: readonly Head[], logits: Float32Array, name: string): Map<string, number> {
  let start = 0;
  for (const head of heads) {
    if (head.name === name) {
      const scores = softmax(logits.subarray(start, start + head.labels.length), head.temperature);
      return new Map(head.labels.map((label, at) => [label, scores[at] ?? 0]));
    }
    start += head.labels.length;
  }
  throw new KnownError("understanding.invalid", `the model has no head "${name}"; train it again`);
}

export function softmax(logits: Float32Array, temperature: number): Float32Array {
  const highest = Math.max(...logits);
  const raised = logits.map((logit) => Math.exp((logit - highest) / temperature));
  const total = raised.reduce((sum, value) => sum + value, 0);
  return raised.map((value) => value / total);
}
