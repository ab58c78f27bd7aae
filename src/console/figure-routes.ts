import { worksFor } from "../escalation/best-fit.ts";
import { countWeeks, type WeekFigures } from "../escalation/figures.ts";
import type { Actor } from "./actor.ts";
import { writeCsv } from "./csv.ts";
import { type ApiRoute, route } from "./route.ts";
import * as shape from "./schemas.ts";
import type { ConsoleWorld } from "./world.ts";

const most = 5000;

/** How the work goes, for a lead: counted here, so that nothing about a person leaves. */
export const figureRoutes: readonly ApiRoute[] = [
  route({
    action: "see-figures",
    method: "get",
    path: "/figures",
    summary: "Counts callbacks by week and region: waits against promise, lanes, outcomes, themes, languages",
    input: shape.nothing,
    answer: shape.figuresAnswer,
    failures: [],
    shown: ({ weeks }) => ({ count: weeks.length }),
    run: async ({ world, actor }) => ({
      now: world.clock(),
      weeks: (await weeksFor(world, actor)).map(writable),
    }),
  }),
  route({
    action: "export-figures",
    method: "get",
    path: "/figures.csv",
    summary: "The same counts as CSV, one count a line; counts below ten are empty",
    input: shape.nothing,
    answer: shape.csvAnswer,
    failures: [],
    file: "naast-figures.csv",
    shown: () => ({ count: 1 }),
    run: async ({ world, actor }) => writeCsv(rowsOf(await weeksFor(world, actor))),
  }),
];

/** `all` stands for the regions of this lead: someone of one region does not get the others' sum. */
async function weeksFor({ queue, organisation, clock }: ConsoleWorld, { regions }: Actor) {
  const [open, closed] = await Promise.all([
    queue.list({ regions, part: "open", limit: most }),
    queue.list({ regions, part: "closed", limit: most }),
  ]);
  const now = clock();
  const own = [...open, ...closed].filter(({ request }) => worksFor(regions, request.region));
  return countWeeks(own, organisation.zone, now);
}

function writable(week: WeekFigures) {
  return {
    ...week,
    lanes: { ...week.lanes },
    outcomes: { ...week.outcomes },
    themes: { ...week.themes },
    languages: { ...week.languages },
  };
}

function rowsOf(weeks: readonly WeekFigures[]): (readonly (string | number | null)[])[] {
  const header = ["week", "region", "measure", "name", "count"];
  const rows = weeks.flatMap((figures) => {
    const { week, region } = figures;
    const one = (measure: string, name: string, count: number | null) => [week, region, measure, name, count];
    const all = (measure: string, counts: Readonly<Record<string, number | null>>) =>
      Object.entries(counts).map(([name, count]) => one(measure, name, count));
    return [
      one("asked", "", figures.asked),
      one("promise", "kept", figures.kept),
      one("promise", "broken", figures.broken),
      one("reopened", "", figures.reopened),
      one("median-wait-minutes", "", figures.medianWaitMinutes),
      ...all("lane", figures.lanes),
      ...all("outcome", figures.outcomes),
      ...all("theme", figures.themes),
      ...all("language", figures.languages),
    ];
  });
  return [header, ...rows];
}
