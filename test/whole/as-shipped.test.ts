/// <reference lib="dom" />

import { type ChildProcess, spawn } from "node:child_process";
import { type Browser, chromium, type Page } from "playwright-core";
import { type AsShipped, missingForProxy, publicName, startAsShipped } from "../../infra/as-shipped.mjs";
import { chromiumArguments, findChromium } from "../../src/commands/bench/chromium.ts";
import { expectNone, leftIn, parents } from "../support/canaries.ts";
import { root } from "../support/content.ts";
import { askForNurse, closeWithAdvice, takeFirst, tap, type } from "./support/hands.ts";

/**
 * What operators run, in production: the image's files, the shipped settings of Redis and the shipped proxy, seen by
 * browsers that know it by its public name alone. Nurses sign in at an issuer of this machine.
 */
const site = `https://${publicName}`;
const missing = missingForProxy();
const behindTheProxy = missing === undefined ? test : skipped;

let issuer: ChildProcess;
let shipped: AsShipped;
let browser: Browser;

beforeAll(async () => {
  if (missing !== undefined) return;
  shipped = await startAsShipped({
    environment: { OIDC_ISSUER: await startIssuer(), OIDC_CLIENT_SECRET: "a secret of the test" },
    // where the issuer's nurse works
    region: "noord",
  });
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: [
      ...chromiumArguments,
      // signed by nobody; scripts beside the page, too, are fetched over it
      "--ignore-certificate-errors",
      `--host-resolver-rules=MAP ${publicName}:443 127.0.0.1:${shipped.proxy?.secure}`,
    ],
  });
}, 120_000);

afterAll(async () => {
  if (missing !== undefined) return;
  await browser?.close();
  issuer?.kill("SIGKILL");
  const places = shipped === undefined ? [] : leftIn(shipped.dataDirectory, "data");
  await shipped?.stop();
  expectNone(places);
});

/** Says why, where what it takes is not there. */
function skipped(name: string): void {
  test(`SKIPPED, ${missing}: ${name}`, () => {
    process.stdout.write(`SKIPPED  ${name}: ${missing}\n`);
  });
}

async function startIssuer(): Promise<string> {
  const given = ["test/console/oidc-issuer.mjs", `${site}/nurse/oidc/return`];
  issuer = spawn(process.execPath, given, { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
  return await new Promise((ready, failed) => {
    issuer.once("exit", () => failed(new Error("the issuer did not start")));
    issuer.stdout?.on("data", (said) => {
      const address = /http:\S+/.exec(String(said))?.[0];
      if (address !== undefined) ready(address);
    });
  });
}

/** A phone at the public address, and what it learnt of the lines it had. */
async function openPhone(script?: string) {
  const context = await browser.newContext({
    viewport: { width: 320, height: 700 },
    locale: "nl-NL",
  });
  if (script !== undefined) await context.addInitScript(script);
  const page = await context.newPage();
  const streams: string[] = [];
  const polls: string[] = [];
  const complaints: string[] = [];
  page.on("websocket", (line) => {
    line.on("framereceived", () => streams.push(new URL(line.url()).origin));
  });
  page.on("request", (asked) => {
    if (asked.url().includes("/activities?watermark")) polls.push(new URL(asked.url()).origin);
  });
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(site);
  await page.click('a[href="#nl"]');
  await page.waitForSelector("#choices button");
  return { page, streams, polls, complaints };
}

/** From the first question about sleep to something to keep, with a danger sign amid it. */
async function consult(page: Page): Promise<void> {
  expect(await type(page, `mijn baby ${parents.word("consultation")} slaapt niet`)).toContain("gevaar");
  expect(await tap(page, "Nee, 0 tot 3 maanden")).toContain("slapen");
  expect(await tap(page, "Overslaan")).toContain("16 tot 17 uur");
  expect(await type(page, "hij ademt niet")).toContain("112");
}

behindTheProxy(
  "a consultation comes to its end over the stream",
  async () => {
    const { page, streams, polls, complaints } = await openPhone();
    await consult(page);
    expect(new Set(streams)).toEqual(new Set([`wss://${publicName}`]));
    expect([polls, complaints]).toEqual([[], []]);
    await page.context().close();
  },
  60_000,
);

behindTheProxy(
  "where no stream passes, it comes to its end by polling",
  async () => {
    const { page, streams, polls, complaints } = await openPhone("delete globalThis.WebSocket");
    await consult(page);
    expect(new Set(polls)).toEqual(new Set([site]));
    expect([streams, complaints]).toEqual([[], []]);
    await page.context().close();
  },
  60_000,
);

behindTheProxy(
  "a request reaches a nurse of the issuer's as it comes in, and the parent hears how it ended",
  async () => {
    const context = await browser.newContext({ locale: "nl-NL" });
    const nurse = await context.newPage();
    await nurse.goto(`${site}/nurse/sign-in`);
    await nurse.waitForURL(`${site}/nurse**`);
    const [cookie] = await context.cookies(site);
    expect(cookie).toMatchObject({ name: "__Host-naast.nurse", secure: true, httpOnly: true });

    const { page } = await openPhone();
    await askForNurse(page, parents.phone("callback"));
    expect(await tap(page, "Ja, versturen")).toContain("verstuurd");

    await takeFirst(nurse);
    await closeWithAdvice(nurse, page);
  },
  90_000,
);

behindTheProxy("neither the product nor the proxy wrote who asked, for what, or what they said", () => {
  const logged = shipped.proxy?.logged() ?? "";
  expect(logged.length).toBeGreaterThan(100);
  expect(logged).not.toMatch(/127\.0\.0\.1|\/v3|\/nurse|t=/);
  expectNone([
    { name: "proxy's log", bytes: Buffer.from(logged) },
    { name: "printed", bytes: Buffer.from(shipped.printed()) },
  ]);
});
