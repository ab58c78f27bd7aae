/**
 * `npm run demo [-- --port 3978] [--seed 1] [--every 20]`: a living console to look around in.
 *
 * Starts the product with a folder of its own that is removed at the end, fills the queue with the requests of
 * parents who do not exist, through real conversations in several languages, and lets another write in now and
 * then. The same seed plays the same parents. Nothing of a Naast that runs already is touched.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ticketKey, writeTicket } from "../console/ticket.ts";
import { KnownError } from "../errors.ts";
import { readConfig } from "../http/config.ts";
import { projectRoot } from "../http/project-root.ts";
import { type Service, startService } from "../http/service.ts";
import { type Story, stories } from "./demo/stories.ts";
import { type Dice, writeIn } from "./demo/write-in.ts";

const text = (fallback: string) => ({ type: "string", default: fallback }) as const;
const { values } = parseArgs({ options: { port: text("3978"), seed: text("1"), every: text("20") } });
const folder = mkdtempSync(join(tmpdir(), "naast-demo-"));
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());

try {
  await demo();
} catch (error) {
  if (!(error instanceof KnownError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function demo(): Promise<void> {
  const config = readConfig({ PORT: values.port, DATA_DIR: folder, LOG_LEVEL: "error" });
  const service = await startService(config, projectRoot());
  const dice = diceOf(Number(values.seed));
  const line = shuffled(stories, dice);
  try {
    for (const story of line) if (!stopping.signal.aborted) await play(service, story, dice);
    await greet(service, line.length);
    for (let at = 0; !stopping.signal.aborted; at += 1) {
      await pause(Number(values.every) * 1_000, undefined, { signal: stopping.signal });
      const story = line[at % line.length];
      if (story !== undefined) await play(service, story, dice);
    }
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    await service.close();
  }
}

async function play({ url }: Service, story: Story, dice: Dice): Promise<void> {
  const end = await writeIn(url, story, dice);
  process.stdout.write(
    `  a parent ${end === "asked" ? "asked for a nurse" : "left again"} (${story.locale})\n`,
  );
}

async function greet({ url }: Service, count: number): Promise<void> {
  const link = async (name: string, role: "nurse" | "lead" | "auditor") => {
    const ticket = await writeTicket(ticketKey(folder), { name, role, region: "all" });
    return `${url}/nurse/sign-in?ticket=${ticket}`;
  };
  process.stdout.write(
    [
      "",
      `  ${count} parents who do not exist are waiting; another writes in every ${values.every} seconds.`,
      "",
      `  parents  ${url}/`,
      `  nurse    ${await link("Sanne", "nurse")}`,
      `  lead     ${await link("Marit", "lead")}`,
      `  auditor  ${await link("Joris", "auditor")}`,
      "",
      "  Each link works once, for ten minutes. Everything is gone when you stop this (Ctrl+C).",
      "",
      "",
    ].join("\n"),
  );
}

/** The same row of numbers for the same seed (mulberry32). */
function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled<Item>(items: readonly Item[], dice: Dice): readonly Item[] {
  return items
    .map((item) => ({ item, at: dice() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
