import { atThePage, bubbles, choose, own, phone, start, type, until } from "./at-the-page.ts";
import { openPage } from "./browser.ts";
import { wordsOf } from "./scripted-dialog.ts";

const at = atThePage();

describe("coming back", () => {
  test("a reload shows the same conversation and goes on with it", async () => {
    const { page } = await at.open("nl");
    await choose(page, wordsOf("nl").labels[0]);
    await page.getByRole("button", { name: wordsOf("nl").no }).waitFor();
    const before = await page.locator("#log li").allInnerTexts();
    await page.reload();
    await page.getByRole("button", { name: wordsOf("nl").no }).waitFor();
    expect(await page.locator("#log li").allInnerTexts()).toEqual(before);
    const person = at.service.taken.at(-1)?.person;
    await choose(page, wordsOf("nl").no);
    await page.locator(".keep").waitFor();
    expect(at.service.taken.at(-1)?.person).toBe(person);
  });

  test("days later the token has expired, and the conversation is still theirs", async () => {
    const { page } = await at.open("nl");
    const person = at.service.taken.at(-1)?.person;
    await page.goto("about:blank");
    at.service.state.clock = 3 * 24 * 3_600_000;
    await page.goto(at.service.url);
    await page.waitForSelector("#choices button");
    await type(page, "daar ben ik weer");
    await until(() => at.texts().at(-1) === "daar ben ik weer");
    expect(at.service.taken.at(-1)?.person).toBe(person);
  });

  test("a conversation the server no longer has begins anew, and what was shown stays", async () => {
    const { page } = await at.open("nl");
    await page.evaluate(
      `fetch("/v3/directline/conversations/" + JSON.parse(localStorage.naast).chat.id, { method: "DELETE",
        headers: { authorization: "Bearer " + JSON.parse(localStorage.naast).chat.token } })`,
    );
    const seen = await bubbles(page).count();
    await type(page, "hallo?");
    await until(() => at.texts().at(-1) === "hallo?");
    expect(await bubbles(page).count()).toBeGreaterThanOrEqual(seen);
    await until(() => page.evaluate(`document.querySelectorAll("#log li:not(.you)").length > ${seen}`));
  });
});

