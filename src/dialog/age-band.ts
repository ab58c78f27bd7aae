/** The phases of childhood that content is written for (domain phases P1 to P7). */
export const ageBands = ["P1", "P2", "P3", "P4", "P5", "P6", "P7"] as const;
export type AgeBand = (typeof ageBands)[number];

/** Completed months at which each band begins; the last ends at 18 years. */
const firstMonth: Readonly<Record<AgeBand, number>> = {
  P1: 0,
  P2: 3,
  P3: 6,
  P4: 12,
  P5: 24,
  P6: 48,
  P7: 144,
};

/** Gives the band of an age in completed months. */
export function bandOf(months: number): AgeBand {
  return ageBands.findLast((band) => months >= firstMonth[band]) ?? "P1";
}

/** Gives an age in completed months that stands for a band, for rules that compute with age. */
export function monthsOf(band: AgeBand): number {
  return firstMonth[band];
}

export function isAgeBand(value: string | undefined): value is AgeBand {
  return ageBands.some((band) => band === value);
}
