import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { oidc } from "../../src/console/oidc.ts";
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
    expect(await door.comeBack(back, leaving)).toEqual({
      id: `${new URL(issuer).host}:noor`,
      name: "Noor de Wit",
      roles: ["nurse"],
      regions: ["noord"],
    });
  });

  test("reads claims that come as words, too", async () => {
    const { door, leaving, back } = await signIn("words");
    expect(await door.comeBack(back, leaving)).toMatchObject({
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
