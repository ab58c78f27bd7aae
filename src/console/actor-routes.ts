import { seesRegion } from "./actor.ts";
import { type ApiRoute, route } from "./route.ts";
import * as shape from "./schemas.ts";

/** What shows an actor nothing but their own. */
export const actorRoutes: readonly ApiRoute[] = [
  route({
    action: "see-me",
    method: "get",
    path: "/me",
    summary: "Says who is signed in, and for which organisation",
    input: shape.nothing,
    answer: shape.meAnswer,
    failures: [],
    async run({ world, actor }) {
      const { name, tryOut, zone, regions } = world.organisation;
      return {
        ...actor,
        roles: [...actor.roles],
        regions: [...actor.regions],
        organisation: { name, tryOut, zone, regions },
      };
    },
  }),
  route({
    action: "list-colleagues",
    method: "get",
    path: "/colleagues",
    summary: "Lists the nurses who are signed in and share a region, to hand over to",
    input: shape.nothing,
    answer: shape.colleaguesAnswer,
    failures: [],
    async run({ world, actor }) {
      const others = (await world.signedIn()).filter(
        ({ id, roles, regions }) =>
          id !== actor.id &&
          roles.includes("nurse") &&
          (regions.includes("all") ||
            actor.regions.includes("all") ||
            regions.some((one) => seesRegion(actor, one))),
      );
      return { colleagues: others.map(({ id, name }) => ({ id, name })) };
    },
  }),
];
