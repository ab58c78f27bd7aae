import type { Audit, AuditEntry } from "../console/audit.ts";
import type { PersonId } from "../terms.ts";

/**
 * Puts on the access record that a person was erased, under the number of the receipt they got. Of whom it does not
 * say: the receipt would lead to who they were.
 */
export function recordErasure(audit: Pick<Audit, "write">, organisation: string, instance: string) {
  return async (_person: PersonId, receipt: string, callbacks: number): Promise<void> => {
    const actor = { id: "parent", name: "", roles: [], regions: ["all"], organisation };
    const entry: AuditEntry = {
      event: "erased",
      outcome: "granted",
      actor,
      responsible: "parent",
      access: { address: "", instance },
      subject: null,
      object: { kind: "person", id: receipt, region: "all" },
      count: callbacks,
      rule: "right-to-erasure",
      purpose: null,
      emergency: false,
      code: null,
      request: receipt,
    };
    await audit.write(entry);
  };
}
