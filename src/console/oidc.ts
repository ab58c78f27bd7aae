import { createRemoteJWKSet, type JWTVerifyGetKey, jwtVerify } from "jose";
import * as client from "openid-client";
import { z } from "zod";
import { KnownError } from "../errors.ts";
import { type Actor, isRole } from "./actor.ts";

export interface OidcOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Values of `acr` or `amr` of which an answer must show one: that a second factor was asked. Empty: none is asked for. */
  readonly factors?: readonly string[];
}

/** What must come back unchanged from the issuer. Kept in the session while the nurse is away. */
interface Leaving {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
}

export interface Oidc {
  leave(redirect: string): Promise<{ readonly url: string; readonly leaving: Leaving }>;
  /** @throws {KnownError} `console.sign-in-failed` for anything but one whole, fresh answer to `leaving`. */
  comeBack(url: URL, leaving: Leaving): Promise<Came>;
  /**
   * Reads what the issuer posts when somebody's session or account ended there (OpenID Connect Back-Channel Logout 1.0).
   *
   * @throws {KnownError} `console.sign-in-failed` for anything that the issuer did not sign for us and for this.
   */
  signedOut(token: string): Promise<{ readonly id?: string; readonly issuerSession?: string }>;
}

interface Came {
  readonly actor: Actor;
  readonly issuerSession?: string | undefined;
}

const words = z.union([
  z.array(z.string()),
  z.string().transform((list) => list.split(/[\s,]+/).filter(Boolean)),
]);
const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string().min(1),
  name: z.string().trim().min(1).max(120).optional(),
  preferred_username: z.string().optional(),
  roles: words.default([]),
  regions: words.default([]),
  sid: z.string().optional(),
  acr: z.string().optional(),
  amr: z.array(z.string()).default([]),
});
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout";
const logoutSchema = z.object({
  iss: z.string(),
  sub: z.string().min(1).optional(),
  sid: z.string().min(1).optional(),
  nonce: z.undefined().optional(),
  events: z.object({ [logoutEvent]: z.object({}) }),
});
const logoutMinutes = 5;

/**
 * Signs in with the organisation's own accounts: authorisation code with PKCE, state and nonce, and an
 * issuer that must be exactly the one configured.
 *
 * The issuer is asked for its endpoints at the first sign-in, and again after a failure, so that Naast
 * starts when it is away. Unencrypted issuers are taken on this machine only.
 */
export function oidc(options: OidcOptions): Oidc {
  let discovered: Promise<client.Configuration> | undefined;
  let keys: JWTVerifyGetKey | undefined;

  async function configuration(): Promise<client.Configuration> {
    discovered ??= discover(options);
    try {
      return await discovered;
    } catch (cause) {
      discovered = undefined;
      throw new KnownError("console.sign-in-unavailable", "the issuer cannot be reached", {}, { cause });
    }
  }

  return {
    async leave(redirect) {
      const config = await configuration();
      const leaving = {
        verifier: client.randomPKCECodeVerifier(),
        state: client.randomState(),
        nonce: client.randomNonce(),
      };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirect,
        scope: "openid profile",
        code_challenge: await client.calculatePKCECodeChallenge(leaving.verifier),
        code_challenge_method: "S256",
        state: leaving.state,
        nonce: leaving.nonce,
      });
      return { url: url.href, leaving };
    },
    async comeBack(url, leaving) {
      const config = await configuration();
      try {
        const tokens = await client.authorizationCodeGrant(config, url, {
          pkceCodeVerifier: leaving.verifier,
          expectedState: leaving.state,
          expectedNonce: leaving.nonce,
          idTokenExpected: true,
        });
        return readCame(tokens.claims(), options.factors ?? []);
      } catch (cause) {
        throw new KnownError("console.sign-in-failed", "the issuer's answer does not hold", {}, { cause });
      }
    },
    async signedOut(token) {
      const { issuer, jwks_uri = "" } = (await configuration()).serverMetadata();
      try {
        keys ??= createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: 5_000 });
        const { payload } = await jwtVerify(token, keys, {
          issuer,
          audience: options.clientId,
          typ: "logout+jwt",
          requiredClaims: ["iat", "jti", "events"],
          maxTokenAge: `${logoutMinutes} minutes`,
        });
        return readLogout(payload);
      } catch (cause) {
        throw new KnownError("console.sign-in-failed", "not the issuer's word", {}, { cause });
      }
    },
  };
}

function discover({ issuer, clientId, clientSecret }: OidcOptions): Promise<client.Configuration> {
  const url = new URL(issuer);
  const onThisMachine =
    url.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  return client.discovery(url, clientId, clientSecret, undefined, {
    timeout: 5,
    // the library would otherwise take the line alone for a proof of who speaks
    execute: [client.enableNonRepudiationChecks, ...(onThisMachine ? [client.allowInsecureRequests] : [])],
  });
}

/** Roles that are not ours are left out; someone without one of ours is nobody here. */
function readCame(claims: unknown, factors: readonly string[]): Came {
  const { iss, sub, name, preferred_username, roles, regions, sid, acr, amr } = claimsSchema.parse(claims);
  if (factors.length > 0 && ![acr, ...amr].some((shown) => factors.includes(shown ?? ""))) {
    throw new KnownError("console.forbidden", "the issuer does not say that a second factor was asked");
  }
  const known = roles.filter(isRole);
  if (known.length === 0) throw new KnownError("console.forbidden", "no role of the console");
  const actor = { id: idOf(iss, sub), name: name ?? preferred_username ?? sub, roles: known, regions };
  return { actor, issuerSession: sid };
}

function readLogout(payload: unknown): { readonly id?: string; readonly issuerSession?: string } {
  const { iss, sub, sid } = logoutSchema.parse(payload);
  if (sub === undefined && sid === undefined) throw new KnownError("console.sign-in-failed", "of nobody");
  return {
    ...(sub === undefined ? {} : { id: idOf(iss, sub) }),
    ...(sid === undefined ? {} : { issuerSession: sid }),
  };
}

function idOf(issuer: string, subject: string): string {
  return `${new URL(issuer).host}:${subject}`;
}
