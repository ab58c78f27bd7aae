import { worksFor } from "../escalation/best-fit.ts";

/** What someone may be at the console. One person can be several. */
export const roles = ["nurse", "lead", "auditor"] as const;
export type Role = (typeof roles)[number];

/** Who is signed in: by the organisation's own sign-in, or by a link for trying out. */
export interface Actor {
  /** Stable and unique within the issuer. */
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Regions of the organisation, or `all`. */
  readonly regions: readonly string[];
}

/** Whether something of a region is this actor's to see. What belongs to `all` regions is every nurse's. */
export function seesRegion(actor: Actor, region: string): boolean {
  return worksFor(actor.regions, region);
}

export function isRole(word: unknown): word is Role {
  return roles.some((role) => role === word);
}
