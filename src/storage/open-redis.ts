import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { KnownError } from "../errors.ts";
import type { Log } from "../terms.ts";
import type { Listening } from "./embedded-server.ts";
import { findServer, startPrivateServer } from "./found-server.ts";
import { freePort } from "./loopback-port.ts";
import { ownDirectory } from "./own-directory.ts";
import {
  connectRedis,
  type RedisAddress,
  type RedisClient,
  type RedisLink,
  readRedisUrl,
} from "./redis-link.ts";
import { readScripts } from "./scripts.ts";

export type RedisKind = "redis" | "found" | "embedded";

export interface RedisConfig {
  /** `REDIS_URL`; absent: a server of our own. */
  readonly url?: string | undefined;
  /** `DATA_DIR`; a server of our own keeps its data in `redis/` under it. */
  readonly dataDirectory: string;
  /** Where the Lua files are. */
  readonly scriptsDirectory: string;
  /** Which server of our own: the first is taken that can be had. Both, unless a test wants one of them. */
  readonly own?: readonly Exclude<RedisKind, "redis">[];
}

export interface OpenRedis {
  readonly link: RedisLink;
  readonly client: RedisClient;
  readonly kind: RedisKind;
  /** One line for the log and the start screen. */
  readonly describe: string;
  /** The process of a server of our own, when it is another than this one. */
  readonly pid: number | undefined;
  /** Makes one more connection to the same server. */
  reconnect(log: Log): Promise<RedisLink>;
  close(): Promise<void>;
}

interface OwnServer {
  readonly kind: RedisKind;
  readonly describe: string;
  readonly address: RedisAddress;
  readonly pid: () => number | undefined;
  readonly close: () => Promise<void>;
}

/** Longer paths cannot be bound on every system. */
const longestSocketPath = 100;

/**
 * Finds, starts or embeds a Redis, and connects to it. What comes after is the same for all three.
 *
 * @throws {KnownError} `storage.in-use` when another Naast has a server in this data directory.
 */
export async function openRedis(config: RedisConfig, log: Log): Promise<OpenRedis> {
  const scripts = readScripts(config.scriptsDirectory);
  const server = config.url === undefined ? await startOwn(config, log) : remote(config.url);
  let closing: Promise<void> | undefined;
  try {
    const link = await connectRedis(server.address, scripts, log);
    return {
      link,
      client: link.client,
      kind: server.kind,
      describe: server.describe,
      get pid() {
        return server.pid();
      },
      reconnect: (log) => connectRedis(server.address, scripts, log),
      close() {
        closing ??= link.close().then(() => server.close());
        return closing;
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

function remote(url: string): OwnServer {
  const address = readRedisUrl(url);
  const nodes = address.kind === "cluster" ? ` cluster of ${address.urls.length} known nodes` : "";
  return {
    kind: "redis",
    describe: `Redis${nodes} at REDIS_URL`,
    address,
    pid: () => undefined,
    close: async () => undefined,
  };
}

async function startOwn(
  { dataDirectory, own = ["found", "embedded"] }: RedisConfig,
  log: Log,
): Promise<OwnServer> {
  const directory = resolve(dataDirectory, "redis");
  const giveUp = ownDirectory(directory);
  try {
    const found = own.includes("found") ? findServer() : undefined;
    const server =
      found === undefined ? await embed(directory, log) : await startFound(found, directory, log);
    return {
      ...server,
      async close() {
        await server.close();
        giveUp();
      },
    };
  } catch (error) {
    giveUp();
    throw error;
  }
}

async function startFound(
  found: NonNullable<ReturnType<typeof findServer>>,
  directory: string,
  log: Log,
): Promise<OwnServer> {
  const path = socketPath(directory, "found.sock");
  const server = await startPrivateServer(found, directory, path, log);
  return {
    kind: "found",
    describe: `${found.command} ${found.version} found on this machine, started privately in ${directory}`,
    address: { kind: "socket", path },
    pid: () => server.pid,
    close: () => server.close(),
  };
}

async function embed(directory: string, log: Log): Promise<OwnServer> {
  const at = await listening(directory);
  // loaded only where it serves: whoever has a Redis starts without it
  const { startEmbeddedServer } = await import("./embedded-server.ts");
  const server = await startEmbeddedServer(directory, at, log);
  const url = at.kind === "port" ? `redis://:${at.password}@127.0.0.1:${at.port}` : "";
  return {
    kind: "embedded",
    describe: `embedded Redis with its journal in ${directory}; for trying out and small practices`,
    address: at.kind === "port" ? { kind: "single", url } : { kind: "socket", path: at.path },
    pid: () => undefined,
    close: () => server.close(),
  };
}

async function listening(directory: string): Promise<Listening> {
  if (process.platform === "win32") {
    return { kind: "port", port: await freePort(), password: randomBytes(24).toString("base64url") };
  }
  const path = socketPath(directory, "embedded.sock");
  rmSync(path, { force: true });
  return { kind: "socket", path };
}

/** In the data directory, whose owner alone may enter it; where that path is too long, in a private one. */
function socketPath(directory: string, name: string): string {
  const path = join(directory, name);
  return path.length <= longestSocketPath ? path : join(privateDirectory(directory), name);
}

/** The same for the same data directory, so that a leftover server is found again. */
function privateDirectory(directory: string): string {
  const owner = createHash("sha256").update(resolve(directory)).digest("hex").slice(0, 16);
  const path = join(tmpdir(), `naast-${owner}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const { uid, mode } = statSync(path);
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0) {
    throw new KnownError("storage.unsafe", `${path} is open to others; remove it, or set a shorter DATA_DIR`);
  }
  return path;
}
