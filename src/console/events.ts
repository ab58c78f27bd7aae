import { randomUUID } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import type session from "express-session";
import { type ErrorCode, KnownError } from "../errors.ts";
import type { Change } from "../escalation/callback-queue.ts";
import { type Actor, seesRegion } from "./actor.ts";
import { entryFor } from "./api.ts";
import { may, policyVersion, ruleOf } from "./policy.ts";
import { isForeign } from "./same-origin.ts";
import { actorOf, stillSignedIn } from "./sessions.ts";
import type { ConsoleWorld } from "./world.ts";

const heartbeat = 15_000;
const streamsPerActor = 6;

interface Stream {
  readonly actor: Actor;
  readonly session: string;
  readonly response: Response;
}

/** Live updates of all open consoles of this process. */
export interface Events {
  readonly watch: RequestHandler;
  close(): Promise<void>;
}

/**
 * Tells open consoles that something changed, and nothing of what: the page reads the list again, and that
 * reading is checked and recorded like any other.
 *
 * A stream ends with the session that began it, looked up anew at every heartbeat.
 */
export function events(world: ConsoleWorld, store: session.Store, publicUrl: string | undefined): Events {
  const streams = new Set<Stream>();
  let stop: Promise<() => Promise<void>> | undefined;

  function hear(change: Change): void {
    for (const { actor, response } of streams) {
      if (!seesRegion(actor, change.region)) continue;
      tell(response, `event: changed\ndata: ${JSON.stringify({ id: change.id, kind: change.kind })}\n\n`);
    }
  }

  const beat = setInterval(() => {
    for (const stream of streams) void check(stream);
  }, heartbeat);
  beat.unref();

  async function check(stream: Stream): Promise<void> {
    const isIn = await stillSignedIn(store, stream.session, world.clock());
    tell(stream.response, isIn ? ": still here\n\n" : "event: signed-out\ndata: {}\n\n");
    if (!isIn) stream.response.end();
  }

  async function watch(request: Request, response: Response): Promise<void> {
    const actor = actorOf(request);
    const refusal = refusalOf(request, actor, publicUrl);
    await world.audit.write(watched(world, actor, request, refusal));
    if (refusal !== null) throw new KnownError(refusal, "not for this page or this role");
    stop ??= world.queue.changes(hear);
    await stop.catch((error: unknown) => {
      stop = undefined;
      throw error;
    });
    dropOldest(streams, actor);
    const stream = { actor, session: request.sessionID, response };
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    // spread over some seconds, so that a restart is not met by every console at once
    response.write(`retry: ${1000 + Math.floor(Math.random() * 4000)}\nevent: ready\ndata: {}\n\n`);
    streams.add(stream);
    response.on("close", () => streams.delete(stream));
  }

  return {
    watch,
    async close() {
      clearInterval(beat);
      for (const { response } of streams) response.end();
      streams.clear();
      await (await stop?.catch(() => undefined))?.();
    },
  };
}

/** A stream that was ended stays among the others until its line is closed. Writing to it would end the process. */
function tell(response: Response, text: string): void {
  if (!response.writableEnded) response.write(text);
}

function dropOldest(streams: ReadonlySet<Stream>, actor: Actor): void {
  const own = [...streams].filter((stream) => stream.actor.id === actor.id);
  for (const { response } of own.slice(0, Math.max(0, own.length + 1 - streamsPerActor))) response.end();
}

function refusalOf(request: Request, actor: Actor, publicUrl: string | undefined): ErrorCode | null {
  if (isForeign(request, publicUrl)) return "console.cross-site";
  return may(actor, "watch-callbacks") ? null : "console.forbidden";
}

function watched(world: ConsoleWorld, actor: Actor, request: Request, refusal: ErrorCode | null) {
  return {
    ...entryFor(world, actor, request, randomUUID()),
    event: ruleOf("watch-callbacks").event ?? "",
    outcome: refusal === null ? ("granted" as const) : ("refused" as const),
    subject: null,
    object: { kind: "callbacks", id: null, region: null },
    count: 0,
    rule: `${policyVersion}:watch-callbacks`,
    purpose: null,
    code: refusal,
  };
}
