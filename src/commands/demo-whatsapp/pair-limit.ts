import type { Clock } from "../../terms.ts";

/** Meta's limit for one pair of numbers: one message in six seconds, and up to 45 at once on credit. */
export interface PairLimit {
  readonly burst: number;
  readonly perSecond: number;
}

export const metaPairLimit: PairLimit = { burst: 45, perSecond: 1 / 6 };

/** Tells for each message whether its pair still has room. */
export function pairLimiter({ burst, perSecond }: PairLimit, clock: Clock): (whom: string) => boolean {
  const rooms = new Map<string, { left: number; at: number }>();
  return (whom) => {
    const now = clock();
    const known = rooms.get(whom) ?? { left: burst, at: now };
    const left = Math.min(burst, known.left + ((now - known.at) / 1000) * perSecond);
    rooms.set(whom, { left: left < 1 ? left : left - 1, at: now });
    return left >= 1;
  };
}
