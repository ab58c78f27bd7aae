import { readFileSync } from "node:fs";
import { locales } from "../../../src/terms.ts";
import { atThePage, bubbles, choose, own, phone, start, type, until } from "./at-the-page.ts";
import { openPage } from "./browser.ts";
import { wordsOf } from "./scripted-dialog.ts";

const at = atThePage();

describe("a consultation", () => {
  test.each(locales)(
    "goes from the first tap to a summary in %s, with nothing from elsewhere",
    async (locale) => {
      const { page, hosts, complaints } = await at.open(locale);
      const words = wordsOf(locale);
      expect(await page.getAttribute("html", "lang")).toBe(locale.slice(0, 2));
      await choose(page, words.labels[0]);
      await choose(page, words.no);
      const summary = bubbles(page).last();
      await summary.locator(".keep").waitFor();
      expect(await summary.getAttribute("lang")).toBe(locale.slice(0, 2));
      expect(at.service.taken.at(-1)).toMatchObject({ locale, tapped: expect.stringMatching(/^\d+\.no$/) });
      expect(page.url()).toBe(`${at.service.url}/`);
      expect(await page.title()).toBe("Naast");
      expect([...hosts]).toEqual([new URL(at.service.url).host]);
      expect(complaints).toEqual([]);
      expect(await page.context().cookies()).toEqual([]);
    },
  );

  test("sets the answers apart from what every question offers besides, and names each alike", async () => {
    const { page } = await at.open("nl");
    const { labels } = wordsOf("nl");
    expect(await page.locator("#choices .block").allInnerTexts()).toEqual(labels.slice(0, 5));
    expect(await page.locator("#choices button:not(.block)").allInnerTexts()).toEqual(labels.slice(5));
  });

  test("keeps every answer large, in the order it was written", async () => {
    const { page } = await at.open("nl");
    await type(page, "hij is blauw");
    await page.locator("li.emergency").waitFor();
    const { labels, yes } = wordsOf("nl");
    await until(async () => (await page.locator("#choices button").count()) === 3);
    expect(await page.locator("#choices .block").allInnerTexts()).toEqual([labels[4], yes]);
  });

  test("says once that nobody stands behind it, in view all the time", async () => {
    const { page } = await at.open("pl");
    const line = JSON.parse(readFileSync("locales/pl/common.json", "utf8"))["try-out"];
    expect(await page.getByText(line).count()).toBe(1);
    expect(await page.locator("#notice").textContent()).toBe(line);
  });

  test("begins with what was tapped before the script was there", async () => {
    const { page } = await openPage(at.browser, phone);
    await page.goto(`${at.service.url}/#tr-simple`);
    await page.waitForSelector("#choices button");
    expect(await page.getAttribute("html", "lang")).toBe("tr");
    expect(page.url()).toBe(`${at.service.url}/`);
  });

  test("goes on with the same question in another language, and in easy words", async () => {
    const { page } = await at.open("nl");
    await choose(page, wordsOf("nl").labels[0]);
    await page.getByRole("button", { name: wordsOf("nl").no }).waitFor();
    await choose(page, "Taal");
    await choose(page, "Polski");
    await page.getByRole("button", { name: wordsOf("pl").no }).waitFor();
    expect(await page.locator("textarea").getAttribute("placeholder")).toBe("Pisz tutaj");
    await choose(page, "Łatwiej");
    await page.waitForSelector("body.simple");
    await until(() => at.service.taken.at(-1)?.locale === "pl-simple");
    expect(await page.locator("header [aria-pressed=true]").textContent()).toBe("Łatwiej");
  });

  test("leaves what was said as and where it is in another language, and says its own words anew", async () => {
    const { page } = await at.open("nl");
    await choose(page, wordsOf("nl").labels[0]);
    await page.getByRole("button", { name: wordsOf("nl").no }).waitFor();
    const items = await page.evaluateHandle(() => [...document.querySelectorAll("#log li")]);
    const said = () => items.evaluate((all) => all.map((item) => item.querySelector(".line")?.textContent));
    const own = () =>
      items.evaluate((all) => all.map((item) => item.querySelector("[data-words]")?.textContent));
    const before = [await said(), await own()];
    await choose(page, "Taal");
    await choose(page, "Polski");
    await page.getByRole("button", { name: wordsOf("pl").no }).waitFor();
    expect(await items.evaluate((all) => all.every((item) => item.isConnected))).toBe(true);
    const polish: Record<string, string> = {
      Jij: "Ty",
      Luister: "Posłuchaj",
      "Eerst even controleren": "Najpierw sprawdźmy",
    };
    expect(await said()).toEqual(before[0]);
    expect(await own()).toEqual(before[1]?.map((words) => polish[words ?? ""]));
  });

  test("follows the bot into another language", async () => {
    const { page } = await at.open("nl");
    await type(page, "in het Turks graag");
    await page.getByPlaceholder("Buraya yazın").waitFor();
    expect(await page.getAttribute("html", "lang")).toBe("tr");
    const count = at.service.taken.length;
    await new Promise((soon) => setTimeout(soon, 200));
    expect(at.service.taken.length).toBe(count);
  });

  test("shows a danger card with its number to call, whatever was asked", async () => {
    const { page } = await at.open("en");
    await type(page, "hij is blauw");
    const card = page.locator("li.emergency");
    await card.waitFor();
    expect(await card.locator("h2").textContent()).toBe("Call now");
    expect(await card.locator("a.call").getAttribute("href")).toBe("tel:112");
  });

  test("an urgent card leads to a doctor first, and says when 112 is the number to call", async () => {
    const { page } = await at.open("pl");
    await choose(page, wordsOf("pl").labels[0]);
    await choose(page, wordsOf("pl").yes);
    const card = page.locator("li.urgent");
    await card.waitFor();
    expect(await card.locator("h2").textContent()).toBe("Zadzwoń po pomoc");
    expect(await card.locator("a.call.first").count()).toBe(0);
    expect(await card.locator("a.call").allInnerTexts()).toEqual([
      "Dyżur lekarza rodzinnego\n0123-456789",
      "Czy teraz coś grozi?\n112",
    ]);
  });

  test("survives a hostile text as text", async () => {
    const { page, complaints } = await at.open("nl");
    const hostile = `<img src=x onerror="document.title='owned'"><script>1</script>`;
    await type(page, hostile);
    await own(page).last().waitFor();
    expect(await own(page).last().textContent()).toContain("<img");
    expect(await page.title()).toBe("Naast");
    expect(complaints).toEqual([]);
  });
});

