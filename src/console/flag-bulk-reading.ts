import { randomUUID } from "node:crypto";
import type { Request } from "express";
import { isBulkReading } from "../escalation/readings.ts";
import type { CallbackId } from "../terms.ts";
import type { Actor } from "./actor.ts";
import { entryFor } from "./api.ts";
import { policyVersion } from "./policy.ts";
import type { ConsoleWorld } from "./world.ts";

/** What the access record calls it; the auditor's page looks for it. */
const bulkReading = "bulk-reading";

/**
 * Counts what somebody opens, and flags it to the auditor when it is unusually much: a record in the chain and an
 * alert with a count. Nobody is stopped: a nurse who has a reason goes on, and an auditor asks for it.
 */
export async function flagBulkReading(
  world: ConsoleWorld,
  actor: Actor,
  callback: CallbackId,
  request: Request,
): Promise<void> {
  const count = await world.readings.note(actor.id, callback);
  if (!isBulkReading(count)) return;
  await world.audit.write({
    ...entryFor(world, actor, request, randomUUID()),
    event: bulkReading,
    outcome: "granted",
    subject: null,
    object: { kind: "callbacks", id: null, region: null },
    count,
    rule: `${policyVersion}:open-callback`,
    purpose: null,
    code: null,
  });
  void world.alert(count);
}
