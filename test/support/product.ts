import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectNone, leftIn } from "./canaries.ts";
import { root } from "./content.ts";

/** The product, running as its own process as `npm start` runs it. */
export interface Product {
  readonly url: string;
  readonly dataDirectory: string;
  readonly process: ChildProcess;
  /** Everything it printed so far, on both streams. */
  printed(): string;
  /** A link that signs a nurse in. */
  consoleLink(name: string, role?: string): string;
  stop(): Promise<void>;
}

/** Starts the built product on a free port with a data folder of its own. */
export async function startProduct(environment: Readonly<Record<string, string>> = {}): Promise<Product> {
  execFileSync(process.execPath, ["build.mjs", "--quiet"], { cwd: root });
  const dataDirectory = mkdtempSync(join(tmpdir(), "naast-product-"));
  const env = {
    PATH: process.env["PATH"] ?? "",
    PORT: "0",
    DATA_DIR: dataDirectory,
    LOG_LEVEL: "info",
    ...environment,
  };
  const child = spawn(process.execPath, ["dist/start.js"], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const url = await new Promise<string>((ready, failed) => {
    const hear = (bytes: Buffer): void => {
      printed += bytes.toString();
      const address = /parents\s+(http:\/\/[\d.]+:\d+)/.exec(printed)?.[1];
      if (address !== undefined) ready(address);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => failed(new Error(`the product stopped with ${code}:\n${printed}`)));
  });
  return {
    url,
    dataDirectory,
    process: child,
    printed: () => printed,
    consoleLink: (name, role = "nurse") =>
      execFileSync(
        process.execPath,
        ["dist/console-link.js", "--name", name, "--role", role, "--region", "all"],
        {
          cwd: root,
          env,
          encoding: "utf8",
        },
      ).trim(),
    async stop() {
      const metrics = await readMetrics(url);
      const ended = new Promise((done) => child.once("exit", done));
      const running = child.exitCode === null && child.signalCode === null;
      if (running && child.kill("SIGTERM")) await ended;
      const places = leftIn(dataDirectory, "data");
      rmSync(dataDirectory, { recursive: true, force: true });
      expectNone([
        ...places,
        { name: "printed", bytes: Buffer.from(printed) },
        { name: "metrics", bytes: Buffer.from(metrics) },
      ]);
    },
  };
}

/** What was counted, unless the product is gone already. */
async function readMetrics(url: string): Promise<string> {
  try {
    return await (await fetch(`${url}/metrics`, { headers: { connection: "close" } })).text();
  } catch {
    return "";
  }
}
