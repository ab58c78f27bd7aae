/**
 * Trains the model from phrases. Deterministic: the same phrases give the same weights.
 *
 * @module
 */
import type { Features } from "./features.ts";
import { type Head, type Model, softmax, type Table } from "./model.ts";

/** One phrase with what is known of it; heads it says nothing about do not learn from it. */
export interface Lesson {
  readonly features: Features;
  readonly labels: Readonly<Record<string, string>>;
  readonly weight: number;
  /** From this feature on they tell the meaning, before it the spelling. */
  readonly meaningFrom: number;
}

export interface HeadTraining extends Head {
  readonly rounds: number;
  readonly rate: number;
  /** Pulls weights back to nothing: words tell a theme less surely than a danger. */
  readonly decay: number;
  /** Whether a rare feature weighs more: what a message is about hangs on rare words, danger also on common ones. */
  readonly rareFirst: boolean;
  /** A feature seen in fewer phrases than this is left out. */
  readonly seenIn: number;
  /** Features kept: those that weigh most. */
  readonly mostRows: number;
  /** The share of a phrase's features left out at random each time it is learned, so that no one cue is leaned on. */
  readonly leftOut: number;
  /** How often a phrase is learned as spelled alone, because people use words that no concept knows. */
  readonly asSpelled: number;
}

export function train(lessons: readonly Lesson[], heads: readonly HeadTraining[]): Model {
  return { tables: heads.map((head) => trained(lessons, head)) };
}

/** A phrase made ready for one head: rows instead of keys, and the column that is right. */
interface Ready {
  readonly rows: Uint32Array;
  readonly values: Float32Array;
  readonly right: number;
  readonly weight: number;
  readonly meaningFrom: number;
}

/** What is being learned: a row per feature, a column per label. */
interface Learning {
  readonly width: number;
  readonly weights: Float32Array;
  /** The sum of squared slopes of each weight: who moved much moves slower (Adagrad). */
  readonly steps: Float32Array;
  readonly biases: Float32Array;
}

function trained(lessons: readonly Lesson[], head: HeadTraining): Table {
  const about = lessons.filter(({ labels }) => head.labels.includes(labels[head.name] ?? ""));
  const vocabulary = vocabularyOf(about, head);
  const ready = about.map((lesson) => made(lesson, vocabulary, head));
  const width = head.labels.length;
  const cells = vocabulary.keys.length * width;
  const learning = {
    width,
    weights: new Float32Array(cells),
    steps: new Float32Array(cells).fill(1e-3),
    biases: new Float32Array(width),
  };
  for (let round = 0; round < head.rounds; round += 1) {
    const draw = draws(round + 1000);
    for (const at of shuffled(ready.length, round)) {
      const phrase = ready[at];
      if (phrase) learn(thinned(phrase, head, draw), learning, head);
    }
  }
  return quantised(head, heaviest(vocabulary, learning, head.mostRows), learning.biases);
}

/** The features to learn from, the commonest first so that what is used together lies together in memory. */
interface Vocabulary {
  readonly keys: Uint32Array;
  /** How rare each feature is: rare ones say more. */
  readonly rarity: Float32Array;
  /** Gives the row of a key, or -1. */
  readonly rowOf: (key: number) => number;
  /** In how many phrases each feature is. */
  readonly counts: Float32Array;
}

function vocabularyOf(lessons: readonly Lesson[], { seenIn, rareFirst }: HeadTraining): Vocabulary {
  const seen = countsOf(lessons);
  const frequent = Array.from(seen.keys, (key, at): readonly [number, number] => [key, seen.counts[at] ?? 0])
    .filter(([, count]) => count >= seenIn)
    .sort(([, a], [, b]) => b - a);
  const rows = new Int32Array(seen.keys.length).fill(-1);
  for (const [row, [key]] of frequent.entries()) rows[seen.numberOf(key)] = row;
  return {
    keys: Uint32Array.from(frequent, ([key]) => key),
    rarity: Float32Array.from(frequent, ([, count]) =>
      rareFirst ? Math.log(1 + lessons.length / count) / 4 : 1,
    ),
    counts: Float32Array.from(frequent, ([, count]) => count),
    rowOf: (key) => rows[seen.numberOf(key)] ?? -1,
  };
}

