/**
 * The nurse's console: sign-in, the API, live updates and the page, as one router for `/nurse`.
 *
 * @module
 */
import { Router } from "express";
import type session from "express-session";
import type { Clock } from "../terms.ts";
import { actorRoutes } from "./actor-routes.ts";
import { apiRouter } from "./api.ts";
import { auditRoutes } from "./audit-routes.ts";
import { callbackRoutes } from "./callback-routes.ts";
import { events } from "./events.ts";
import { figureRoutes } from "./figure-routes.ts";
import { describeApi } from "./openapi.ts";
import { type PageFiles, pageRouter, securityHeaders } from "./page.ts";
import { policy } from "./policy.ts";
import { answerProblems } from "./problem.ts";
import type { ApiRoute } from "./route.ts";
import { sessionRoutes } from "./session-routes.ts";
import { endSessions, isHttps, sessionCookie, sessions, signedIn } from "./sessions.ts";
import { type SignIn, signInRouter } from "./sign-in.ts";
import type { ConsoleWorld } from "./world.ts";

export interface ConsoleOptions {
  readonly world: Omit<ConsoleWorld, "signedIn" | "signOut">;
  readonly signIn: SignIn;
  readonly sessionStore: session.Store;
  /** Signs session cookies: the first writes, the others are still read while keys are rotated. */
  readonly sessionSecrets: readonly string[];
  /** PUBLIC_URL. Under https it makes cookies Secure, whatever the hop before us looks like. */
  readonly publicUrl?: string | undefined;
  readonly files: PageFiles;
  /** Hears of failures that have no name, once each; they are answered 500. */
  readonly heard: (error: unknown) => void;
}

export interface Console {
  /** To be mounted at `/nurse`. */
  readonly router: Router;
  /** Ends the live streams, so that the server can stop. */
  close(): Promise<void>;
}

/** Every route of the API. The router, its description and the tests of the policy are made from this list. */
export const apiRoutes: readonly ApiRoute[] = [
  ...actorRoutes,
  ...callbackRoutes,
  ...sessionRoutes,
  ...figureRoutes,
  ...auditRoutes,
];

/** Builds the console. Fails here, not at the first request, when a line of the policy or a file is missing. */
export function consoleRoutes(options: ConsoleOptions): Console {
  const { sessionStore, publicUrl, signIn } = options;
  const clock: Clock = options.world.clock;
  const world: ConsoleWorld = {
    ...options.world,
    signedIn: () => signedIn(sessionStore, clock()),
    signOut: (account) => endSessions(sessionStore, ({ actor }) => actor?.id === account),
  };
  checkPolicy(apiRoutes);

  const https = isHttps(publicUrl);
  const live = events(world, sessionStore, publicUrl);
  const description = JSON.stringify(describeApi(apiRoutes, sessionCookie(https).name));

  const router = Router();
  router.use((_request, response, next) => {
    response.set(securityHeaders());
    next();
  });
  router.get("/api/openapi.json", (_request, response) => {
    response.type("json").send(description);
  });
  router.use(pageRouter(options.files, world.organisation, signIn.kind));
  router.use(sessions({ store: sessionStore, secrets: options.sessionSecrets, https, clock }) as []);
  router.use(signInRouter(world, signIn, publicUrl));
  router.get("/api/events", live.watch);
  router.use("/api", apiRouter(world, apiRoutes, publicUrl));
  router.use(answerProblems(options.heard));
  return { router, close: () => live.close() };
}

/** A route without a line in the policy cannot be served, and neither can one that is there twice. */
function checkPolicy(routes: readonly ApiRoute[]): void {
  const seen = new Set<string>();
  for (const { action, method, path } of routes) {
    const name = `${method} ${path}`;
    if (!Object.hasOwn(policy, action)) throw new Error(`${name} has no line in the policy`);
    if (seen.has(name)) throw new Error(`${name} is there twice`);
    seen.add(name);
  }
}
