import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { ClientClosedError, createClient, createCluster, ErrorReply } from "redis";
import { KnownError } from "../errors.ts";
import type { Log } from "../terms.ts";
import { partitions } from "./keys.ts";
import type { Script, ScriptName, Scripts } from "./scripts.ts";

/** Where a Redis is and how to reach it. */
export type RedisAddress =
  | { readonly kind: "single"; readonly url: string }
  | { readonly kind: "socket"; readonly path: string; readonly password?: string }
  | { readonly kind: "cluster"; readonly urls: readonly string[] };

/** What every store needs of Redis, whichever server and however many nodes there are. */
export interface RedisLink {
  /**
   * Runs one atomic move. Its keys share one hash tag.
   *
   * @param late - hears the answer when it comes after the wait for it was given up: the move was made all the same.
   */
  run(
    name: ScriptName,
    keys: readonly string[],
    values: readonly (string | number)[],
    late?: (answer: unknown) => void,
  ): Promise<unknown>;
  /** Runs one plain command on the node that holds `key`. */
  call(key: string, ...command: readonly string[]): Promise<unknown>;
  /** Hears a pub/sub channel; `restored` is called when the connection came back and signals may have been missed. */
  subscribe(
    channel: string,
    hear: (message: string) => void,
    restored?: () => void,
  ): Promise<() => Promise<void>>;
  publish(channel: string, message: string): Promise<void>;
  /** Asks the server that `subscribe` listens to: the others of a cluster do not know who does. */
  ask(...command: readonly string[]): Promise<unknown>;
  /** Keys that together lie on every node. */
  readonly everywhere: readonly string[];
  /** True when a command sent now has a chance. */
  readonly ready: boolean;
  /** Calls back after every connection that was made, also the first. */
  onConnect(connected: () => void): void;
  /** The plain client, for libraries that want one. */
  readonly client: RedisClient;
  close(): Promise<void>;
}

type SingleClient = ReturnType<typeof createClient>;
export type RedisClient = SingleClient | ReturnType<typeof createCluster>;

const commandMilliseconds = 5_000;
/** Whoever brought a message or a status waits, and would rather bring it again. */
const acceptMilliseconds = 800;
const brought: readonly ScriptName[] = ["accept", "note-arrival", "append-activities"];
const connectMilliseconds = 1_000;
/** How long a start waits for Redis before it goes on without, answering danger signs only. */
const firstConnectMilliseconds = 2_000;
/** Finds a server that is gone without a goodbye. */
const pingMilliseconds = 2_000;
const silenceMilliseconds = 8_000;

/** What Redis answers when it cannot do now what it can do another time. */
const unfitNow =
  /\b(LOADING|BUSY|MASTERDOWN|READONLY|MISCONF|OOM|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|NOAUTH|WRONGPASS|NOPERM|UNKILLABLE)\b/;

/**
 * Connects to Redis. Resolves at once when it answers, and otherwise goes on trying for as long as it lives.
 *
 * While the connection is away every command fails at once with `storage.unavailable`: whoever sent the
 * message can send it again, and nothing piles up here.
 */
export async function connectRedis(address: RedisAddress, scripts: Scripts, log: Log): Promise<RedisLink> {
  const connected: (() => void)[] = [];
  const socket = {
    connectTimeout: connectMilliseconds,
    socketTimeout: silenceMilliseconds,
    reconnectStrategy: (tries: number) => Math.min(20 + tries * 20, 200),
  };
  const options = {
    RESP: 2,
    commandOptions: { timeout: 0 },
    disableOfflineQueue: true,
    pingInterval: pingMilliseconds,
  } as const;

  const single =
    address.kind === "cluster" ? undefined : createClient({ ...options, ...reach(address, socket) });
  const cluster =
    address.kind === "cluster"
      ? createCluster({
          RESP: options.RESP,
          rootNodes: address.urls.map((url) => ({ url })),
          defaults: { ...options, socket, ...credentials(address.urls) },
        })
      : undefined;
  const client: RedisClient = (single ?? cluster) as RedisClient;
  let hearing: SingleClient | undefined;
  let asking: SingleClient | undefined;
  const restorers = new Set<() => void>();
  let lastComplaint = "";

  const complain = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason !== lastComplaint) log.warn({ reason }, "Redis is away");
    lastComplaint = reason;
  };
  const welcome = (): void => {
    if (lastComplaint !== "") log.info({}, "Redis is back");
    lastComplaint = "";
    for (const tell of connected) tell();
  };

  client.on("error", complain);
  client.on(single === undefined ? "node-ready" : "ready", welcome);
  await within(firstConnectMilliseconds, connectForAsLongAsItTakes(client, complain));

  const send = (key: string, command: readonly string[]): Promise<unknown> =>
    single === undefined
      ? (cluster as NonNullable<typeof cluster>).sendCommand(key, false, command as string[])
      : single.sendCommand(command as string[]);

  async function run(
    name: ScriptName,
    keys: readonly string[],
    values: readonly (string | number)[],
    late?: (answer: unknown) => void,
  ) {
    const script = scripts[name];
    const rest = [String(keys.length), ...keys, ...values.map(String)];
    const patience = brought.includes(name) ? acceptMilliseconds : commandMilliseconds;
    return await guarded(name, evaluate(script, keys[0] ?? "", rest), patience, late);
  }

  async function evaluate(script: Script, key: string, rest: readonly string[]): Promise<unknown> {
    try {
      return await send(key, ["EVALSHA", script.sha, ...rest]);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes("NOSCRIPT"))) throw error;
      return await send(key, ["EVAL", script.text, ...rest]);
    }
  }

  /** A line of its own to the first server; every node of a cluster hears what is published on any. */
  function openLine(): SingleClient {
    const to =
      address.kind === "cluster" ? ({ kind: "single", url: address.urls[0] ?? "" } as const) : address;
    const line: SingleClient = createClient({ ...options, disableOfflineQueue: false, ...reach(to, socket) });
    line.on("error", complain);
    void connectForAsLongAsItTakes(line, complain);
    return line;
  }

  function listener(): SingleClient {
    if (hearing !== undefined) return hearing;
    hearing = openLine();
    let first = true;
    hearing.on("ready", () => {
      if (!first) for (const restored of restorers) restored();
      first = false;
    });
    return hearing;
  }

  async function ask(command: readonly string[]): Promise<unknown> {
    if (single !== undefined) return await single.sendCommand([...command]);
    asking ??= openLine();
    if (!asking.isReady) await once(asking, "ready");
    return await asking.sendCommand([...command]);
  }

  return {
    client: impatient(client),
    everywhere: single === undefined ? [...partitions, "{cb}"] : ["{cb}"],
    run,
    call: (key, ...command) => guarded(command[0] ?? "", send(key, command)),
    get ready() {
      return single?.isReady ?? true;
    },
    onConnect(tell) {
      connected.push(tell);
    },

    async subscribe(channel, hear, restored) {
      const line = listener();
      const heard = (message: string): void => hear(message);
      if (restored !== undefined) restorers.add(restored);
      await line.subscribe(channel, heard);
      return async () => {
        if (restored !== undefined) restorers.delete(restored);
        await line.unsubscribe(channel, heard).catch(complain);
      };
    },

    async publish(channel, message) {
      await guarded("PUBLISH", send(channel, ["PUBLISH", channel, message]));
    },

    ask: (...command) => guarded(command[0] ?? "", ask(command)),

    async close() {
      if (hearing?.isOpen) hearing.destroy();
      if (asking?.isOpen) asking.destroy();
      if (single === undefined ? cluster?.isOpen : single.isOpen) {
        await client.close().catch(() => client.destroy());
      }
    },
  };
}