describe("private words", () => {
  test("are noticed before they leave, and leave only when the parent says so", async () => {
    const { page } = await at.open("nl");
    const before = at.texts().length;
    expect(await page.getAttribute("textarea", "spellcheck")).toBe("false");
    await type(page, "bel 06-12345678");
    await page.getByText("Er lijkt een telefoonnummer in je bericht te staan.").waitFor();
    await choose(page, "Bericht aanpassen");
    expect(await page.inputValue("textarea")).toBe("bel 06-12345678");
    expect(at.texts().length).toBe(before);
    await type(page, "bsn 111222333");
    await choose(page, "Toch sturen");
    await until(() => at.texts().at(-1) === "bsn 111222333");
    await type(page, "ik ben ouder@voorbeeld.nl");
    await page.getByText("Er lijkt een e-mailadres in je bericht te staan.").waitFor();
    expect(at.texts().at(-1)).toBe("bsn 111222333");
  });

  test("are no surprise where a number was asked for", async () => {
    const { page } = await at.open("nl");
    await type(page, "bel mij");
    await until(() => page.evaluate(`JSON.parse(localStorage.naast).log.at(-1).dialog === "callback"`));
    await type(page, "06-12345678");
    await until(() => at.texts().at(-1) === "06-12345678");
  });
});

