import type { Language } from "../terms.ts";
import type { Nurse } from "./callback.ts";

/** What is known of a waiting callback without reading it. */
export interface Waiting<Id> {
  readonly id: Id;
  readonly region: string;
  readonly language: Language;
  readonly preferredNurse: string | null;
}

/** Whether a nurse works for a region; `all` on either side fits everything. */
export function worksFor(regions: readonly string[], region: string): boolean {
  return region === "all" || regions.includes("all") || regions.includes(region);
}

/**
 * Puts the callbacks a nurse can take in the order she should: those that ask for her, then the order of the
 * line, then those that ask for a colleague. The last are still hers when nobody else waits: being called by
 * another nurse is better than not being called.
 */
export function fitting<Id>(
  line: readonly Waiting<Id>[],
  nurse: Nurse,
  languages: readonly Language[] | undefined,
): readonly Waiting<Id>[] {
  const hers = line.filter(
    ({ region, language }) => worksFor(nurse.regions, region) && (languages?.includes(language) ?? true),
  );
  const wants = ({ preferredNurse }: Waiting<Id>): number =>
    preferredNurse === nurse.id ? 0 : preferredNurse === null ? 1 : 2;
  return hers.toSorted((one, other) => wants(one) - wants(other));
}
