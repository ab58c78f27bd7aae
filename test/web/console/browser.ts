import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { type Bench, startBench } from "../../console/bench.ts";

/** A console with the real front end, and a browser to look at it with. */
export interface BrowserBench extends Bench {
  /** Opens the page as somebody who is signed in. */
  visit(options?: {
    name?: string;
    role?: "nurse" | "lead" | "auditor";
    region?: string;
    width?: number;
    height?: number;
    locale?: string;
  }): Promise<Page>;
  /** What a page complained about: script errors and everything its policy refused. */
  readonly complaints: string[];
}

const quiet =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

export async function startBrowserBench(): Promise<BrowserBench> {
  const assets = mkdtempSync(join(tmpdir(), "naast-console-page-"));
  await build({
    entryPoints: ["src/web/console/main.ts"],
    outdir: assets,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome90", "firefox90", "safari14.1"],
    logLevel: "error",
  });
  const bench = await startBench({ files: { assets, locales: "locales" } });
  const browser: Browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: quiet.split(" "),
  });
  const complaints: string[] = [];
  const contexts: BrowserContext[] = [];

  return {
    ...bench,
    complaints,
    async visit({ width = 1280, height = 860, locale = "nl-NL", ...who } = {}) {
      const visitor = await bench.signIn(who);
      const context = await browser.newContext({
        viewport: { width, height },
        locale,
        timezoneId: "Europe/Amsterdam",
      });
      contexts.push(context);
      const at = visitor.cookie.indexOf("=");
      await context.addCookies([
        {
          name: visitor.cookie.slice(0, at),
          value: visitor.cookie.slice(at + 1),
          url: `${bench.url}/nurse`,
          httpOnly: true,
        },
      ]);
      const page = await context.newPage();
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(`${bench.url}/nurse`);
      return page;
    },
    async stop() {
      await Promise.all(contexts.map((context) => context.close()));
      await browser.close();
      await bench.stop();
      rmSync(assets, { recursive: true, force: true });
    },
  };
}
