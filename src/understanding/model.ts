/**
 * The trained model: a few linear heads, each with its own table of small weights.
 *
 * @module
 */
import { KnownError } from "../errors.ts";
import { type Features, keyOfWord } from "./features.ts";

/** What is asked of a message, and the answers to choose from. */
export interface Head {
  readonly name: string;
  readonly labels: readonly string[];
  /** Flattens or sharpens the answers so that 0.8 is right eight times in ten. */
  readonly temperature: number;
}

/** A head as it is kept: one row per feature, in rising order of its key, one column per label. */
export interface Table extends Head {
  readonly keys: Uint32Array;
  /** Whole numbers from -127 to 127, row by row. */
  readonly weights: Int8Array;
  /** What one step of a column is worth. */
  readonly scales: Float32Array;
  readonly biases: Float32Array;
}

export interface Model {
  readonly tables: readonly Table[];
}

/** Asks one head: each label with its probability, in the order of the head. */
export type Ask = (head: string) => ReadonlyMap<string, number>;

/** Reads a message; every head can then be asked, and only what is asked is computed. */
export function createReader(model: Model): (features: Features) => Ask {
  const tables = new Map(model.tables.map((table) => [table.name, table]));
  return (features) => (name) => {
    const table = tables.get(name);
    if (table === undefined)
      throw new KnownError("understanding.invalid", `the model has no head "${name}"; train it again`);
    const scores = softmax(logitsOf(features, table), table.temperature);
    return new Map(table.labels.map((label, at) => [label, scores[at] ?? 0]));
  };
}

function logitsOf({ keys, values }: Features, table: Table): Float32Array {
  const width = table.labels.length;
  const sums = new Float32Array(width);
  for (let at = 0; at < keys.length; at += 1) {
    const row = rowOf(table.keys, keys[at] ?? 0);
    if (row < 0) continue;
    const value = values[at] ?? 0;
    for (let label = 0; label < width; label += 1)
      sums[label] = (sums[label] ?? 0) + value * (table.weights[row * width + label] ?? 0);
  }
  return sums.map((sum, label) => sum * (table.scales[label] ?? 0) + (table.biases[label] ?? 0));
}

/** Where a key stands among sorted keys, or -1. */
function rowOf(keys: Uint32Array, key: number): number {
  let low = 0;
  let high = keys.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = keys[middle] ?? 0;
    if (found === key) return middle;
    if (found < key) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The words a model has seen more than once: these are spelled as people spell. */
export function vocabularyOf({ tables }: Model): (word: string) => boolean {
  return (word) => tables.some(({ keys }) => rowOf(keys, keyOfWord(word)) >= 0);
}

export function softmax(logits: Float32Array, temperature: number): Float32Array {
  const highest = Math.max(...logits);
  const raised = logits.map((logit) => Math.exp((logit - highest) / temperature));
  const total = raised.reduce((sum, value) => sum + value, 0);
  return raised.map((value) => value / total);
}
