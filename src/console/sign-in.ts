import { randomUUID } from "node:crypto";
import { type Request, type Response, Router } from "express";
import { KnownError } from "../errors.ts";
import { isRegion } from "../escalation/organisation.ts";
import type { Actor } from "./actor.ts";
import { entryFor } from "./api.ts";
import type { Oidc } from "./oidc.ts";
import { isSameOrigin, servedOrigin } from "./same-origin.ts";
import { beginSession, endSession, isHttps, sessionCookie } from "./sessions.ts";
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
      await enter(request, response, () =>
        redeemTicket(signIn.key, typeof ticket === "string" ? ticket : "", signIn.burn, world.clock()),
      );
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
        return signIn.oidc.comeBack(new URL(`${redirect(request)}${search}`), leaving);
      });
    });
  }

  router.post("/sign-out", async (request, response) => {
    if (!isSameOrigin(request, publicUrl)) throw new KnownError("console.cross-site", "not of our own page");
    const { actor } = request.session;
    if (actor !== undefined) await record(request, actor, "signed-out", null);
    await endSession(request);
    const { name, path } = sessionCookie(isHttps(publicUrl));
    response.clearCookie(name, { path, secure: isHttps(publicUrl) }).redirect(303, "/nurse");
  });

  async function enter(request: Request, response: Response, who: () => Promise<Actor>): Promise<void> {
    try {
      const actor = known(await who());
      await record(request, actor, "signed-in", null);
      await beginSession(request, actor, world.clock());
      response.redirect(303, "/nurse");
    } catch (error) {
      if (error instanceof KnownError && error.status < 500) {
        await record(request, nobody, "signed-in", error.code);
      }
      throw error;
    }
  }

  /** Regions that are not of this organisation are worth nothing, and nobody enters with none. */
  function known(actor: Actor): Actor {
    const regions = actor.regions.filter((region) => isRegion(world.organisation, region));
    if (regions.length === 0) throw new KnownError("console.forbidden", "no region of this organisation");
    return { ...actor, regions };
  }

  function record(request: Request, actor: Actor, event: string, code: string | null): Promise<void> {
    return world.audit.write({
      ...entryFor(world, actor, request, randomUUID()),
      event,
      outcome: code === null ? "granted" : "refused",
      subject: null,
      object: { kind: "session", id: null, region: null },
      count: 0,
      rule: signIn.kind,
      purpose: null,
      code,
    });
  }

  return router;
}

function publicBase(request: Request, publicUrl: string | undefined): string {
  return publicUrl === undefined ? servedOrigin(request) : new URL(publicUrl).origin;
}