/** Reads `REDIS_URL`: one url, or the urls of a cluster's nodes, comma separated. */
export function readRedisUrl(text: string): RedisAddress {
  const urls = text.split(",").map((part) => part.trim());
  for (const url of urls) {
    if (!/^rediss?:\/\/[^\s]+$/.test(url)) {
      throw new KnownError("config.invalid", "REDIS_URL must start with redis:// or rediss://");
    }
  }
  const [first = ""] = urls;
  return urls.length > 1 ? { kind: "cluster", urls } : { kind: "single", url: first };
}

/** Waits for an answer, but not for ever: a server that is there and silent is as good as away. */
async function guarded(
  command: string,
  answer: Promise<unknown>,
  milliseconds = commandMilliseconds,
  hearLate: (answer: unknown) => void = () => undefined,
): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void => {
      reject(new Error(`no answer to ${command}`));
      answer.then(hearLate, () => undefined);
    };
    // when this process itself was held up, the answer may lie ready: it is read before we give up
    timer = setTimeout(() => setImmediate(() => setImmediate(giveUp)), milliseconds);
  });
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    throw isUnfit(error) ? unavailable(error) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** The client for libraries, which would wait for ever on a server that is there and silent, and their visitors with them. */
function impatient(client: RedisClient): RedisClient {
  return new Proxy(client, {
    get(whole, name) {
      const member: unknown = Reflect.get(whole, name, whole);
      if (typeof member !== "function") return member;
      return (...values: unknown[]): unknown => {
        const answer: unknown = member.apply(whole, values);
        return answer instanceof Promise ? guarded(String(name), answer, acceptMilliseconds) : answer;
      };
    },
  });
}

type Socket = { connectTimeout: number; socketTimeout: number; reconnectStrategy: (tries: number) => number };

/** The options that differ by where the server is. */
function reach(address: Exclude<RedisAddress, { kind: "cluster" }>, socket: Socket) {
  if (address.kind === "single") return { url: address.url, socket };
  const password = address.password === undefined ? {} : { password: address.password };
  return { socket: { ...socket, path: address.path }, ...password };
}

/** Nodes found by asking the cluster have no credentials in their address; they share those of the first. */
function credentials(urls: readonly string[]) {
  const { username, password } = new URL(urls[0] ?? "");
  return {
    ...(username === "" ? {} : { username: decodeURIComponent(username) }),
    ...(password === "" ? {} : { password: decodeURIComponent(password) }),
  };
}

/** A single client tries again by itself; a cluster gives up when no node answers. */
async function connectForAsLongAsItTakes(client: RedisClient, complain: (error: unknown) => void) {
  for (;;) {
    try {
      await client.connect();
      return;
    } catch (error) {
      if (error instanceof ClientClosedError) return;
      complain(error);
      await pause(200);
    }
  }
}

async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  const enough = new AbortController();
  await Promise.race([
    work,
    pause(milliseconds, undefined, { signal: enough.signal }).catch(() => undefined),
  ]);
  enough.abort();
}

/** Everything but a plain answer of Redis is a lost connection; of the answers some mean "not now". */
function isUnfit(error: unknown): boolean {
  return !(error instanceof ErrorReply) || unfitNow.test(error.message);
}

function unavailable(cause: unknown): KnownError {
  const reason = cause instanceof Error ? cause.message.slice(0, 80) : "unknown";
  return new KnownError("storage.unavailable", "Redis cannot do this now", { reason }, { cause });
}
