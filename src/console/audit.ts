/**
 * Who did and saw what at the console, as NEN 7513 asks for it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { roles } from "./actor.ts";

/** One thing that happened, before it has its place in the chain. Ids, names of ours and reasons; no parent's words. */
const auditEntrySchema = z.strictObject({
  event: z.string(),
  outcome: z.enum(["granted", "refused", "failed"]),
  /** Who acted, and for which organisation. `anonymous` when nobody was signed in. */
  actor: z.strictObject({
    id: z.string(),
    name: z.string(),
    roles: z.array(z.enum(roles)),
    regions: z.array(z.string()),
    organisation: z.string(),
  }),
  /** Who answers for it: the actor, until someone may act on behalf of another. */
  responsible: z.string(),
  access: z.strictObject({ address: z.string(), instance: z.string() }),
  /**
   * Whose data, or null when it was about no single one. Writers give the pseudonym of a person; on record stands their
   * number ({@link Subjects}).
   */
  subject: z.string().nullable(),
  object: z.strictObject({ kind: z.string(), id: z.string().nullable(), region: z.string().nullable() }),
  /** How many objects were shown or written. */
  count: z.int().nonnegative(),
  /** The rule that let it through or refused it, with the version of the policy. */
  rule: z.string(),
  /** Why, in the actor's words, where a reason is asked. */
  purpose: z.string().nullable(),
  /** True when someone went past a rule in an emergency. Nothing here allows that today. */
  emergency: z.boolean(),
  /** The code of the failure, when there was one. */
  code: z.string().nullable(),
  request: z.string(),
});
export type AuditEntry = z.output<typeof auditEntrySchema>;

export const auditRecordSchema = auditEntrySchema.extend({
  v: z.literal(1),
  id: z.string(),
  at: z.iso.datetime(),
  /** The hash of the record before it; of the first one, 64 zeros. */
  previous: z.string().length(64),
  hash: z.string().length(64),
});
export type AuditRecord = z.output<typeof auditRecordSchema>;

/** What persons are called on the record: by numbers that nobody finds again once a person was erased. */
export interface Subjects {
  /** Gives the number of a person, the same in all processes. It throws where it cannot be kept. */
  numberOf(person: string): Promise<string>;
  /** Gives all numbers a person has. */
  numbersOf(person: string): Promise<readonly string[]>;
}

export interface AuditSearch {
  readonly actor?: string | undefined;
  /** The pseudonym of a person, or a number as it stands on record. */
  readonly subject?: string | undefined;
  readonly object?: string | undefined;
  readonly event?: string | undefined;
  readonly from?: string | undefined;
  readonly till?: string | undefined;
  readonly limit: number;
}

/** What a check of the chain found. `broken` names the first record of each file that does not fit. */
export interface AuditCheck {
  readonly records: number;
  readonly files: number;
  readonly broken: readonly { readonly file: string; readonly line: number; readonly why: string }[];
}

/**
 * The append-only record of access.
 *
 * {@link Audit.write} resolves only when the record is on disk; when it cannot be, it throws
 * `console.audit-unavailable` and the caller shows and does nothing.
 */
export interface Audit {
  write(entry: AuditEntry): Promise<void>;
  /** Finds records, newest first. */
  find(search: AuditSearch): Promise<readonly AuditRecord[]>;
  check(): Promise<AuditCheck>;
}

export const chainStart = "0".repeat(64);

/** Gives the hash that ties a record to the one before it: any change of either gives another one. */
export function hashOf(record: Omit<AuditRecord, "hash">): string {
  return createHash("sha256").update(canonical(record)).digest("hex");
}

/** JSON with sorted keys, so that the same record is always the same bytes. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(",")}}`;
}
