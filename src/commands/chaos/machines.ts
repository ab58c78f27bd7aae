import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { answersOn, freePort } from "../../storage/loopback-port.ts";

/** A process that can be ended the hard way, frozen, and started again as it was. */
export interface Machine {
  readonly name: string;
  readonly port: number;
  start(): Promise<void>;
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
}

const startMilliseconds = 20_000;

/** One process of the product on a port of its own. */
export async function appMachine(
  name: string,
  root: string,
  folder: string,
  env: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<Machine> {
  const port = await freePort();
  const data = join(folder, name);
  mkdirSync(data, { recursive: true });
  const printed = openSync(join(folder, `${name}.log`), "a");
  return machine(name, port, () =>
    spawn(process.execPath, [...flags, join(root, "dist/start.js")], {
      cwd: root,
      env: { PATH: "/usr/bin:/bin", PORT: String(port), DATA_DIR: data, LOG_LEVEL: "warn", ...env },
      stdio: ["ignore", printed, printed],
    }),
  );
}

/** One Redis as the operator is told to set it up. */
export async function redisMachine(
  name: string,
  root: string,
  folder: string,
  settings: readonly string[] = [],
): Promise<Machine> {
  const port = await freePort();
  const data = join(folder, name);
  mkdirSync(data, { recursive: true });
  const file = join(root, "infra/redis/redis.conf");
  return machine(name, port, () =>
    spawn("redis-server", [file, "--port", String(port), "--dir", data, ...settings], { stdio: "ignore" }),
  );
}

/** Makes three nodes one cluster. */
export async function joinCluster(nodes: readonly Machine[]): Promise<void> {
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  spawnSync("redis-cli", ["--cluster", "create", ...addresses, "--cluster-yes"], { timeout: 20_000 });
  const isWhole = ({ port }: Machine): boolean =>
    spawnSync("redis-cli", ["-p", String(port), "cluster", "info"], { encoding: "utf8" }).stdout.includes(
      "cluster_state:ok",
    );
  for (let tries = 0; !nodes.every(isWhole); tries += 1) {
    if (tries > 100) throw new Error("the nodes do not become a cluster");
    await pause(100);
  }
}

function machine(name: string, port: number, run: () => ChildProcess): Machine {
  let child: ChildProcess | undefined;
  process.once("exit", () => child?.kill("SIGKILL"));

  return {
    name,
    port,
    async start() {
      child = run();
      for (let waited = 0; !(await answersOn(port)); waited += 20) {
        if (waited > startMilliseconds || child.exitCode !== null) throw new Error(`${name} does not start`);
        await pause(20);
      }
    },
    async kill() {
      const ending = child;
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = new Promise((done) => ending.once("exit", done));
      ending.kill("SIGKILL");
      await ended;
    },
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
  };
}
