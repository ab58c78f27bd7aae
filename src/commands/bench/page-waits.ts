import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { openPhone } from "./chromium.ts";
import { percentile } from "./figures.ts";
import type { Bundle } from "./page-peers.ts";

const runs = 3;
const warmUps = 10;
const taps = 100;
/** Nobody taps faster than they read. What the last answer left to be done is done by then. */
const readingMilliseconds = 250;

/** How long a parent waits on a poor line, each the middle of three first visits. */
export interface FirstVisit {
  readonly bytes: number;
  readonly otherHosts: number;
  readonly readyMilliseconds: number;
  readonly choicesMilliseconds: number;
}

/** A first visit: until a tap on a language counts, and until the first choices stand there. */
export async function visit(browser: Browser, url: string): Promise<FirstVisit> {
  const visits: FirstVisit[] = [];
  for (let at = 0; at < runs; at += 1) visits.push(await visitOnce(browser, url));
  const middle = (measure: (one: FirstVisit) => number) =>
    percentile(
      visits.map(measure).toSorted((one, other) => one - other),
      0.5,
    );
  return {
    bytes: middle(({ bytes }) => bytes),
    otherHosts: Math.max(...visits.map(({ otherHosts }) => otherHosts)),
    readyMilliseconds: middle(({ readyMilliseconds }) => readyMilliseconds),
    choicesMilliseconds: middle(({ choicesMilliseconds }) => choicesMilliseconds),
  };
}

/** Notes when the page begins to listen for a tap on a language. */
const noteListening = `
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (kind, ...rest) {
    if (kind === "click" && this.id === "start") window.listensAt = performance.now();
    return listen.call(this, kind, ...rest);
  };`;

async function visitOnce(browser: Browser, url: string): Promise<FirstVisit> {
  const { page, context, bytes, hosts } = await openPhone(browser, "poor");
  await context.addInitScript(noteListening);
  await page.goto(url);
  const readyMilliseconds = await page
    .waitForFunction(`window.listensAt && performance.getEntriesByName("first-contentful-paint")[0]
      && Math.max(listensAt, performance.getEntriesByName("first-contentful-paint")[0].startTime)`)
    .then((found) => found.jsonValue() as Promise<number>);
  await page.waitForLoadState("networkidle");
  const beforeTap = bytes();
  const began = performance.now();
  await page.click('a[href="#nl"]');
  await page.waitForSelector("#choices button");
  const choicesMilliseconds = readyMilliseconds + performance.now() - began;
  await context.close();
  return { bytes: beforeTap, otherHosts: hosts.size - 1, readyMilliseconds, choicesMilliseconds };
}

/** How long the official Web Chat takes until its first choices stand there, on the same line, with the same bot. */
export async function visitWebChat(browser: Browser, url: string, bundle: Bundle): Promise<number> {
  const host = await serveWebChat(bundle, url);
  const { page, context } = await openPhone(browser, "poor");
  try {
    const began = performance.now();
    await page.goto(host.url);
    await page.waitForSelector("button.webchat__suggested-action", { timeout: 90_000 });
    return performance.now() - began;
  } finally {
    await context.close();
    host.server.close();
  }
}

async function serveWebChat({ compressed }: Bundle, url: string): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const isScript = request.url === "/webchat.js";
    if (!isScript && request.url !== "/") {
      response.writeHead(204).end();
      return;
    }
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    if (isScript) response.setHeader("content-encoding", "br");
    response.end(isScript ? compressed : hostPage(url));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

function hostPage(url: string): string {
  return `<!doctype html><html lang="nl"><meta name="viewport" content="width=device-width"><title>Web Chat</title>
    <div id="chat" style="height:95vh"></div><script src="/webchat.js"></script><script type="module">
    const answer = await fetch("${url}v3/directline/tokens/generate", { method: "POST" });
    const { token } = await answer.json();
    const directLine = WebChat.createDirectLine({ token, domain: "${url}v3/directline" });
    const store = WebChat.createStore({}, ({ dispatch }) => (next) => (action) => {
      if (action.type === "DIRECT_LINE/CONNECT_FULFILLED")
        dispatch({ type: "WEB_CHAT/SEND_EVENT", payload: { name: "naast/start", value: {} } });
      return next(action);
    });
    WebChat.renderWebChat({ directLine, store, locale: "nl-NL" }, document.getElementById("chat"));
    </script></html>`;
}

/** Sorted measures in milliseconds. */
export interface Taps {
  /** From a tap on a choice until its answer is painted. */
  readonly answered: readonly number[];
  /** The limit on this machine at this moment: a request to the same server that does nothing. */
  readonly bare: readonly number[];
}

/** Taps through consultations, always another choice, and times each answer. */
export async function tapThrough(browser: Browser, url: string): Promise<Taps> {
  const { page, context } = await openPhone(browser, "loopback");
  await page.goto(url);
  await page.click('a[href="#nl"]');
  await page.waitForSelector("#choices button");
  const answered: number[] = [];
  for (let at = 0; at < warmUps + taps; at += 1) {
    const took = (await page.evaluate(tapAndWait(at))) as number;
    if (at >= warmUps) answered.push(took);
    await page.waitForTimeout(readingMilliseconds);
  }
  const bare = (await page.evaluate(bareRounds)) as number[];
  await context.close();
  const sorted = (list: readonly number[]) => list.toSorted((one, other) => one - other);
  return { answered: sorted(answered), bare: sorted(bare) };
}

/** Taps in turn the first, the second and the last choice, and waits for the frame that shows the answer. */
function tapAndWait(at: number): string {
  return `new Promise((done) => {
    const buttons = [...document.querySelectorAll("#choices button")];
    const began = performance.now();
    const watch = new MutationObserver(() => {
      const newest = document.querySelector("#log li:last-child");
      if (newest.classList.contains("you") || !document.querySelector("#choices button")) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
    });
    watch.observe(document.querySelector("#scroll"), { childList: true, subtree: true });
    (buttons[${at % 3} === 2 ? buttons.length - 1 : ${at % 3}] ?? buttons[0]).click();
  })`;
}

const bareRounds = `(async () => {
  const took = [];
  for (let at = 0; at < ${taps}; at++) {
    const began = performance.now();
    await (await fetch("/healthz", { cache: "no-store" })).text();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    took.push(performance.now() - began);
  }
  return took;
})()`;