/** Every feature of the lessons in the order it was first met, and in how many it is. */
interface Seen {
  readonly keys: Uint32Array;
  readonly counts: Uint32Array;
  /** The place of a key that was met in `keys` and `counts`. */
  readonly numberOf: (key: number) => number;
}

/** An open hash table, grown by doubling: there are tens of millions of features to look up, and their keys are hashes. */
function countsOf(lessons: readonly Lesson[]): Seen {
  let keys = new Uint32Array(2 ** 16);
  let counts = new Uint32Array(2 ** 16);
  let slots = new Uint32Array(2 ** 18);
  let size = 0;

  const slotOf = (key: number): number => {
    let slot = key & (slots.length - 1);
    for (let found = slots[slot] ?? 0; found !== 0 && keys[found - 1] !== key; found = slots[slot] ?? 0)
      slot = (slot + 1) & (slots.length - 1);
    return slot;
  };
  const grow = (): void => {
    const [before, countsBefore] = [keys, counts];
    keys = new Uint32Array(size * 2);
    keys.set(before);
    counts = new Uint32Array(size * 2);
    counts.set(countsBefore);
    slots = new Uint32Array(slots.length * 2);
    for (let at = 0; at < size; at += 1) slots[slotOf(keys[at] ?? 0)] = at + 1;
  };

  for (const { features } of lessons) {
    for (const key of features.keys) {
      if (size === keys.length) grow();
      const slot = slotOf(key);
      if (slots[slot] === 0) {
        keys[size] = key;
        size += 1;
        slots[slot] = size;
      }
      const at = (slots[slot] ?? 0) - 1;
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  return {
    keys: keys.subarray(0, size),
    counts: counts.subarray(0, size),
    numberOf: (key) => (slots[slotOf(key)] ?? 0) - 1,
  };
}

function made(
  { features, labels, weight, meaningFrom }: Lesson,
  { rowOf, rarity }: Vocabulary,
  head: Head,
): Ready {
  const known = new Uint32Array(features.keys.length);
  const values = new Float32Array(features.keys.length);
  let count = 0;
  let spelled = 0;
  for (let at = 0; at < features.keys.length; at += 1) {
    const row = rowOf(features.keys[at] ?? 0);
    if (row < 0) continue;
    known[count] = row;
    values[count] = (features.values[at] ?? 0) * (rarity[row] ?? 0);
    count += 1;
    if (at < meaningFrom) spelled = count;
  }
  return {
    rows: known.slice(0, count),
    values: values.slice(0, count),
    right: head.labels.indexOf(labels[head.name] ?? ""),
    weight,
    meaningFrom: spelled,
  };
}

/** Whole numbers of one round that look like chance: a fixed linear congruence, the same each time. */
function draws(seed: number): () => number {
  let state = (seed + 1) * 2654435761;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
}

/** The phrase without a share of its features, or without all that tells its meaning. */
function thinned(phrase: Ready, { leftOut, asSpelled }: HeadTraining, draw: () => number): Ready {
  if (leftOut + asSpelled === 0) return phrase;
  const chance = () => draw() / 2 ** 32;
  const end = chance() < asSpelled ? phrase.meaningFrom : phrase.rows.length;
  if (leftOut === 0)
    return { ...phrase, rows: phrase.rows.subarray(0, end), values: phrase.values.subarray(0, end) };
  const rows = new Uint32Array(end);
  const values = new Float32Array(end);
  let count = 0;
  for (let at = 0; at < end; at += 1) {
    if (chance() < leftOut) continue;
    rows[count] = phrase.rows[at] ?? 0;
    values[count] = phrase.values[at] ?? 0;
    count += 1;
  }
  return { ...phrase, rows: rows.subarray(0, count), values: values.subarray(0, count) };
}

/** The order of one round. */
function shuffled(length: number, round: number): Uint32Array {
  const order = Uint32Array.from({ length }, (_, at) => at);
  const draw = draws(round);
  for (let at = length - 1; at > 0; at -= 1) {
    const other = draw() % (at + 1);
    const moved = order[at] ?? 0;
    order[at] = order[other] ?? 0;
    order[other] = moved;
  }
  return order;
}

/** Errors smaller than this teach nothing and are left out: most labels are plainly wrong most of the time. */
const smallestError = 2e-3;
const biasRate = 0.02;

/** One step down the slope. */
function learn(phrase: Ready, learning: Learning, head: HeadTraining): void {
  const errors = errorsOf(phrase, learning);
  const wrong: number[] = [];
  errors.forEach((error, label) => {
    if (Math.abs(error) < smallestError) return;
    wrong.push(label);
    errors[label] = error * phrase.weight;
    learning.biases[label] = (learning.biases[label] ?? 0) - biasRate * error * phrase.weight;
  });
  descend(phrase, errors, wrong, learning, head);
}

function errorsOf({ rows, values, right }: Ready, { weights, biases, width }: Learning): Float32Array {
  const logits = biases.slice();
  for (let at = 0; at < rows.length; at += 1) {
    const start = (rows[at] ?? 0) * width;
    const value = values[at] ?? 0;
    for (let label = 0; label < width; label += 1)
      logits[label] = (logits[label] ?? 0) + value * (weights[start + label] ?? 0);
  }
  const errors = softmax(logits, 1);
  errors[right] = (errors[right] ?? 0) - 1;
  return errors;
}

function descend(
  { rows, values }: Ready,
  errors: Float32Array,
  wrong: readonly number[],
  { weights, steps, width }: Learning,
  { rate, decay }: HeadTraining,
): void {
  for (let at = 0; at < rows.length; at += 1) {
    const start = (rows[at] ?? 0) * width;
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

/** The rows that weigh most in all the phrases that have them, their rarity worked into the weights, in rising order of their keys. */
function heaviest({ keys, rarity, counts }: Vocabulary, { weights, width }: Learning, most: number): Rows {
  const heaviness = Float32Array.from(keys, (_, row) => {
    let sum = 0;
    for (let label = 0; label < width; label += 1) sum += Math.abs(weights[row * width + label] ?? 0);
    return sum * (rarity[row] ?? 0) * Math.sqrt(counts[row] ?? 0);
  });
  const rows = Array.from(keys.keys())
    .sort((a, b) => (heaviness[b] ?? 0) - (heaviness[a] ?? 0))
    .slice(0, most)
    .sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
  const kept = new Float32Array(rows.length * width);
  rows.forEach((row, at) => {
    for (let label = 0; label < width; label += 1)
      kept[at * width + label] = (weights[row * width + label] ?? 0) * (rarity[row] ?? 0);
  });
  return { keys: Uint32Array.from(rows, (row) => keys[row] ?? 0), weights: kept };
}

/** Six bits tell as much as eight here, measured on writers kept out, and take less room on disk. */
const finest = 31;

function quantised(
  { name, labels, temperature }: Head,
  { keys, weights }: Rows,
  biases: Float32Array,
): Table {
  const width = labels.length;
  const highest = new Float32Array(width).fill(1e-9);
  weights.forEach((weight, at) => {
    highest[at % width] = Math.max(highest[at % width] ?? 0, Math.abs(weight));
  });
  const scales = highest.map((value) => value / finest);
  const small = Int8Array.from(weights, (weight, at) => Math.round(weight / (scales[at % width] ?? 1)));
  return { name, labels, temperature, keys, weights: small, scales, biases };
}
