import { existsSync } from "node:fs";
import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";

/** Headless, and phoning nobody. */
export const chromiumArguments = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
] as const;

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"] as const;

/** Finds this machine's own Chromium. */
export function findChromium(): string {
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error("there is no Chromium on this machine");
  return found;
}

/** Starts Chromium. The driver is a tool of developers, so it is asked for only here. */
export async function startChromium(): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  return await chromium.launch({ executablePath: findChromium(), args: [...chromiumArguments] });
}

/** An old phone far from the mast, or a phone beside the machine. */
export type Line = "poor" | "loopback";

export interface Phone {
  readonly page: Page;
  readonly context: BrowserContext;
  /** How many bytes travelled so far, headers included. */
  bytes(): number;
  /** Every host that was asked for anything. */
  readonly hosts: ReadonlySet<string>;
}

/** Opens a phone that has never seen the page. */
export async function openPhone(browser: Browser, line: Line): Promise<Phone> {
  const context = await browser.newContext({ viewport: { width: 360, height: 640 }, hasTouch: true });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  const hosts = new Set<string>();
  page.on("request", (request) => {
    if (/^(http|ws)/.test(request.url())) hosts.add(new URL(request.url()).host);
  });
  if (line === "poor") await slowDown(session);
  return { page, context, hosts, bytes: () => bytes };
}

const bytesPerSecond = 400_000 / 8;

/** A quarter of the speed of this machine, 400 kbit/s each way, 400 ms for each round trip. */
async function slowDown(session: CDPSession): Promise<void> {
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 400,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });
}
