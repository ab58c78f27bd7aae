import { type Role, roles } from "../../src/console/actor.ts";
import { type Action, may, policy } from "../../src/console/policy.ts";
import type { ApiRoute } from "../../src/console/route.ts";
import { apiRoutes } from "../../src/console/routes.ts";
import type { CallbackId } from "../../src/terms.ts";
import { type Bench, startBench, type Visitor } from "./bench.ts";

let bench: Bench;
const visitors = new Map<string, Visitor>();
const regions = ["noord", "zuid", "all"] as const;

beforeAll(async () => {
  bench = await startBench();
  for (const role of roles) {
    for (const region of regions) {
      visitors.set(`${role} of ${region}`, await bench.signIn({ name: `${role} ${region}`, role, region }));
    }
  }
});
afterAll(() => bench.stop());

/** Something well formed for each route: a refusal must come from the policy, not from the form. */
function bodyFor(action: Action): object {
  const bodies: Partial<Record<Action, object>> = {
    "open-callback": { reason: "matrix" },
    "note-attempt": { token: "1", result: "called" },
    "close-callback": { token: "1", outcome: "advice_given", parentInformed: true },
    "message-parent": { token: "1", words: "hallo" },
    "note-callback": { words: "notitie" },
    "judge-rule": { rule: "worn-out", right: true },
    "end-sessions": { who: "local:somebody-else" },
    "hand-over-callback": { token: "1", to: "local:sem" },
  };
  const held: readonly Action[] = ["renew-callback", "release-callback", "show-phone"];
  return bodies[action] ?? (held.includes(action) ? { token: "1" } : {});
}

function visit(visitor: Visitor, route: ApiRoute, id: CallbackId) {
  const path = `/nurse/api${route.path.replace("{id}", id)}`;
  return route.method === "get" ? visitor.get(path) : visitor.post(path, bodyFor(route.action));
}

const matrix = roles.flatMap((role) =>
  regions.flatMap((region) => apiRoutes.map((route) => [role, region, route] as const)),
);

describe("who may do what, over every role, region and route", () => {
  test.each(matrix.map(([role, region, route]) => [role, region, route.action, route] as const))(
    "a %s of %s: %s",
    async (role, region, action, route) => {
      const id = await bench.ask({ region: "noord", words: "geheim van noord" });
      const visitor = visitors.get(`${role} of ${region}`) as Visitor;
      const before = await bench.world.audit.find({ limit: 100_000 });
      const answer = await visit(visitor, route, id);
      const after = await bench.world.audit.find({ limit: 100_000 });

      const allowed = (policy[action].roles as readonly Role[]).includes(role);
      const sees = region !== "zuid";
      const about = route.path.includes("{id}");
      if (!allowed) expect(answer.status).toBe(403);
      else if (about && !sees) expect(answer.status).toBe(404);
      else expect([200, 409, 400, 404]).toContain(answer.status);

      if (!allowed || !sees) expect(JSON.stringify(answer.body)).not.toContain(id);
      if (!allowed || !sees) expect(JSON.stringify(answer.body)).not.toContain("geheim");
      if (policy[action].event === null && allowed) return;
      if (answer.status === 400) return;
      expect(after.length).toBeGreaterThan(before.length);
      if (answer.status === 200) expect(after.length - before.length).toBe(1);
      expect(after[0]?.actor.roles).toEqual([role]);
    },
  );

  test("nobody who is not signed in sees anything", async () => {
    const id = await bench.ask();
    for (const route of apiRoutes) {
      const path = `${bench.url}/nurse/api${route.path.replace("{id}", id)}`;
      const answer = await fetch(path, {
        method: route.method.toUpperCase(),
        headers: { origin: bench.url, "content-type": "application/json" },
        ...(route.method === "post" ? { body: JSON.stringify(bodyFor(route.action)) } : {}),
      });
      expect(answer.status).toBe(401);
    }
  });

  test("a callback of another region is answered exactly like one that does not exist", async () => {
    const id = await bench.ask({ region: "noord" });
    const nurse = visitors.get("nurse of zuid") as Visitor;
    const foreign = await nurse.post(`/nurse/api/callbacks/${id}/open`, { reason: "kijken" });
    const unknown = await nurse.post("/nurse/api/callbacks/00000000-0000-4000-8000-000000000000/open", {
      reason: "kijken",
    });
    expect(foreign.status).toBe(404);
    expect(foreign.body).toEqual(unknown.body);
    const listed = await nurse.get("/nurse/api/callbacks");
    expect(listed.body.callbacks).toEqual([]);
  });

  test("whoever has no role that may is refused everywhere", () => {
    const nobody = { id: "x", name: "x", roles: [], regions: ["all"] };
    expect(Object.keys(policy).filter((action) => may(nobody, action as Action))).toEqual([]);
  });

  test("every line of the policy has a route, and nothing else is served", async () => {
    const served = new Set(apiRoutes.map(({ action }) => action));
    const elsewhere = ["watch-callbacks"];
    expect(
      Object.keys(policy).filter((action) => !served.has(action as Action) && !elsewhere.includes(action)),
    ).toEqual([]);
    const nurse = visitors.get("nurse of all") as Visitor;
    expect((await nurse.get("/nurse/api/everything")).status).toBe(404);
  });
});
