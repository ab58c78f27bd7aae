import { worksFor } from "../escalation/best-fit.ts";
import type { Actor } from "./actor.ts";
import type { AuditRecord, AuditSearch } from "./audit.ts";
import { writeCsv } from "./csv.ts";
import { type ApiRoute, route } from "./route.ts";
import * as shape from "./schemas.ts";
import type { ConsoleWorld } from "./world.ts";

const most = 100_000;

/** Who looked at what, for an auditor; looking at that is on record, too. */
export const auditRoutes: readonly ApiRoute[] = [
  route({
    action: "search-audit",
    method: "get",
    path: "/audit",
    summary: "Finds access records, newest first; with `subject` it answers a parent's question who looked",
    input: shape.auditQuery,
    answer: shape.auditAnswer,
    failures: [],
    shown: ({ records }) => ({ count: records.length }),
    run: async ({ world, actor, input }) => ({ records: [...(await find(world, actor, input))] }),
  }),
  route({
    action: "export-audit",
    method: "get",
    path: "/audit.csv",
    summary: "The same records as CSV",
    input: shape.auditQuery,
    answer: shape.csvAnswer,
    failures: [],
    file: "naast-access-record.csv",
    shown: () => ({ count: 1 }),
    run: async ({ world, actor, input }) => writeCsv(rowsOf(await find(world, actor, input))),
  }),
  route({
    action: "check-audit",
    method: "get",
    path: "/audit/check",
    summary: "Checks the chain of all access records: whether any was changed, moved or taken out",
    input: shape.nothing,
    answer: shape.auditCheckAnswer,
    failures: [],
    shown: ({ records }) => ({ count: records }),
    async run({ world }) {
      const { records, files, broken } = await world.audit.check();
      return { records, files, broken: [...broken] };
    },
  }),
];

async function find(
  { audit }: ConsoleWorld,
  auditor: Actor,
  search: AuditSearch,
): Promise<readonly AuditRecord[]> {
  const found = await audit.find({ ...search, limit: most });
  return found.filter((record) => isFor(auditor, record)).slice(0, search.limit);
}

/** Records about a callback belong to its region; the others to the regions of who acted. */
function isFor({ regions }: Actor, { object, actor }: AuditRecord): boolean {
  if (object.region !== null) return worksFor(regions, object.region);
  return regions.includes("all") || actor.regions.some((region) => worksFor(regions, region));
}

function rowsOf(records: readonly AuditRecord[]): (readonly (string | number | null)[])[] {
  const header = ["at", "event", "outcome", "actor", "name", "roles", "subject", "object", "region", "count"];
  const more = ["purpose", "rule", "code", "address", "request", "hash"];
  return [
    [...header, ...more],
    ...records.map((record) => [
      record.at,
      record.event,
      record.outcome,
      record.actor.id,
      record.actor.name,
      record.actor.roles.join(" "),
      record.subject,
      record.object.id,
      record.object.region,
      record.count,
      record.purpose,
      record.rule,
      record.code,
      record.access.address,
      record.request,
      record.hash,
    ]),
  ];
}
