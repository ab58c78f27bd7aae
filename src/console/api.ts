import { randomUUID } from "node:crypto";
import express, { type Request, type RequestHandler, type Response, Router } from "express";
import { KnownError } from "../errors.ts";
import type { Callback } from "../escalation/callback.ts";
import type { CallbackId } from "../terms.ts";
import { type Actor, seesRegion } from "./actor.ts";
import type { AuditEntry } from "./audit.ts";
import { may, policyVersion, ruleOf } from "./policy.ts";
import { InvalidRequest } from "./problem.ts";
import { type ApiRoute, isAboutCallback } from "./route.ts";
import { isForeign, isSameOrigin } from "./same-origin.ts";
import { actorOf } from "./sessions.ts";
import type { ConsoleWorld } from "./world.ts";

/** Makes the router of the API from its list of routes. Every request goes through the same six gates. */
export function apiRouter(
  world: ConsoleWorld,
  routes: readonly ApiRoute[],
  publicUrl: string | undefined,
): Router {
  const router = Router();
  router.use(express.json({ limit: "32kb", strict: true }));
  for (const route of routes) {
    router[route.method](route.path.replace("{id}", ":id"), serve(world, route, publicUrl));
  }
  router.use(() => {
    throw new KnownError("console.not-found", "no such route");
  });
  return router;
}

/** A request on its way through the gates, with what is known of it so far. */
interface Passage {
  readonly world: ConsoleWorld;
  readonly route: ApiRoute;
  readonly request: Request;
  readonly actor: Actor;
  readonly id: string;
}

/**
 * The six gates: signed in, from our own page, may do this, well formed, of an own region, recorded.
 *
 * The record is on disk before anything is done, and before anything that was only read leaves.
 */
function serve(world: ConsoleWorld, route: ApiRoute, publicUrl: string | undefined): RequestHandler {
  return async (request, response) => {
    const passage = { world, route, request, actor: actorOf(request), id: randomUUID() };
    response.set({ "cache-control": "no-store", "x-request-id": passage.id });
    if (route.method === "get" ? isForeign(request, publicUrl) : !isSameOrigin(request, publicUrl)) {
      throw await refused(
        passage,
        new KnownError("console.cross-site", "the request is not of our own page"),
      );
    }
    if (!may(passage.actor, route.action)) {
      throw await refused(passage, new KnownError("console.forbidden", "no role that may"));
    }
    const input = read(route, request);
    const callback = await findCallback(passage);
    await answer(passage, input, callback, response);
  };
}

function read(route: ApiRoute, request: Request): unknown {
  const given = route.method === "get" ? { ...request.query } : (request.body ?? {});
  const read = route.input.safeParse(given);
  if (!read.success) throw new InvalidRequest(read.error);
  return read.data;
}

/** A callback of another region is answered exactly like one that does not exist. */
async function findCallback(passage: Passage): Promise<Callback | undefined> {
  const { world, route, request, actor } = passage;
  if (!isAboutCallback(route)) return undefined;
  const id = String(request.params["id"]);
  const found = /^[\w-]{1,80}$/.test(id) ? await world.queue.find(id as CallbackId) : undefined;
  if (found !== undefined && seesRegion(actor, found.request.region)) return found;
  throw await refused(passage, new KnownError("escalation.not-found", "no such callback"), found);
}

async function answer(
  passage: Passage,
  input: unknown,
  callback: Callback | undefined,
  response: Response,
): Promise<void> {
  const { world, route, actor, request } = passage;
  const purpose = route.purpose?.(input) ?? null;
  const granted = { outcome: "granted", callback, purpose } as const;
  if (route.method !== "get") await record(passage, { ...granted, count: 1 });
  const result = await route.run({ world, actor, input, callback, request }).catch(async (error) => {
    if (route.method !== "get") await record(passage, { ...granted, outcome: "failed", code: codeOf(error) });
    throw error;
  });
  if (route.method === "get") await record(passage, { ...granted, ...route.shown?.(result) });
  if (route.file === undefined) response.json(result);
  else response.attachment(route.file).type("text/csv; charset=utf-8").send(result);
}

async function refused(passage: Passage, error: KnownError, callback?: Callback): Promise<KnownError> {
  await record(passage, { outcome: "refused", callback, code: error.code }, true);
  return error;
}

interface Happened {
  readonly outcome: AuditEntry["outcome"];
  readonly callback?: Callback | undefined;
  readonly purpose?: string | null;
  readonly count?: number;
  readonly subject?: string;
  readonly code?: string;
}

async function record(passage: Passage, happened: Happened, always = false): Promise<void> {
  const { world, route, request, actor, id } = passage;
  const rule = ruleOf(route.action);
  if (rule.event === null && !always) return;
  await world.audit.write({
    ...entryFor(world, actor, request, id),
    event: rule.event ?? route.action,
    outcome: happened.outcome,
    subject: happened.subject ?? happened.callback?.request.person ?? null,
    object: {
      kind: rule.object,
      id: happened.callback?.id ?? null,
      region: happened.callback?.request.region ?? null,
    },
    count: happened.count ?? 0,
    rule: `${policyVersion}:${route.action}`,
    purpose: happened.purpose ?? null,
    code: happened.code ?? null,
  });
}

/** The fields of a record that say who asked, from where. */
export function entryFor(
  world: Pick<ConsoleWorld, "organisation" | "instance">,
  actor: Actor,
  request: Request,
  id: string,
): Pick<AuditEntry, "actor" | "responsible" | "access" | "emergency" | "request"> {
  return {
    actor: {
      id: actor.id,
      name: actor.name,
      roles: [...actor.roles],
      regions: [...actor.regions],
      organisation: world.organisation.name,
    },
    responsible: actor.id,
    access: { address: request.ip ?? "", instance: world.instance },
    emergency: false,
    request: id,
  };
}

function codeOf(error: unknown): string {
  return error instanceof KnownError ? error.code : "internal";
}
