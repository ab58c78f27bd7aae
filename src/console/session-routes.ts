import { type Actor, seesRegion } from "./actor.ts";
import { type ApiRoute, route } from "./route.ts";
import * as shape from "./schemas.ts";
import type { ConsoleWorld } from "./world.ts";

/** What a lead needs when somebody leaves, or a device is lost: who is in, and the end of it at once. */
export const sessionRoutes: readonly ApiRoute[] = [
  route({
    action: "list-signed-in",
    method: "get",
    path: "/sessions",
    summary: "Lists who is signed in, of the lead's regions",
    input: shape.nothing,
    answer: shape.signedInAnswer,
    failures: [],
    shown: ({ people }) => ({ count: people.length }),
    async run({ world, actor }) {
      const people = await within(world, actor);
      return { people: people.map(({ id, name, roles }) => ({ id, name, roles: [...roles] })) };
    },
  }),
  route({
    action: "end-sessions",
    method: "post",
    path: "/sessions/end",
    summary: "Ends every session of somebody of the lead's regions, at once",
    input: shape.endSessionsInput,
    answer: shape.endSessionsAnswer,
    purpose: ({ who }) => who,
    failures: [],
    async run({ world, actor, input }) {
      const isTheirs = (await within(world, actor)).some(({ id }) => id === input.who);
      return { ended: isTheirs ? await world.signOut(input.who) : 0 };
    },
  }),
];

/** Whoever works in all regions is every lead's. */
async function within(world: ConsoleWorld, lead: Actor): Promise<readonly Actor[]> {
  const all = await world.signedIn();
  return all.filter(
    ({ regions }) =>
      lead.regions.includes("all") || regions.some((one) => one === "all" || seesRegion(lead, one)),
  );
}
