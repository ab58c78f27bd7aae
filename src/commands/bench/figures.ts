/** One figure: what was measured, and how much it is. */
export type Figure = readonly [what: string, figure: string];

/** Takes a measure of each of many runs, in milliseconds. */
export async function timed(runs: number, run: (at: number) => unknown): Promise<readonly number[]> {
  const took: number[] = [];
  for (let at = 0; at < runs; at += 1) {
    const began = performance.now();
    await run(at);
    took.push(performance.now() - began);
  }
  return took.toSorted((one, other) => one - other);
}

/** The value below which this share of sorted measures lies. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export function milliseconds(value: number): string {
  return value < 1 ? `${(value * 1000).toFixed(1)} µs` : `${value.toFixed(2)} ms`;
}

/** Says a series of measures as figures: how many a second one after another, the middle and the slow ones. */
export function describe(name: string, sorted: readonly number[]): readonly Figure[] {
  const total = sorted.reduce((sum, one) => sum + one, 0);
  return [
    [
      `${name}: one after another`,
      `${Math.round((sorted.length / total) * 1000).toLocaleString("en")} a second`,
    ],
    [`${name}: p50`, milliseconds(percentile(sorted, 0.5))],
    [`${name}: p99`, milliseconds(percentile(sorted, 0.99))],
  ];
}
