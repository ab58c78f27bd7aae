import type { Audit } from "../console/audit.ts";
import { type Look, mayAskForKept } from "../conversation/rights.ts";
import type { Claim } from "../conversation/turn-log.ts";
import type { CallbackQueue } from "../escalation/callback-queue.ts";
import type { PersonId } from "../terms.ts";

const yearMilliseconds = 365 * 24 * 3_600_000;
/** Shorter than a turn's lease: a record that is long in coming holds up no answer. */
const patienceMilliseconds = 2_000;
const most = 500;

/** Adds to a claim, when its person asks for it, their callbacks and who of the team looked, and when. */
export async function withKept(
  claim: Claim,
  callbacks: Pick<CallbackQueue, "findOf">,
  audit: Pick<Audit, "find">,
): Promise<Claim> {
  if (!mayAskForKept(claim)) return claim;
  const [found, looks] = await Promise.all([
    callbacks.findOf(claim.person).catch(() => []),
    looksAt(claim.person, audit),
  ]);
  return { ...claim, kept: { callbacks: found, looks } };
}

async function looksAt(person: PersonId, audit: Pick<Audit, "find">): Promise<readonly Look[] | undefined> {
  const from = new Date(Date.now() - yearMilliseconds).toISOString();
  const search = audit.find({ subject: person, from, limit: most });
  const late = new Promise<undefined>((resolve) => void setTimeout(resolve, patienceMilliseconds));
  const records = await Promise.race([search, late]).catch(() => undefined);
  return records
    ?.filter(({ outcome, actor }) => outcome === "granted" && !["system", "parent"].includes(actor.id))
    .map(({ at, actor, event }) => ({
      at: Date.parse(at),
      roles: actor.roles,
      organisation: actor.organisation,
      did: event,
    }));
}
