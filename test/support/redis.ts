import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { build } from "esbuild";
import { answersOn, freePort } from "../../src/storage/loopback-port.ts";
import { expectNone, leftIn } from "./canaries.ts";

/** A real redis-server of a test's own. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  readonly directory: string;
  /** Ends it the hard way, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>;
  /** Freezes it, so that it is there and does not answer. */
  freeze(): void;
  thaw(): void;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

const shippedSettings = join(__dirname, "../../infra/redis/redis.conf");

/** Starts a private redis-server as an operator starts one, but on a free loopback port. Call `stop` when done. */
export async function startTestRedis(settings: readonly string[] = []): Promise<TestRedis> {
  return await startServer("", (directory, port) =>
    spawn(
      "redis-server",
      [...[shippedSettings, "--port", String(port), "--bind", "127.0.0.1", "--dir", directory], ...settings],
      { stdio: "ignore" },
    ),
  );
}

/** Starts the embedded server as a process of its own. It stands in for a redis-server in every test of ours. */
export async function startTestEmbedded(): Promise<TestRedis> {
  const program = join(__dirname, "../../node_modules/.cache/naast/embedded-main.mjs");
  await build({
    entryPoints: [join(__dirname, "embedded-main.ts")],
    outfile: program,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
  });
  return await startServer("secret", (directory, port) =>
    spawn(process.execPath, [program, directory, String(port), "secret"], {
      stdio: ["ignore", "inherit", "inherit"],
    }),
  );
}

/** Three nodes on loopback that share the slots. */
export async function startTestCluster(): Promise<
  Pick<TestRedis, "url" | "stop"> & { readonly nodes: readonly TestRedis[] }
> {
  const settings = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
  const nodes = await Promise.all([
    startTestRedis(settings),
    startTestRedis(settings),
    startTestRedis(settings),
  ]);
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const cli = (...values: string[]): string =>
    spawnSync("redis-cli", values, { encoding: "utf8", timeout: 20_000 }).stdout;
  cli("--cluster", "create", ...addresses, "--cluster-yes");
  await until(() =>
    nodes.every(({ port }) => cli("-p", String(port), "cluster", "info").includes("cluster_state:ok")),
  );
  return {
    nodes,
    url: nodes.map(({ url }) => url).join(","),
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

async function startServer(
  password: string,
  run: (directory: string, port: number) => ChildProcess,
): Promise<TestRedis> {
  const directory = mkdtempSync(join(tmpdir(), "naast-redis-"));
  const port = await freePort();
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    child = run(directory, port);
    await until(() => answersOn(port));
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill(signal);
    await ended;
  }

  await start();
  return {
    url: password === "" ? `redis://127.0.0.1:${port}` : `redis://:${password}@127.0.0.1:${port}`,
    port,
    directory,
    start,
    kill: () => end("SIGKILL"),
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    async stop() {
      await end("SIGKILL");
      const places = leftIn(directory, "redis");
      rmSync(directory, { recursive: true, force: true });
      expectNone(places);
    },
  };
}

/** Waits until something is true, for ten seconds at most. */
export async function until(true_: () => boolean | Promise<boolean>, milliseconds = 10_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await true_())) {
    if (performance.now() > end) throw new Error(`not true within ${milliseconds} ms: ${true_.toString()}`);
    await pause(10);
  }
}
