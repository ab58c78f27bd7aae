import { readFileSync } from "node:fs";
import { type AtThePage, atThePage, until } from "./at-the-page.ts";
import { openPage, serveFiles } from "./browser.ts";
import { startParentsPage } from "./parents-stand-in.ts";

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const at = atThePage();

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4"><rect width="8" height="4" fill="#7a2e5d"/></svg>`;

describe("on another site", () => {
  const files: Record<string, { type: string; body: string }> = {};
  let host: Awaited<ReturnType<typeof serveFiles>>;
  let allowed: AtThePage["service"];
  const hostPage = (from: string) => ({
    type: "text/html",
    body: `<!doctype html><title>Host</title><link rel="icon" href="data:,"><body>
      <script src="${from}/embed.js" data-accent="#b03a86"></script>`,
  });
  /** Dressed by custom properties, with a name and a logo of its own. */
  const dressed = (from: string) => ({
    type: "text/html",
    body: `<!doctype html><title>Host</title><link rel="icon" href="data:,">
      <style>body { --naast-accent: #7a2e5d; --naast-height: 30rem }</style><body>
      <script src="${from}/embed.js" data-name="Gemeente Voorbeeld" data-logo="/logo.svg" data-title="Vraag het"></script>`,
  });
  const bare = (from: string) => ({
    type: "text/html",
    body: `<!doctype html><title>Host</title><link rel="icon" href="data:,"><iframe src="${from}/" title="Naast">`,
  });
  beforeAll(async () => {
    host = await serveFiles(files);
    allowed = await startParentsPage(at.root, { embedOrigins: [host.url] });
    files["/allowed"] = hostPage(allowed.url);
    files["/dressed"] = dressed(allowed.url);
    files["/bare"] = bare(allowed.url);
    files["/logo.svg"] = { type: "image/svg+xml", body: logo };
    files["/not-allowed"] = hostPage(at.service.url);
  });
  afterAll(async () => {
    await allowed.close();
    await host.close();
  });

  test("one script puts the page there, in the site's own colour", async () => {
    const { page } = await openPage(at.browser);
    await page.goto(`${host.url}/allowed`);
    const frame = page.frameLocator("iframe");
    await frame.locator('a[href="#nl"]').click();
    await frame.locator("#choices button").first().waitFor();
    const style = await frame.locator("html").getAttribute("style");
    expect(style).toMatch(/--accent: #[0-9a-f]{6};/);
  });

  test.each(["light", "dark"] as const)(
    "can be read in any colour a site wishes for, by %s",
    async (colorScheme) => {
      const { page } = await openPage(at.browser, { colorScheme, reducedMotion: "reduce" });
      for (const accent of ["#ffe600", "#000000", "#ffffff", "#7a2e5d", "#00a0ff"]) {
        files["/coloured"] = {
          type: "text/html",
          body: `<!doctype html><html lang="en"><title>Host</title><link rel="icon" href="data:,"><body><main><h1>Host</h1>
          <script src="${allowed.url}/embed.js" data-accent="${accent}"></script></main>`,
        };
        await page.goto(`${host.url}/coloured`);
        const frame = page.frameLocator("iframe");
        const begin = frame.locator('a[href="#nl"]');
        if (await begin.isVisible()) await begin.click();
        await frame.locator("#choices button").first().waitFor();
        await frame.locator("#choices button").first().click();
        await frame.locator("li.you").first().waitFor();
        const inner = page.frames().find((one) => one.url().startsWith(allowed.url));
        await inner?.evaluate(axe);
        const faults = await inner?.evaluate(
          `axe.run({ runOnly: ["color-contrast"] }).then(({ violations }) => violations.flatMap(({ nodes }) => nodes.map(({ html }) => html)))`,
        );
        expect({ accent, faults }).toEqual({ accent, faults: [] });
      }
    },
    60_000,
  );

  test("takes colour, height, name and logo from the site, and fetches the logo from nobody", async () => {
    const { page, hosts } = await openPage(at.browser);
    await page.goto(`${host.url}/dressed`);
    const frame = page.frameLocator("iframe");
    const picture = frame.locator("#start img");
    await picture.waitFor();
    expect(await picture.getAttribute("alt")).toBe("Gemeente Voorbeeld");
    expect(await picture.getAttribute("src")).toMatch(/^data:image\/svg/);
    expect(await frame.locator("html").getAttribute("style")).toMatch(/--accent: #7a2e5d;/);
    const element = page.locator("iframe");
    expect(await element.getAttribute("title")).toBe("Vraag het");
    expect((await element.boundingBox())?.height).toBe(480);
    expect(new Set([...hosts])).toEqual(new Set([new URL(host.url).host, new URL(allowed.url).host]));
  });

  test("a frame without the script shows the page in its own colours", async () => {
    const { page } = await openPage(at.browser);
    await page.goto(`${host.url}/bare`);
    const frame = page.frameLocator("iframe");
    await frame.locator('a[href="#tr"]').click();
    await frame.locator("#choices button").first().waitFor();
    expect(await frame.locator("html").getAttribute("style")).toBeNull();
  });

  test("what makes no colour or picture is left alone", async () => {
    const { page } = await openPage(at.browser);
    files["/hostile"] = {
      type: "text/html",
      body: `<!doctype html><title>Host</title><link rel="icon" href="data:,"><body>
        <script src="${allowed.url}/embed.js" data-accent="red;background:url(//evil)" data-logo="/missing"></script>`,
    };
    await page.goto(`${host.url}/hostile`);
    const frame = page.frameLocator("iframe");
    await frame.locator("#start").waitFor();
    expect(await frame.locator("html").getAttribute("style")).toBeNull();
    expect(await frame.locator("#start img").count()).toBe(0);
  });

  test("leaving takes the whole site away with it", async () => {
    const { page } = await openPage(at.browser);
    const leaving = await at.serveFor({
      embedOrigins: [host.url],
      theme: { exitUrl: `${at.elsewhere.url}/weather` },
    });
    files["/leaving"] = hostPage(leaving.url);
    await page.goto(`${host.url}/leaving`);
    const frame = page.frameLocator("iframe");
    await frame.locator('a[href="#nl"]').click();
    await frame.getByRole("link", { name: "Weg" }).click();
    await page.waitForURL(`${at.elsewhere.url}/weather`);
  });

  test("the page does not show where that is not allowed", async () => {
    const { page } = await openPage(at.browser);
    await page.goto(`${host.url}/not-allowed`);
    await until(() => page.frames().some((one) => one.url().startsWith("chrome-error:")));
  });
});
