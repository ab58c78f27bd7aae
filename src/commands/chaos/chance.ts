/** Chance that comes out the same for the same seed (mulberry32). */
export interface Chance {
  /** From 0 up to 1. */
  readonly next: () => number;
  /** True this often. */
  readonly hit: (share: number) => boolean;
  readonly below: (limit: number) => number;
}

export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, hit: (share) => next() < share, below: (limit) => Math.floor(next() * limit) };
}
