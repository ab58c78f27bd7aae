import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { type Oidc, oidc } from "../../src/console/oidc.ts";
import { startBench } from "./bench.ts";

/** Signing in with an organisation's accounts, against a real issuer in a process of its own. */
let issuer: string;
let child: ChildProcess;
const redirect = "http://127.0.0.1:3978/nurse/oidc/return";
const client = { clientId: "naast", clientSecret: "a secret of the test" };

beforeAll(async () => {
  child = spawn(process.execPath, ["test/console/oidc-issuer.mjs", redirect], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  issuer = await new Promise((resolve, reject) => {
    child.once("exit", () => reject(new Error("the issuer did not start")));
    child.stdout?.on("data", (data) => {
      const address = /http:\S+/.exec(String(data))?.[0];
      if (address !== undefined) resolve(address);
    });
  });
});
afterAll(() => child.kill("SIGKILL"));

/** Walks the way a browser would, with its cookies, until the issuer sends it back to us. */
async function walk(start: string): Promise<URL> {
  const jar = new Map<string, string>();
  let url = start;
  for (let step = 0; step < 10; step += 1) {
    const answer = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split("=");
      jar.set(name, value);
    }
    const location = answer.headers.get("location");
    if (location === null) throw new Error(`stopped with ${answer.status}`);
    url = new URL(location, url).href;
    if (url.startsWith(redirect)) return new URL(url);
  }
  throw new Error("walked in a circle");
}

async function signIn(account: string) {
  const door = oidc({ issuer, ...client });
  const { url, leaving } = await door.leave(redirect);
  const back = await walk(`${url}&login_hint=${account}`);
  return { door, leaving, back };
}

describe("signing in with the organisation's accounts", () => {
  test("gives who came, with the roles and regions of the claims that are ours", async () => {
    const { door, leaving, back } = await signIn("noor");
    expect((await door.comeBack(back, leaving)).actor).toEqual({
      id: `${new URL(issuer).host}:noor`,
      name: "Noor de Wit",
      roles: ["nurse"],
      regions: ["noord"],
    });
  });

  test("reads claims that come as words, too", async () => {
    const { door, leaving, back } = await signIn("words");
    expect((await door.comeBack(back, leaving)).actor).toMatchObject({
      roles: ["lead", "auditor"],
      regions: ["all"],
    });
  });

  test("refuses who has no role of ours", async () => {
    const { door, leaving, back } = await signIn("stranger");
    await expect(door.comeBack(back, leaving)).rejects.toMatchObject({ status: 401 });
  });

  test("refuses a code that was used before", async () => {
    const { door, leaving, back } = await signIn("noor");
    await door.comeBack(back, leaving);
    await expect(door.comeBack(back, leaving)).rejects.toMatchObject({ code: "console.sign-in-failed" });
  });

  test.each([
    ["another state", { state: "another" }],
    ["another nonce", { nonce: "another" }],
    ["another verifier", { verifier: "another-verifier-that-is-long-enough-to-be-one-000" }],
  ])("refuses %s", async (_name, changed) => {
    const { door, leaving, back } = await signIn("noor");
    await expect(door.comeBack(back, { ...leaving, ...changed })).rejects.toMatchObject({
      code: "console.sign-in-failed",
    });
  });

  test("refuses an answer that names another issuer", async () => {
    const { door, leaving, back } = await signIn("noor");
    back.searchParams.set("iss", "https://elsewhere.example");
    await expect(door.comeBack(back, leaving)).rejects.toMatchObject({ code: "console.sign-in-failed" });
  });

  test("an issuer that is away is a 503, and is asked again the next time", async () => {
    const free = createServer();
    await new Promise<void>((done) => free.listen(0, "127.0.0.1", done));
    const { port } = free.address() as AddressInfo;
    await new Promise((done) => free.close(done));
    const door = oidc({ issuer: `http://127.0.0.1:${port}`, ...client });
    await expect(door.leave(redirect)).rejects.toMatchObject({ status: 503 });
    await expect(door.leave(redirect)).rejects.toMatchObject({ status: 503 });
  });

  test("an issuer elsewhere that does not encrypt is not used", async () => {
    const door = oidc({ issuer: "http://issuer.example", ...client });
    await expect(door.leave(redirect)).rejects.toMatchObject({ status: 503 });
  });

  test("leads into the console, once, and only with what was left there", async () => {
    const bench = await startBench({
      signIn: { kind: "oidc", oidc: oidc({ issuer, ...client }) },
      publicUrl: "http://127.0.0.1:3978",
    });
    const left = await fetch(`${bench.url}/nurse/sign-in`, { redirect: "manual" });
    const cookie = (left.headers.getSetCookie()[0] ?? "").split(";")[0] ?? "";
    const { pathname, search } = await walk(left.headers.get("location") ?? "");
    const comeBack = (sent: string) =>
      fetch(`${bench.url}${pathname}${search}`, { redirect: "manual", headers: { cookie: sent } });

    expect((await comeBack("")).status).toBe(401);
    const entered = await comeBack(cookie);
    expect(entered.status).toBe(303);
    const own = (entered.headers.getSetCookie()[0] ?? "").split(";")[0] ?? "";
    expect(own).not.toBe(cookie);
    const me = await fetch(`${bench.url}/nurse/api/me`, { headers: { cookie: own } });
    expect(await me.json()).toMatchObject({ name: "Noor de Wit", roles: ["nurse"], regions: ["noord"] });
    expect((await comeBack(cookie)).status).toBe(401);
    await bench.stop();
  });
});

