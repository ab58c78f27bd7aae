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
  const index = indexOf(table.keys);
  const sums = new Float32Array(width);
  for (let at = 0; at < keys.length; at += 1) {
    const row = rowOf(table.keys, index, keys[at] ?? 0);
    if (row < 0) continue;
    const value = values[at] ?? 0;
    for (let label = 0; label < width; label += 1)
      sums[label] = (sums[label] ?? 0) + value * (table.weights[row * width + label] ?? 0);
  }
  return sums.map((sum, label) => sum * (table.scales[label] ?? 0) + (table.biases[label] ?? 0));
}

/** Where the rows of a table stand, by their key: an open hash table, because the keys are hashes already. */
interface RowIndex {
  /** Row plus one; nought is free. */
  readonly slots: Uint32Array;
  readonly mask: number;
}

const indexes = new WeakMap<Uint32Array, RowIndex>();

function indexOf(keys: Uint32Array): RowIndex {
  const known = indexes.get(keys);
  if (known) return known;
  const size = 2 ** Math.ceil(Math.log2(keys.length * 2 + 1));
  const index = { slots: new Uint32Array(size), mask: size - 1 };
  for (let row = 0; row < keys.length; row += 1) {
    let slot = (keys[row] ?? 0) & index.mask;
    while (index.slots[slot] !== 0) slot = (slot + 1) & index.mask;
    index.slots[slot] = row + 1;
  }
  indexes.set(keys, index);
  return index;
}

/** The row of a key, or -1. */
function rowOf(keys: Uint32Array, { slots, mask }: RowIndex, key: number): number {
  for (let slot = key & mask; ; slot = (slot + 1) & mask) {
    const row = (slots[slot] ?? 0) - 1;
    if (row < 0 || keys[row] === key) return row;
  }
}

/** The words a model has seen more than once: these are spelled as people spell. */
export function vocabularyOf({ tables }: Model): (word: string) => boolean {
  const indexed = tables.map(({ keys }) => ({ keys, index: indexOf(keys) }));
  return (word) => {
    const key = keyOfWord(word);
    return indexed.some(({ keys, index }) => rowOf(keys, index, key) >= 0);
  };
}

export function softmax(logits: Float32Array, temperature: number): Float32Array {
  let highest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > highest) highest = logit;
  let total = 0;
  const raised = logits.map((logit) => {
    const value = Math.exp((logit - highest) / temperature);
    total += value;
    return value;
  });
  return raised.map((value) => value / total);
}
