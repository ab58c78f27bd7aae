import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "redis";
import { KnownError } from "../errors.ts";
import type { Log } from "../terms.ts";

/** A redis or valkey server on this machine that can be started. */
export interface FoundServer {
  readonly command: string;
  readonly version: string;
}

export interface PrivateServer {
  readonly pid: number | undefined;
  close(): Promise<void>;
}

const names = ["valkey-server", "redis-server"];
const oldest = [6, 2] as const;
const startMilliseconds = 10_000;
const stopMilliseconds = 5_000;

/** Looks for a server on the path that is new enough. */
export function findServer(): FoundServer | undefined {
  for (const command of names) {
    const { stdout, status } = spawnSync(command, ["--version"], { encoding: "utf8", timeout: 5_000 });
    const [, version = "", major, minor] = (status === 0 && /v=((\d+)\.(\d+)[.\d]*)/.exec(stdout)) || [];
    if (Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1])) {
      return { command, version };
    }
  }
  return undefined;
}

/**
 * Starts a server of our own: no port, a socket only its owner can open, every write on disk before its answer.
 *
 * Ends with this process, and is started again when it ends by itself. One that outlived a killed Naast is
 * stopped first; its data is on disk.
 */
export async function startPrivateServer(
  { command }: FoundServer,
  directory: string,
  socket: string,
  log: Log,
): Promise<PrivateServer> {
  await stopLeftover(socket);
  const settings = join(directory, "redis.conf");
  writeFileSync(settings, writeSettings(directory, socket), { mode: 0o600 });
  let child: ChildProcess | undefined;
  let closing = false;
  let lastWords = "";

  function start(): void {
    child = spawn(command, [settings], { stdio: ["ignore", "pipe", "pipe"] });
    const listen = (chunk: Buffer): void => {
      lastWords = (lastWords + chunk.toString("utf8")).slice(-2_000);
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.on("error", (error) => log.error({ reason: error.message }, "the private Redis cannot be started"));
    child.once("exit", (code, signal) => {
      if (closing) return;
      log.error({ code: code ?? -1, signal: signal ?? "none" }, "the private Redis ended; starting it again");
      setTimeout(() => !closing && start(), 50).unref();
    });
  }

  const endWithUs = (): void => {
    child?.kill("SIGTERM");
  };
  process.once("exit", endWithUs);
  start();
  if (!(await answers(socket, startMilliseconds))) {
    closing = true;
    child?.kill("SIGKILL");
    throw new KnownError(
      "storage.unavailable",
      `${command} did not start: ${lastWords.trim().split("\n").at(-1)}`,
    );
  }

  return {
    get pid() {
      return child?.pid;
    },
    async close() {
      closing = true;
      process.off("exit", endWithUs);
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child?.once("exit", resolve));
      child.kill("SIGTERM");
      const patience = setTimeout(() => child?.kill("SIGKILL"), stopMilliseconds);
      await ended;
      clearTimeout(patience);
    },
  };
}

function writeSettings(directory: string, socket: string): string {
  const lines = [
    "port 0",
    `unixsocket ${JSON.stringify(socket)}`,
    "unixsocketperm 700",
    `dir ${JSON.stringify(directory)}`,
    "daemonize no",
    "appendonly yes",
    "appendfsync always",
    "aof-load-truncated yes",
    'save ""',
    "maxmemory-policy noeviction",
    "tcp-backlog 128",
  ];
  return `${lines.join("\n")}\n`;
}

async function answers(socket: string, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    if ((await ask(socket, ["PING"])) === "PONG") return true;
    await pause(20);
  }
  return false;
}

/** A server that still answers on our socket was started by a Naast that was killed. */
async function stopLeftover(socket: string): Promise<void> {
  if ((await ask(socket, ["PING"])) !== undefined) {
    await ask(socket, ["SHUTDOWN", "NOSAVE"]);
    for (let tries = 0; tries < 100 && (await ask(socket, ["PING"])) !== undefined; tries += 1)
      await pause(50);
  }
  rmSync(socket, { force: true });
}

/** Asks once, on a connection of its own; undefined when nobody answers. */
async function ask(path: string, command: string[]): Promise<unknown> {
  const client = createClient({ RESP: 2, socket: { path, reconnectStrategy: false, connectTimeout: 1_000 } });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await client.sendCommand(command);
  } catch {
    return undefined;
  } finally {
    if (client.isOpen) client.destroy();
  }
}