/** An issuer whose every answer is in our hands, for what an honest one does not send. */
describe("an issuer's word", () => {
  let server: Server;
  let own: string;
  let said: string;
  let sign: (
    claims: JWTPayload,
    more?: { readonly forged?: boolean; readonly typ?: string },
  ) => Promise<string>;

  beforeAll(async () => {
    const [ours, others] = await Promise.all([generateKeyPair("RS256"), generateKeyPair("RS256")]);
    const jwks = { keys: [{ ...(await exportJWK(ours.publicKey)), alg: "RS256", kid: "one" }] };
    server = createServer((request, response) => {
      const answers: Readonly<Record<string, unknown>> = {
        "/.well-known/openid-configuration": {
          issuer: own,
          authorization_endpoint: `${own}/authorize`,
          token_endpoint: `${own}/token`,
          jwks_uri: `${own}/jwks`,
          id_token_signing_alg_values_supported: ["RS256"],
        },
        "/jwks": jwks,
        "/token": { access_token: "x", token_type: "bearer", id_token: said },
      };
      response
        .setHeader("content-type", "application/json")
        .end(JSON.stringify(answers[request.url ?? ""] ?? {}));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    sign = (claims, { forged = false, typ = "logout+jwt" } = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", kid: "one", typ })
        .sign(forged ? others.privateKey : ours.privateKey);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const seconds = () => Math.floor(Date.now() / 1000);
  const whole = () => ({ iss: own, sub: "noor", aud: "naast", iat: seconds(), exp: seconds() + 60 });
  const nurse = { roles: ["nurse"], regions: ["noord"] };

  async function comeBack(door: Oidc, changes: JWTPayload, more: { readonly forged?: boolean } = {}) {
    const { leaving } = await door.leave(redirect);
    said = await sign({ ...whole(), ...nurse, nonce: leaving.nonce, ...changes }, more);
    return await door.comeBack(new URL(`${redirect}?code=c&state=${leaving.state}`), leaving);
  }

  test.each([
    ["for another client", { aud: "another" }, {}],
    ["for several clients of whom we are not the one", { aud: ["another", "third"] }, {}],
    ["of another issuer", { iss: "https://elsewhere.example" }, {}],
    ["that has run out", { exp: 1 }, {}],
    ["of nobody", { sub: "" }, {}],
    ["signed by another key", {}, { forged: true }],
  ])("%s signs nobody in", async (_name, changes, more) => {
    const door = oidc({ issuer: own, ...client });
    expect((await comeBack(door, {})).actor.roles).toEqual(["nurse"]);
    await expect(comeBack(door, changes, more)).rejects.toMatchObject({ code: "console.sign-in-failed" });
  });

  test("must show a second factor where one is asked for", async () => {
    const strict = oidc({ issuer: own, ...client, factors: ["mfa", "urn:two"] });
    await expect(comeBack(strict, {})).rejects.toMatchObject({ status: 401 });
    await expect(comeBack(strict, { amr: ["pwd"], acr: "urn:one" })).rejects.toMatchObject({ status: 401 });
    expect((await comeBack(strict, { amr: ["pwd", "mfa"] })).actor.name).toBe("noor");
    expect((await comeBack(strict, { acr: "urn:two" })).actor.name).toBe("noor");
  });

  const event = "http://schemas.openid.net/event/backchannel-logout";
  const over = () => ({ iss: own, aud: "naast", iat: seconds(), jti: "one", events: { [event]: {} } });

  test("ends the sessions of an account, or the one behind its own, at once; a new sign-in ends the earlier", async () => {
    const bench = await startBench({
      signIn: { kind: "oidc", oidc: oidc({ issuer: own, ...client }) },
      publicUrl: "http://127.0.0.1:3978",
    });
    const enter = async (changes: JWTPayload): Promise<string> => {
      const left = await fetch(`${bench.url}/nurse/sign-in`, { redirect: "manual" });
      const cookie = left.headers.getSetCookie()[0]?.split(";")[0] ?? "";
      const { searchParams } = new URL(left.headers.get("location") ?? "");
      said = await sign({ ...whole(), ...nurse, nonce: searchParams.get("nonce"), ...changes });
      const back = `${bench.url}/nurse/oidc/return?code=c&state=${searchParams.get("state")}`;
      const entered = await fetch(back, { redirect: "manual", headers: { cookie } });
      return entered.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    };
    const isIn = async (cookie: string) =>
      (await fetch(`${bench.url}/nurse/api/me`, { headers: { cookie } })).status === 200;
    const tell = async (token: string) =>
      (
        await fetch(`${bench.url}/nurse/oidc/signed-out`, {
          method: "POST",
          body: new URLSearchParams({ logout_token: token }),
        })
      ).status;

    const first = await enter({ sub: "noor" });
    const other = await enter({ sub: "sem", sid: "s-1" });
    const again = await enter({ sub: "noor" });
    expect([await isIn(first), await isIn(again), await isIn(other)]).toEqual([false, true, true]);

    for (const token of [
      "",
      "words",
      await sign({ ...over(), sub: "noor" }, { forged: true }),
      await sign({ ...over(), sub: "noor", aud: "another" }),
      await sign({ ...over(), sub: "noor", events: {} }),
      await sign({ ...over(), sub: "noor", nonce: "n" }),
      await sign({ ...over(), sub: "noor", iat: seconds() - 3600 }),
      await sign({ ...over() }),
      await sign({ ...over(), sub: "noor" }, { typ: "JWT" }),
      // an answer to a sign-in is no word about its end
      said,
    ]) {
      expect(await tell(token)).toBe(401);
    }
    expect([await isIn(again), await isIn(other)]).toEqual([true, true]);
    expect(await tell(await sign({ ...over(), sub: "noor" }))).toBe(200);
    expect([await isIn(again), await isIn(other)]).toEqual([false, true]);
    expect(await tell(await sign({ ...over(), sid: "s-1" }))).toBe(200);
    expect(await isIn(other)).toBe(false);
    const records = await bench.world.audit.find({ event: "ended-by-issuer", limit: 99 });
    expect(records.filter(({ outcome }) => outcome === "granted").map(({ count }) => count)).toEqual([1, 1]);
    expect(records.filter(({ outcome }) => outcome === "refused").length).toBe(10);
    await bench.stop();
  });
});
