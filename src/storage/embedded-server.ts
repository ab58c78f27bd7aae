import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { deserialize, serialize } from "node:v8";
import {
  attachSession,
  type CommandExecutor,
  createRedisCommandExecutor,
  type RedisDatabase,
  RedisServerState,
  SocketConnectionTransport,
} from "js-redis-server/core";
import type { Log } from "../terms.ts";
import { type Journal, openJournal } from "./journal.ts";

/** Where an embedded server listens: a socket only its owner can open, or a loopback port with a password. */
export type Listening =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "port"; readonly port: number; readonly password: string };

export interface EmbeddedServer {
  close(): Promise<void>;
}

type Value = Parameters<RedisDatabase["set"]>[1];
/** What became of one key; one record holds all keys of one command, so a script is there whole or not at all. */
type Effect =
  | { readonly key: Uint8Array; readonly value: Value; readonly expiresAt?: number }
  | { readonly key: Uint8Array; readonly gone: true }
  | { readonly flushed: true };

const compactFromBytes = 4 * 1024 * 1024;
/** Compacted when the journal is this many times what it would be, freshly written. */
const compactFactor = 4;

/**
 * A Redis in this process, for trying Naast out on a machine that has none, whose data survives a crash.
 *
 * The server keeps its data in memory and tells which keys each command changed. Their new values go to a
 * journal within the command's own turn, and no client hears back before that is on disk. Values are written,
 * not commands, so nothing depends on a command doing the same twice.
 */
export async function startEmbeddedServer(
  directory: string,
  at: Listening,
  log: Log,
): Promise<EmbeddedServer> {
  const state = new RedisServerState({
    databaseCount: 1,
    ...(at.kind === "port" ? { requirepass: at.password } : {}),
  });
  const database = state.getDatabase(0);
  const journal = await openJournal(join(directory, "journal"), (record) => restore(database, record));
  const executor = journaledExecutor(database, journal);
  const sockets = new Set<Socket>();

  const server = createServer({ keepAlive: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    const { session } = attachSession(new SocketConnectionTransport(socket), {
      state,
      executor,
      logger: { error: (reason) => log.warn({ reason: String(reason).slice(0, 200) }, "embedded Redis") },
    });
    const execute = session.execute.bind(session);
    session.execute = async (command, values) => {
      const answer = await execute(command, values);
      // also an answer that only reads waits: it may show what is not on disk yet
      await journal.durable();
      return answer;
    };
  });
  await listen(server, at);

  return {
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      state.close();
      await journal.close();
    },
  };
}

/** An executor that appends what each top-level command changed before the next one may run. */
function journaledExecutor(database: RedisDatabase, journal: Journal): CommandExecutor {
  const changed = new Map<string, Buffer>();
  let flushed = false;
  let compactedSize = Math.max(compactFromBytes / compactFactor, journal.size);

  database.subscribe((event) => {
    if (event.type === "flush") flushed = true;
    else changed.set(event.key.toString("latin1"), event.key);
  });

  function append(): void {
    if (changed.size === 0 && !flushed) return;
    const effects: Effect[] = flushed ? [{ flushed: true }] : [];
    const keys = [...changed.values()];
    changed.clear();
    flushed = false;
    for (const key of keys) effects.push(effectOn(database, key));
    journal.append(serialize(effects));
    if (journal.size > Math.max(compactFromBytes, compactedSize * compactFactor)) compact();
  }

  function compact(): boolean {
    const before = journal.size;
    const done = journal.rewrite(database.entriesSnapshot().map((entry) => serialize([entry])));
    if (journal.size < before) compactedSize = journal.size;
    return done;
  }

  /** What a Redis does with its file when it is told to: the journal holds what was deleted until then. */
  async function rewrite(): Promise<void> {
    await journal.durable();
    while (!compact()) await pause(1);
  }

  const executor = createRedisCommandExecutor();
  const execute = executor.executeRaw.bind(executor);
  executor.executeRaw = async (command, values, context) => {
    if (String(command).toUpperCase() === "BGREWRITEAOF") {
      await rewrite();
      return await execute("PING", [], context);
    }
    const answer = await execute(command, values, context);
    if (context.session.mode !== "transaction") append();
    return answer;
  };
  return executor;
}

function effectOn(database: RedisDatabase, key: Buffer): Effect {
  const value = database.get(key);
  if (value === null) return { key, gone: true };
  const expiration = database.getExpiration(key);
  return { key, value, ...(expiration.kind === "expires" ? { expiresAt: expiration.expiresAt } : {}) };
}

function restore(database: RedisDatabase, record: Buffer): void {
  for (const effect of withBuffers(deserialize(record)) as Effect[]) {
    if ("flushed" in effect) database.flush();
    else if ("gone" in effect) database.delete(effect.key as Buffer);
    else {
      const { key, value, expiresAt } = effect;
      database.set(key as Buffer, value, expiresAt === undefined ? {} : { expiresAt });
    }
  }
}

/** Reading back gives plain byte arrays where buffers were; the server needs the buffers. */
function withBuffers(thing: unknown): unknown {
  if (thing instanceof Uint8Array) return Buffer.from(thing.buffer, thing.byteOffset, thing.byteLength);
  if (Array.isArray(thing)) return thing.map(withBuffers);
  if (thing instanceof Map) return new Map([...thing].map(([key, value]) => [key, withBuffers(value)]));
  if (typeof thing !== "object" || thing === null) return thing;
  return Object.fromEntries(Object.entries(thing).map(([key, value]) => [key, withBuffers(value)]));
}

function listen(server: Server, at: Listening): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    if (at.kind === "socket") server.listen(at.path, resolve);
    else server.listen(at.port, "127.0.0.1", resolve);
  });
}
