import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

/** A page that remembers every host it talked to and every complaint of the browser. */
export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly hosts: Set<string>;
  readonly complaints: string[];
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const hosts = new Set<string>();
  const complaints: string[] = [];
  context.on("request", (request) => {
    if (/^(http|ws)/.test(request.url())) hosts.add(new URL(request.url()).host);
  });
  context.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  return { page: await context.newPage(), context, hosts, complaints };
}

/** Serves fixed files by path, from an origin of its own. */
export async function serveFiles(files: Readonly<Record<string, { type: string; body: string | Buffer }>>) {
  const server = createServer((request, response) => {
    const file = files[new URL(request.url ?? "/", "http://files").pathname];
    response.writeHead(file === undefined ? 404 : 200, { "content-type": file?.type ?? "text/plain" });
    response.end(file?.body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}
