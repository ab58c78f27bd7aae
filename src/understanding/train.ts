/**
 * Trains the model from phrases. Deterministic: the same phrases give the same weights.
 *
 * @module
 */
import type { Features } from "./features.ts";
import type { Head, Model } from "./model.ts";
import { softmax } from "./model.ts";

/** One phrase with what is known of it; heads it says nothing about do not learn from it. */
export interface Lesson {
  readonly features: Features;
  readonly labels: Readonly<Record<string, string>>;
  readonly weight: number;
}

export interface Training {
  readonly heads: readonly Head[];
  readonly rounds: number;
  readonly rate: number;
  /** Pulls weights back to nothing, per head: words tell a theme less surely than a danger. */
  readonly decay: Readonly<Record<string, number>>;
  /** A feature seen in fewer phrases than this is left out. */
  readonly seenIn: number;
  /** Features kept: those that weigh most. */
  readonly mostRows: number;
}

/** A phrase made ready: rows instead of keys, and for each head the column that is right. */
interface Ready {
  readonly rows: Uint32Array;
  readonly values: Float32Array;
  readonly targets: readonly Target[];
  readonly weight: number;
}

interface Target {
  readonly start: number;
  readonly size: number;
  readonly right: number;
  readonly decay: number;
}

export function train(lessons: readonly Lesson[], training: Training): Model {
  const keys = frequentKeys(
    lessons.map((lesson) => lesson.features),
    training.seenIn,
  );
  const rowOf = new Map(Array.from(keys, (key, row) => [key, row]));
  const width = training.heads.reduce((sum, head) => sum + head.labels.length, 0);
  const ready = lessons.map((lesson) => made(lesson, rowOf, training));
  const weights = new Float32Array(keys.length * width);
  const steps = new Float32Array(keys.length * width).fill(1e-3);
  const biases = new Float32Array(width);
  for (let round = 0; round < training.rounds; round += 1) {
    for (const at of shuffled(ready.length, round)) {
      const phrase = ready[at];
      if (phrase) learn(phrase, { weights, steps, biases, width }, training);
    }
  }
  const table = heaviest({ keys, weights }, width, training.mostRows);
  return quantised(training.heads, table.keys, table.weights, biases, width);
}

/** The features that are in enough phrases to learn from. */
function frequentKeys(phrases: readonly Features[], seenIn: number): Uint32Array {
  const counts = new Map<number, number>();
  for (const { keys } of phrases) for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return Uint32Array.from([...counts].filter(([, count]) => count >= seenIn).map(([key]) => key)).sort();
}

function made(lesson: Lesson, rowOf: ReadonlyMap<number, number>, training: Training): Ready {
  const rows: number[] = [];
  const values: number[] = [];
  lesson.features.keys.forEach((key, at) => {
    const row = rowOf.get(key);
    if (row === undefined) return;
    rows.push(row);
    values.push(lesson.features.values[at] ?? 0);
  });
  return {
    rows: Uint32Array.from(rows),
    values: Float32Array.from(values),
    targets: targetsOf(lesson, training),
    weight: lesson.weight,
  };
}

function targetsOf(lesson: Lesson, { heads, decay }: Training): Target[] {
  let start = 0;
  return heads.flatMap((head) => {
    const from = start;
    start += head.labels.length;
    const label = lesson.labels[head.name];
    const right = label === undefined ? -1 : head.labels.indexOf(label);
    if (right < 0) return [];
    return [{ start: from, size: head.labels.length, right, decay: decay[head.name] ?? 0 }];
  });
}

/** The order of one round: a fixed linear congruence, so that training needs no chance. */
function shuffled(length: number, round: number): number[] {
  const order = Array.from({ length }, (_, at) => at);
  let state = (round + 1) * 2654435761;
  for (let at = length - 1; at > 0; at -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (at + 1);
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order;
}

interface Table {
  readonly weights: Float32Array;
  readonly steps: Float32Array;
  readonly biases: Float32Array;
  readonly width: number;
}

/** Errors smaller than this teach nothing and are left out: most labels are plainly wrong most of the time. */
const smallestError = 2e-3;

/** One step down the slope, with a step size per weight (Adagrad). */
function learn(phrase: Ready, table: Table, training: Training): void {
  for (const target of phrase.targets) {
    const errors = errorsOf(phrase, target, table);
    const wrong: number[] = [];
    for (let label = 0; label < target.size; label += 1) {
      const error = errors[label] ?? 0;
      if (Math.abs(error) < smallestError) continue;
      wrong.push(label);
      errors[label] = error * phrase.weight;
      table.biases[target.start + label] =
        (table.biases[target.start + label] ?? 0) - biasRate * error * phrase.weight;
    }
    descend(phrase, target, errors, wrong, table, training.rate);
  }
}

const biasRate = 0.02;

function errorsOf({ rows, values }: Ready, target: Target, { weights, biases, width }: Table): Float32Array {
  const logits = biases.slice(target.start, target.start + target.size);
  for (let at = 0; at < rows.length; at += 1) {
    const start = (rows[at] ?? 0) * width + target.start;
    const value = values[at] ?? 0;
    for (let label = 0; label < target.size; label += 1) {
      logits[label] = (logits[label] ?? 0) + value * (weights[start + label] ?? 0);
    }
  }
  const errors = softmax(logits, 1);
  errors[target.right] = (errors[target.right] ?? 0) - 1;
  return errors;
}

function descend(
  { rows, values }: Ready,
  { start: column, decay }: Target,
  errors: Float32Array,
  wrong: readonly number[],
  { weights, steps, width }: Table,
  rate: number,
): void {
  for (let at = 0; at < rows.length; at += 1) {
    const start = (rows[at] ?? 0) * width + column;
    const value = values[at] ?? 0;
    for (let next = 0; next < wrong.length; next += 1) {
      const label = wrong[next] ?? 0;
      const index = start + label;
      const weight = weights[index] ?? 0;
      const slope = (errors[label] ?? 0) * value + decay * weight;
      const step = (steps[index] ?? 0) + slope * slope;
      steps[index] = step;
      weights[index] = weight - (rate * slope) / Math.sqrt(step);
    }
  }
}

interface Rows {
  readonly keys: Uint32Array;
  readonly weights: Float32Array;
}

function heaviest({ keys, weights }: Rows, width: number, most: number): Rows {
  const weight = Array.from(keys, (_, row) =>
    weights.subarray(row * width, (row + 1) * width).reduce((sum, value) => sum + Math.abs(value), 0),
  );
  const rows = [...keys.keys()].sort((a, b) => (weight[b] ?? 0) - (weight[a] ?? 0)).slice(0, most);
  rows.sort((a, b) => a - b);
  const kept = new Float32Array(rows.length * width);
  rows.forEach((row, at) => {
    kept.set(weights.subarray(row * width, (row + 1) * width), at * width);
  });
  return { keys: Uint32Array.from(rows, (row) => keys[row] ?? 0), weights: kept };
}

function quantised(
  heads: readonly Head[],
  keys: Uint32Array,
  weights: Float32Array,
  biases: Float32Array,
  width: number,
): Model {
  const highest = new Float32Array(width).fill(1e-9);
  weights.forEach((weight, at) => {
    const column = at % width;
    highest[column] = Math.max(highest[column] ?? 0, Math.abs(weight));
  });
  const scales = highest.map((value) => value / 127);
  return {
    heads,
    keys,
    weights: Int8Array.from(weights, (weight, at) => Math.round(weight / (scales[at % width] ?? 1))),
    scales,
    biases,
  };
}