describe("without a connection", () => {
  test("messages wait, whom to call is said at once, and each is sent once when the line is back", async () => {
    const { page, context } = await at.open("nl");
    const before = at.texts().length;
    await context.setOffline(true);
    await type(page, "eerste");
    await page.locator(".trouble a[href='tel:112']").waitFor({ timeout: 1000 });
    await type(page, "tweede");
    expect(await page.locator("li.you.waits").count()).toBe(2);
    await context.setOffline(false);
    await until(() => at.texts().length === before + 2);
    await page.locator(".trouble").waitFor({ state: "detached" });
    expect(at.texts().slice(before)).toEqual(["eerste", "tweede"]);
    expect(await page.locator("li.you.waits").count()).toBe(0);
    expect(await own(page).allInnerTexts()).toEqual([
      expect.stringContaining("eerste"),
      expect.stringContaining("tweede"),
    ]);
  });

  test("whom to call stays in view below a message longer than the screen", async () => {
    const { page, context } = await at.open("nl");
    await context.setOffline(true);
    await type(page, "slapen ".repeat(200));
    const number = page.locator(".trouble a[href='tel:112']");
    const isInView = () =>
      page.evaluate<boolean>(
        `document.querySelector(".trouble a").getBoundingClientRect().bottom <= document.querySelector("#composer").offsetTop`,
      );
    await number.waitFor();
    await until(isInView);
    await type(page, "en nog iets");
    await until(async () => (await page.locator("li.you.waits").count()) === 2);
    await until(isInView);
  });

  test("a tap on a language before there is a line says so in that language, and counts once there is one", async () => {
    const { page, context } = await at.open();
    await page.waitForLoadState("networkidle");
    await context.setOffline(true);
    await page.click('a[href="#pl-simple"]');
    await page.getByText("Brak połączenia. Próbujemy dalej.").waitFor();
    expect(await page.getByText("Geen verbinding. We proberen het opnieuw.").isVisible()).toBe(false);
    await context.setOffline(false);
    await page.waitForSelector("#choices button");
    expect(await page.getAttribute("html", "lang")).toBe("pl");
  });

  test("another language is at hand all the same, once the page was here", async () => {
    const { page, context } = await at.open("nl");
    await page.evaluate("navigator.serviceWorker.ready");
    await page.reload();
    await page.waitForSelector("#choices button");
    await until(() => page.evaluate("Boolean(navigator.serviceWorker.controller)"));
    await context.setOffline(true);
    await choose(page, "Taal");
    await choose(page, "Türkçe");
    await page.getByPlaceholder("Buraya yazın").waitFor();
  });

  test("what waits survives a reload, from the shell that the browser kept", async () => {
    const { page, context } = await at.open("tr");
    await page.evaluate("navigator.serviceWorker.ready");
    await until(() => page.evaluate(`caches.match("/").then(Boolean)`));
    await page.reload();
    await page.waitForSelector("#choices button");
    await context.setOffline(true);
    await type(page, "bekleyen mesaj");
    await page.reload();
    await page.locator("li.you", { hasText: "bekleyen mesaj" }).waitFor();
    await context.setOffline(false);
    await page.evaluate("dispatchEvent(new Event('online'))");
    await until(() => at.texts().at(-1) === "bekleyen mesaj");
    expect(at.texts().filter((text) => text === "bekleyen mesaj")).toHaveLength(1);
  });

  test("a line that dies in the middle loses and doubles nothing", async () => {
    const { page } = await at.open("en");
    const before = at.texts().length;
    for (let count = 0; count < 5; count++) {
      await type(page, `message ${count}`);
      at.service.cut();
    }
    await until(() => at.texts().length >= before + 5, 20_000);
    await until(() =>
      page.evaluate(`!document.querySelector(".trouble") && !document.querySelector("#status").textContent`),
    );
    expect(at.texts().slice(before)).toEqual([0, 1, 2, 3, 4].map((count) => `message ${count}`));
    const ids = await page.locator("#log li").evaluateAll((items) => items.map((item) => item.dataset["id"]));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("when storage is away the page says so, keeps the message, and sends it later", async () => {
    const { page } = await at.open("nl");
    at.service.state.away = true;
    await type(page, "even wachten");
    await page.locator(".trouble a[href='tel:112']").waitFor();
    at.service.state.away = false;
    await until(() => at.texts().at(-1) === "even wachten");
    await page.locator(".trouble").waitFor({ state: "detached" });
  });

  test("where too much is asked it waits as long as it is told to, says so kindly, and sends once", async () => {
    const { page } = await at.open("nl");
    const before = at.texts().length;
    const tries: number[] = [];
    await page.route("**/activities", async (route) => {
      tries.push(Date.now());
      if (tries.length > 1) return await route.continue();
      await route.fulfill({
        status: 429,
        headers: { "Retry-After": "2" },
        json: { error: { code: "channel.too-many" } },
      });
    });
    await type(page, "het is druk");
    await page.getByText("Het is nu erg druk. Je bericht staat klaar en gaat zo vanzelf weg.").waitFor();
    await page.locator(".trouble a[href='tel:112']").waitFor();
    await type(page, "nog iets");
    expect(await page.locator("li.you.waits").count()).toBe(2);
    await until(() => at.texts().length === before + 2);
    await page.locator(".trouble").waitFor({ state: "detached" });
    expect(at.texts().slice(before)).toEqual(["het is druk", "nog iets"]);
    expect((tries[1] ?? 0) - (tries[0] ?? 0)).toBeGreaterThanOrEqual(2000);
  });

  test("whoever comes while too much is asked begins by themselves a little later", async () => {
    const watched = await openPage(at.browser, phone);
    let refused = 0;
    await watched.page.route("**/v3/directline/**", async (route) => {
      if (refused >= 3) return await route.continue();
      refused++;
      await route.fulfill({ status: 429, headers: { "Retry-After": "1" }, json: {} });
    });
    await watched.page.goto(at.service.url);
    await watched.page.click('a[href="#en"]');
    await watched.page.getByText("It is very busy now.").waitFor();
    await watched.page.waitForSelector("#choices button", { timeout: 20_000 });
  });

  test("without WebSockets the page polls", async () => {
    const watched = await openPage(at.browser, phone);
    await watched.context.addInitScript(
      "WebSocket = class { constructor() { setTimeout(() => this.onclose()) } }",
    );
    await watched.page.goto(at.service.url);
    await start(watched.page, "pl");
    await choose(watched.page, wordsOf("pl").labels[0]);
    await watched.page.getByRole("button", { name: wordsOf("pl").no }).waitFor();
  });
});

describe("on a poor line", () => {
  test("help is at hand before any script, a tap counts at once, and a consultation comes to its end", async () => {
    const { page, context } = await openPage(at.browser, phone);
    const session = await context.newCDPSession(page);
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 400,
      downloadThroughput: 50_000,
      uploadThroughput: 50_000,
    });
    let letScriptPass = () => undefined as unknown;
    const scriptMayPass = new Promise((pass) => {
      letScriptPass = () => pass(undefined);
    });
    await page.route("**/page/main.*.js", async (route) => {
      await scriptMayPass;
      await route.continue();
    });
    await page.goto(at.service.url, { waitUntil: "commit" });
    await page.click("#sos summary");
    await page.getByRole("link", { name: "112", exact: true }).waitFor();
    await page.click("#sos summary");
    await page.click('a[href="#pl"]');
    letScriptPass();
    await choose(page, wordsOf("pl").labels[0]);
    await choose(page, wordsOf("pl").no);
    await bubbles(page).last().locator(".keep").waitFor({ timeout: 20_000 });
    expect(page.url()).toBe(`${at.service.url}/`);
  }, 60_000);
});

describe("two tabs", () => {
  test("show the same conversation, and clearing one clears the other", async () => {
    const { page, context } = await at.open("nl");
    const second = await context.newPage();
    await second.goto(at.service.url);
    await second.waitForSelector("#choices button");
    await type(page, "uit de eerste");
    await second.locator("li.you", { hasText: "uit de eerste" }).waitFor();
    await type(second, "uit de tweede");
    await page.locator("li.you", { hasText: "uit de tweede" }).waitFor();
    expect(at.texts().filter((text) => text === "uit de tweede")).toHaveLength(1);

    await choose(page, "Wissen");
    await choose(page, "Ja, wis het gesprek");
    await page.locator("#start").waitFor();
    await second.locator("#start").waitFor();
    expect(await page.evaluate("localStorage.length")).toBe(0);
  });
});