test("in easy words a message stands beside a pictogram of what it is about", async () => {
  const { page } = await at.open("nl-simple");
  await type(page, "bel mij");
  await until(() => page.evaluate(`JSON.parse(localStorage.naast).log.at(-1).dialog === "callback"`));
  await bubbles(page).last().locator(".with-pictogram svg").waitFor();
});

describe("by keyboard alone", () => {
  test("everything is reached in order and focus is never lost", async () => {
    const { page } = await at.open();
    const focused = () =>
      page.evaluate(`(document.activeElement.innerText || document.activeElement.tagName).trim()`);
    for (let at = 0; at < 20 && (await focused()) !== "Nederlands\nHulp bij opvoeden"; at++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#choices button");
    for (let at = 0; at < 20 && (await focused()) !== wordsOf("nl").labels[0]; at++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: wordsOf("nl").no }).waitFor();
    expect(await page.evaluate("document.activeElement.className")).toBe("you");
    await page.keyboard.press("Tab");
    await until(async () => (await focused()) !== "BODY");
    for (let at = 0; at < 20 && (await focused()) !== wordsOf("nl").no; at++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.locator(".keep").waitFor();

    await page.locator("header button", { hasText: "Taal" }).focus();
    await page.keyboard.press("Enter");
    expect(await focused()).toBe("Kies je taal");
    await page.keyboard.press("Escape");
    expect(await focused()).toBe("Taal");
  });

  test("focus stays where it was while the page changes its words", async () => {
    const { page } = await at.open("nl");
    const focused = () =>
      page.evaluate("document.activeElement.textContent || document.activeElement.tagName");
    await page.getByRole("button", { name: "Makkelijk" }).press("Enter");
    await page.waitForSelector("body.simple");
    expect(await focused()).toBe("Makkelijk");
    await page.getByRole("button", { name: "Taal" }).press("Enter");
    await page.getByRole("button", { name: "Polski" }).press("Enter");
    await until(async () => (await focused()) === "Język");
    await type(page, "in het Turks graag");
    await page.getByPlaceholder("Buraya yazın").waitFor();
    expect(await focused()).toBe("TEXTAREA");
  });
});

describe("panels", () => {
  test("open one at a time, and a tap beside one or Escape closes it", async () => {
    const { page } = await at.open("nl");
    const numbers = page.locator("#lines");
    const languages = page.getByRole("region", { name: "Kies je taal" });
    await page.click("#sos summary");
    await choose(page, "Taal");
    await languages.waitFor();
    await numbers.waitFor({ state: "hidden" });
    await page.click("#sos summary");
    await languages.waitFor({ state: "detached" });
    await page.locator("#composer").click({ position: { x: 2, y: 2 } });
    await numbers.waitFor({ state: "hidden" });
    await choose(page, "Wissen");
    await page.locator("#composer").click({ position: { x: 2, y: 2 } });
    await page.getByRole("region", { name: "Wil je dit gesprek wissen?" }).waitFor({ state: "detached" });
    await choose(page, "Wissen");
    await type(page, "in het Turks graag");
    await page.getByPlaceholder("Buraya yazın").waitFor();
    expect(await page.locator("section.panel").count()).toBe(0);
    await page.locator("#sos summary").press("Enter");
    await numbers.waitFor();
    await page.keyboard.press("Escape");
    await numbers.waitFor({ state: "hidden" });
    expect(await page.evaluate("document.activeElement.tagName")).toBe("SUMMARY");
  });
});

describe("an organisation of its own", () => {
  test("gives the page its colour, its logo with its name, and nothing from elsewhere", async () => {
    const body = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4"><rect width="8" height="4" fill="#7a2e5d"/></svg>`,
    );
    const dressed = await at.serveFor({
      theme: { accent: "#7a2e5d", logo: { ending: "svg", type: "image/svg+xml", body } },
    });
    const { page, hosts, complaints } = await openPage(at.browser, phone);
    await page.goto(dressed.url);
    const logo = page.getByRole("img", { name: "JGZ Voorbeeld" });
    await until(() => logo.evaluate((one) => (one as unknown as { naturalWidth: number }).naturalWidth > 0));
    expect(await page.getAttribute("html", "style")).toContain("--accent: #7a2e5d");
    await page.goto(`${dressed.url}/accessibility/nl`);
    await page.locator("#leave").waitFor();
    expect(await page.getAttribute("html", "style")).toContain("--accent: #7a2e5d");
    expect([...hosts]).toEqual([new URL(dressed.url).host]);
    expect(complaints).toEqual([]);
  });
});

