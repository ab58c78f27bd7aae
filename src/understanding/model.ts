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
  /** Whole numbers from -31 to 31, row by row. */
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
  const { tables } = model;
  const heads = new Map(tables.map(({ name }, at) => [name, at]));
  const index = indexOf(model);
  return (features) => {
    const places = placesOf(features.keys, index);
    return (name) => {
      const head = heads.get(name);
      const table = head === undefined ? undefined : tables[head];
      if (head === undefined || table === undefined)
        throw new KnownError("understanding.invalid", `the model has no head "${name}"; train it again`);
      const scores = softmax(logitsOf(features, places, table, index.rows, head), table.temperature);
      return new Map(table.labels.map((label, at) => [label, scores[at] ?? 0]));
    };
  };
}

/** @param places - where in `rows` each feature stands, or -1. */
function logitsOf(
  { values }: Features,
  places: Int32Array,
  table: Table,
  rows: Uint32Array,
  head: number,
): Float32Array {
  const width = table.labels.length;
  const sums = new Float32Array(width);
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] ?? -1;
    const row = place < 0 ? 0 : (rows[place + head] ?? 0);
    if (row === 0) continue;
    const value = values[at] ?? 0;
    const start = (row - 1) * width;
    for (let label = 0; label < width; label += 1)
      sums[label] = (sums[label] ?? 0) + value * (table.weights[start + label] ?? 0);
  }
  return sums.map((sum, label) => sum * (table.scales[label] ?? 0) + (table.biases[label] ?? 0));
}

/**
 * Where a feature stands in each table. One look finds it for all of them: most of the time that reading a message
 * takes goes into waiting for memory.
 */
interface FeatureIndex {
  /** Number of the feature plus one; nought is free. An open hash table, because the keys are hashes already. */
  readonly slots: Uint32Array;
  readonly keys: Uint32Array;
  /** For each feature its row plus one in each table; nought where a table does not have it. */
  readonly rows: Uint32Array;
  readonly tables: number;
}

const indexes = new WeakMap<Model, FeatureIndex>();

function indexOf(model: Model): FeatureIndex {
  const known = indexes.get(model);
  if (known) return known;
  const { tables } = model;
  const most = tables.reduce((sum, { keys }) => sum + keys.length, 0);
  const index = {
    slots: new Uint32Array(2 ** Math.ceil(Math.log2(most * 1.5 + 1))),
    keys: new Uint32Array(most),
    rows: new Uint32Array(most * tables.length),
    tables: tables.length,
  };
  let count = 0;
  for (const [head, { keys }] of tables.entries()) {
    for (let row = 0; row < keys.length; row += 1) {
      const key = keys[row] ?? 0;
      const slot = slotOf(key, index);
      if (index.slots[slot] === 0) {
        index.keys[count] = key;
        count += 1;
        index.slots[slot] = count;
      }
      index.rows[((index.slots[slot] ?? 0) - 1) * tables.length + head] = row + 1;
    }
  }
  indexes.set(model, index);
  return index;
}

/** The slot that has the key, or the free one where it belongs. */
function slotOf(key: number, { slots, keys }: FeatureIndex): number {
  const mask = slots.length - 1;
  for (let slot = key & mask; ; slot = (slot + 1) & mask) {
    const feature = slots[slot] ?? 0;
    if (feature === 0 || keys[feature - 1] === key) return slot;
  }
}

/** Where the rows of each key begin, or -1. */
function placesOf(keys: Uint32Array, index: FeatureIndex): Int32Array {
  const places = new Int32Array(keys.length);
  for (let at = 0; at < keys.length; at += 1)
    places[at] = ((index.slots[slotOf(keys[at] ?? 0, index)] ?? 0) - 1) * index.tables;
  return places;
}

/** The words a model has seen more than once: these are spelled as people spell. */
export function vocabularyOf(model: Model): (word: string) => boolean {
  const index = indexOf(model);
  return (word) => index.slots[slotOf(keyOfWord(word), index)] !== 0;
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
