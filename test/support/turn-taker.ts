import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { PersonId } from "../../src/terms.ts";
import { until } from "./redis.ts";
import { scriptsDirectory } from "./storage.ts";

/** A process of its own that takes turns with a lease of ten minutes, and answers nobody. */
export interface TurnTaker {
  /** Whose turns it has in hand. */
  readonly holds: ReadonlySet<PersonId>;
  freeze(): void;
  thaw(): void;
  /** Ends it the hard way. */
  kill(): Promise<void>;
}

const program = join(__dirname, "../../node_modules/.cache/naast/turn-taker-main.mjs");

/** Once, before the first is started. */
export async function buildTurnTaker(): Promise<void> {
  await build({
    entryPoints: [join(__dirname, "turn-taker-main.ts")],
    outfile: program,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
  });
}

/** Starts one, and waits until it has so many messages in hand that it took in itself. */
export async function startTurnTaker(url: string, messages = 0): Promise<TurnTaker> {
  const directory = mkdtempSync(join(tmpdir(), "naast-taker-"));
  const child = spawn(process.execPath, [program, url, directory, scriptsDirectory, String(messages)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const holds = new Set<PersonId>();
  let printed = "";
  child.stdout.on("data", (bytes: Buffer) => {
    printed += bytes.toString();
    for (const person of printed.split("\n").slice(0, -1)) holds.add(person as PersonId);
  });
  await until(() => holds.size === messages || child.exitCode !== null);
  if (child.exitCode !== null) throw new Error("the process that takes turns does not start");
  return {
    holds,
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    async kill() {
      await ended(child);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await end;
}