describe("a summary", () => {
  test("is saved as a file and printed by itself", async () => {
    const { page } = await at.open("nl");
    await choose(page, wordsOf("nl").labels[0]);
    await choose(page, wordsOf("nl").no);
    const download = page.waitForEvent("download");
    await choose(page, "Opslaan");
    expect((await download).suggestedFilename()).toBe("naast.txt");
    await page.evaluate(
      `window.print = () => window.printed = [...document.querySelectorAll(".kept")].map((one) => one.innerText)`,
    );
    await choose(page, "Afdrukken");
    expect(await page.evaluate("printed")).toEqual([expect.stringContaining("Je vraag: slapen.")]);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.locator("#log li:visible").count()).toBe(1);
    await page.evaluate(`dispatchEvent(new Event("afterprint"))`);
    expect(await page.locator("#log li:visible").count()).toBeGreaterThan(1);
  });

  test("is copied where nothing can share it, saved where nothing can be copied, and stays where that was declined", async () => {
    const { page } = await at.open("nl");
    await choose(page, wordsOf("nl").labels[0]);
    await choose(page, wordsOf("nl").no);
    await page.evaluate(`
      Object.defineProperty(navigator, "share", { writable: true, value: async () => { throw new DOMException("no", "AbortError") } });
      Object.defineProperty(navigator, "clipboard", { writable: true, value: { writeText: async (text) => { window.copied = text } } });`);
    await choose(page, "Doorsturen");
    expect(await page.evaluate("window.copied")).toBeUndefined();
    await page.evaluate(`navigator.share = async () => { throw new DOMException("no", "NotAllowedError") }`);
    await choose(page, "Doorsturen");
    await page.getByRole("button", { name: "Gekopieerd" }).waitFor();
    expect(await page.evaluate("copied")).toContain("Je vraag: slapen.");
    const download = page.waitForEvent("download");
    await page.evaluate(`navigator.clipboard = undefined`);
    await choose(page, "Gekopieerd");
    expect((await download).suggestedFilename()).toBe("naast.txt");
  });
});

describe("without JavaScript", () => {
  test("the page says how to call, in four languages", async () => {
    const { page } = await openPage(at.browser, { ...phone, javaScriptEnabled: false });
    await page.goto(at.service.url);
    expect(await page.locator(".languages").isVisible()).toBe(false);
    for (const language of ["nl", "en", "pl", "tr"]) {
      const help = page.locator(`noscript [lang=${language}]`);
      expect(await help.locator("a").nth(0).getAttribute("href")).toBe("tel:112");
      expect(await help.locator("a").nth(1).getAttribute("href")).toBe(`/accessibility/${language}`);
    }
    await page.locator("#sos summary").click();
    expect(await page.getByRole("link", { name: "Huisartsenpost 0123-456789" }).getAttribute("href")).toBe(
      "tel:0123456789",
    );
  });
});

test("what travels before a parent can tap is 20 KB at most", async () => {
  const { page, context } = await openPage(at.browser, phone);
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.goto(at.service.url);
  await page.waitForLoadState("networkidle");
  const beforeTap = bytes;
  await start(page, "nl");
  process.stdout.write(`page: ${beforeTap} bytes before the first tap, ${bytes} until the first choices\n`);
  expect(beforeTap).toBeGreaterThan(5_000);
  expect(beforeTap).toBeLessThanOrEqual(20_480);
  expect(bytes).toBeLessThanOrEqual(30_720);
});
