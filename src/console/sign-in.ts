import { randomUUID } from "node:crypto";
import { type Request, type Response, Router, urlencoded } from "express";
import { KnownError } from "../errors.ts";
import { isRegion } from "../escalation/organisation.ts";
import type { Actor } from "./actor.ts";
import { entryFor } from "./api.ts";
import type { Oidc } from "./oidc.ts";
import { isSameOrigin, servedOrigin } from "./same-origin.ts";
import { beginSession, type Entrant, endSession, endSessions, isHttps, sessionCookie } from "./sessions.ts";
import { type Burn, redeemTicket } from "./ticket.ts";
import type { ConsoleWorld } from "./world.ts";

/** How nurses sign in: with the organisation's accounts, or by links for trying out. */
export type SignIn =
  | { readonly kind: "oidc"; readonly oidc: Oidc }
  | { readonly kind: "local"; readonly key: Uint8Array; readonly burn: Burn };

const nobody: Actor = { id: "anonymous", name: "", roles: [], regions: [] };

/** The doors in and out. Each passing, and each refusal, is on the access record. */
export function signInRouter(world: ConsoleWorld, signIn: SignIn, publicUrl: string | undefined): Router {
  const router = Router();
  const redirect = (request: Request) => `${publicBase(request, publicUrl)}/nurse/oidc/return`;

  if (signIn.kind === "local") {
    router.get("/sign-in", async (request, response) => {
      const ticket = request.query["ticket"];
      const told = typeof ticket === "string" ? ticket : "";
      await enter(request, response, async () => ({
        actor: await redeemTicket(signIn.key, told, signIn.burn, world.clock()),
        alone: false,
      }));
    });
  } else {
    router.get("/sign-in", async (request, response) => {
      const { url, leaving } = await signIn.oidc.leave(redirect(request));
      request.session.leaving = leaving;
      response.redirect(303, url);
    });
    router.get("/oidc/return", async (request, response) => {
      const { leaving } = request.session;
      // good for one answer, whatever that answer is
      delete request.session.leaving;
      await enter(request, response, async () => {
        if (leaving === undefined) throw new KnownError("console.sign-in-failed", "nobody left from here");
        const { search } = new URL(request.originalUrl, "http://x");
        const came = await signIn.oidc.comeBack(new URL(`${redirect(request)}${search}`), leaving);
        return { ...came, alone: true };
      });
    });
    router.post(
      "/oidc/signed-out",
      urlencoded({ extended: false, limit: "16kb" }),
      async (request, response) => {
        const token: unknown = request.body?.logout_token;
        const gone = await signIn.oidc
          .signedOut(typeof token === "string" ? token : "")
          .catch(refusedFor(request));
        const count = await endSessions(
          request.sessionStore,
          ({ actor, issuerSession }) => actor?.id === gone.id || isSame(issuerSession, gone.issuerSession),
        );
        await record(request, { ...nobody, id: gone.id ?? "issuer" }, "ended-by-issuer", null, count);
        response.status(200).end();
      },
    );
  }

  router.post("/sign-out", async (request, response) => {
    if (!isSameOrigin(request, publicUrl)) throw new KnownError("console.cross-site", "not of our own page");
    const { actor } = request.session;
    if (actor !== undefined) await record(request, actor, "signed-out", null);
    await endSession(request);
    const { name, path } = sessionCookie(isHttps(publicUrl));
    response.clearCookie(name, { path, secure: isHttps(publicUrl) }).redirect(303, "/nurse");
  });

  async function enter(request: Request, response: Response, who: () => Promise<Entrant>): Promise<void> {
    try {
      const entrant = await who();
      const actor = known(entrant.actor);
      await record(request, actor, "signed-in", null);
      await beginSession(request, { ...entrant, actor }, world.clock());
      response.redirect(303, "/nurse");
    } catch (error) {
      if (error instanceof KnownError && error.status < 500) {
        await record(request, nobody, "signed-in", error.code);
      }
      throw error;
    }
  }

  function refusedFor(request: Request) {
    return async (error: unknown): Promise<never> => {
      if (error instanceof KnownError && error.status < 500) {
        await record(request, nobody, "ended-by-issuer", error.code);
      }
      throw error;
    };
  }

  /** Regions that are not of this organisation are worth nothing, and nobody enters with none. */
  function known(actor: Actor): Actor {
    const regions = actor.regions.filter((region) => isRegion(world.organisation, region));
    if (regions.length === 0) throw new KnownError("console.forbidden", "no region of this organisation");
    return { ...actor, regions };
  }

  function record(
    request: Request,
    actor: Actor,
    event: string,
    code: string | null,
    count = 0,
  ): Promise<void> {
    return world.audit.write({
      ...entryFor(world, actor, request, randomUUID()),
      event,
      outcome: code === null ? "granted" : "refused",
      subject: null,
      object: { kind: "session", id: null, region: null },
      count,
      rule: signIn.kind,
      purpose: null,
      code,
    });
  }

  return router;
}

function isSame(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one === other;
}

function publicBase(request: Request, publicUrl: string | undefined): string {
  return publicUrl === undefined ? servedOrigin(request) : new URL(publicUrl).origin;
}
