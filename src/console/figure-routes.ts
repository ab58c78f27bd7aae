import { worksFor } from "../escalation/best-fit.ts";
import type { ListedCallback } from "../escalation/callback.ts";
import { countWeeks, type WeekFigures } from "../escalation/figures.ts";
import { countRules, type Judged, type RuleFigures } from "../escalation/rule-figures.ts";
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
  route({
    action: "see-rule-figures",
    method: "get",
    path: "/figures/rules",
    summary: "How often each rule fired and whether nurses thought it right, by region; no words, no persons",
    input: shape.nothing,
    answer: shape.ruleFiguresAnswer,
    failures: [],
    shown: ({ rules }) => ({ count: rules.length }),
    run: async ({ world, actor }) => ({ rules: (await rulesFor(world, actor)).map((one) => ({ ...one })) }),
  }),
  route({
    action: "export-rule-figures",
    method: "get",
    path: "/figures/rules.csv",
    summary: "The same counts as CSV, one rule and region a line; counts below ten are empty",
    input: shape.nothing,
    answer: shape.csvAnswer,
    failures: [],
    file: "naast-rules.csv",
    shown: () => ({ count: 1 }),
    async run({ world, actor }) {
      const rows = (await rulesFor(world, actor)).map((one) => [
        one.rule,
        one.region,
        one.fired,
        one.right,
        one.wrong,
      ]);
      return writeCsv([["rule", "region", "fired", "right", "wrong"], ...rows]);
    },
  }),
];

/** `all` stands for the regions of this lead: someone of one region does not get the others' sum. */
async function weeksFor(world: ConsoleWorld, actor: Actor) {
  return countWeeks(await callbacksOf(world, actor), world.organisation.zone, world.clock());
}

async function rulesFor(world: ConsoleWorld, actor: Actor): Promise<readonly RuleFigures[]> {
  const fired = (await callbacksOf(world, actor)).filter(({ request }) => request.rules.length > 0);
  const judged: Judged[] = [];
  for (const callback of fired) {
    judged.push({ callback, verdicts: (await world.notes.of(callback.id)).verdicts });
  }
  return countRules(judged);
}

async function callbacksOf({ queue }: ConsoleWorld, { regions }: Actor): Promise<readonly ListedCallback[]> {
  const [open, closed] = await Promise.all([
    queue.list({ regions, part: "open", limit: most }),
    queue.list({ regions, part: "closed", limit: most }),
  ]);
  return [...open, ...closed].filter(({ request }) => worksFor(regions, request.region));
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
