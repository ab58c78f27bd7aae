import type { Request, RequestHandler } from "express";
import session from "express-session";
import { KnownError } from "../errors.ts";
import type { Clock } from "../terms.ts";
import type { Actor } from "./actor.ts";

declare module "express-session" {
  interface SessionData {
    actor?: Actor;
    signedInAt?: number;
    /** When someone last did something; a page that refreshes itself does not count. */
    activeAt?: number;
    /** What the issuer calls its own session behind this one, when it says. */
    issuerSession?: string;
    /** What the issuer's answer must match. Only between leaving for the issuer and coming back. */
    leaving?: { readonly verifier: string; readonly state: string; readonly nonce: string };
  }
}

const minute = 60_000;
const idleLimit = 15 * minute;
const absoluteLimit = 8 * 60 * minute;

export interface SessionOptions {
  readonly store: session.Store;
  /** The first signs; the others are still read, while keys are rotated. */
  readonly secrets: readonly string[];
  /** The console is served under https, whatever the hop before us looks like. */
  readonly https: boolean;
  readonly clock: Clock;
}

export function isHttps(publicUrl: string | undefined): boolean {
  return publicUrl?.startsWith("https:") ?? false;
}

/**
 * The cookie's name and path. `__Host-` is a promise that browsers keep: only this very host can have set it, over https
 * and for all of its paths, so that no neighbouring site can plant one.
 */
export function sessionCookie(https: boolean): { readonly name: string; readonly path: string } {
  return https ? { name: "__Host-naast.nurse", path: "/" } : { name: "naast.nurse", path: "/nurse" };
}

/**
 * Sessions that live in the store and nowhere else, so that one can be ended at any moment.
 *
 * The cookie is a name only: httpOnly, SameSite=Lax (the way back from the issuer is a link), Secure
 * under https, and gone a quarter of an hour after the last answer.
 */
export function sessions(options: SessionOptions): readonly RequestHandler[] {
  const { name, path } = sessionCookie(options.https);
  const keep = session({
    name,
    store: options.store,
    secret: [...options.secrets],
    resave: false,
    saveUninitialized: false,
    rolling: true,
    proxy: options.https ? true : undefined,
    cookie: {
      httpOnly: true,
      sameSite: "lax",
      secure: options.https || "auto",
      path,
      maxAge: idleLimit,
    },
  });
  return [seenUnderHttps(options.https), orAway(keep), endWhenOver(options.clock)];
}

/** A session that cannot be read is a store that is away, to be tried again: not a fault, and nobody's sign-out. */
function orAway(keep: RequestHandler): RequestHandler {
  return (request, response, next) =>
    keep(request, response, (cause?: unknown) => {
      if (cause === undefined) next();
      else next(new KnownError("storage.unavailable", "the session cannot be read", {}, { cause }));
    });
}

/** Whom a sign-in lets in. */
export interface Entrant {
  readonly actor: Actor;
  readonly issuerSession?: string | undefined;
  /** Ends every other session of the same account: an account is at one place at a time. */
  readonly alone: boolean;
}

/** Makes a new session of the old one, under a new name, so that a planted cookie is worth nothing. */
export async function beginSession(request: Request, entrant: Entrant, now: number): Promise<void> {
  const { actor, issuerSession, alone } = entrant;
  await ended((done) => request.session.regenerate(done));
  if (alone) await endSessions(request.sessionStore, (other) => other.actor?.id === actor.id);
  Object.assign(request.session, { actor, issuerSession, signedInAt: now, activeAt: now });
  await ended((done) => request.session.save(done));
}

export async function endSession(request: Request): Promise<void> {
  await ended((done) => request.session.destroy(done));
}

/**
 * Gives who is signed in.
 *
 * @throws {KnownError} `console.not-signed-in` when nobody is, or the session is over.
 */
export function actorOf(request: Request): Actor {
  const actor = request.session.actor;
  if (actor === undefined) throw new KnownError("console.not-signed-in", "nobody is signed in");
  return actor;
}

/** Whether a stored session still stands; asked again by streams, which outlive the request that began them. */
export async function stillSignedIn(store: session.Store, id: string, now: number): Promise<boolean> {
  const kept = await new Promise<session.SessionData | null | undefined>((resolve) => {
    store.get(id, (error, found) => resolve(error ? null : found));
  });
  return kept?.actor !== undefined && !isOver(kept, now);
}

/** Ends the sessions that are meant, in the store, at once. Gives how many stood there. */
export async function endSessions(
  store: session.Store,
  isMeant: (one: Readonly<Partial<session.SessionData>>) => boolean,
): Promise<number> {
  const meant = (await everySession(store)).filter(isMeant);
  for (const { id } of meant) await ended((done) => store.destroy(id, done));
  return meant.length;
}

type Kept = session.SessionData & { readonly id: string };

async function everySession(store: session.Store): Promise<readonly Kept[]> {
  return await new Promise((resolve, reject) => {
    if (store.all === undefined) return resolve([]);
    store.all((error, found) => {
      if (error)
        reject(new KnownError("storage.unavailable", "the sessions cannot be read", {}, { cause: error }));
      // one store gives a list and another one a record by name
      else resolve(Object.entries(found ?? {}).map(([id, one]) => ({ id, ...one })));
    });
  });
}

/** Everyone with a session that still stands. */
export async function signedIn(store: session.Store, now: number): Promise<readonly Actor[]> {
  const all = await everySession(store);
  const actors = all.filter((one) => !isOver(one, now)).flatMap(({ actor }) => (actor ? [actor] : []));
  return [...new Map(actors.map((actor) => [actor.id, actor])).values()];
}

function isOver({ signedInAt = 0, activeAt = 0 }: Partial<session.SessionData>, now: number): boolean {
  return now - signedInAt > absoluteLimit || now - activeAt > idleLimit;
}

function endWhenOver(clock: Clock): RequestHandler {
  return (request, _response, next) => {
    const { session } = request;
    if (session.actor === undefined) return next();
    const now = clock();
    if (isOver(session, now)) return session.regenerate(next);
    const byHand = request.get("x-naast-background") === undefined;
    // once a minute is enough, and a session that is only read cannot be written back after it was ended
    if (byHand && now - (session.activeAt ?? 0) > minute) session.activeAt = now;
    next();
  };
}

/** PUBLIC_URL says that the world sees https; a proxy that forgets to say so must not cost the cookie its Secure. */
function seenUnderHttps(https: boolean): RequestHandler {
  return (request, _response, next) => {
    if (https) request.headers["x-forwarded-proto"] = "https";
    next();
  };
}

function ended(step: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    step((error) => {
      if (error)
        reject(new KnownError("storage.unavailable", "the session cannot be written", {}, { cause: error }));
      else resolve();
    });
  });
}
