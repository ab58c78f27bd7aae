import { atThePage, choose, phone, start } from "./at-the-page.ts";
import { openPage } from "./browser.ts";

const at = atThePage();

/** Comes to the page from elsewhere, as nearly every visit does. */
async function comeFromElsewhere() {
  const { page } = await openPage(at.browser, phone);
  await page.goto(`${at.elsewhere.url}/weather?before`);
  await page.goto(at.service.url);
  return { page, length: () => page.evaluate("history.length") };
}

describe("leaving", () => {
  test("is one tap: typed words and the conversation are gone, and going back does not bring them back", async () => {
    const { page } = await at.open("nl");
    const id = await page.evaluate("JSON.parse(localStorage.naast).chat.id");
    const length = await page.evaluate("history.length");
    await page.fill("textarea", "niet verstuurd");
    await page.getByRole("link", { name: "Weg" }).click();
    await page.waitForURL(`${at.elsewhere.url}/weather`);
    expect(await page.evaluate("history.length")).toBe(length);
    await page.goto(at.service.url);
    await page.locator("#start").waitFor();
    expect(await page.evaluate("localStorage.length")).toBe(0);
    expect(id).toBeTruthy();
  });

  test("takes the page's place in history", async () => {
    const { page } = await comeFromElsewhere();
    await start(page, "nl");
    await page.getByRole("link", { name: "Weg" }).click();
    await page.waitForURL(`${at.elsewhere.url}/weather`);
    await page.goBack();
    expect(page.url()).toBe(`${at.elsewhere.url}/weather?before`);
  });
});

test("leaving takes along what was tapped before the script was there", async () => {
  const { page } = await openPage(at.browser, phone);
  await page.goto(`${at.elsewhere.url}/weather?before`);
  let arrive: () => void = () => undefined;
  const there = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route(/\.js$/, async (route) => {
    await there;
    await route.continue();
  });
  await page.goto(at.service.url, { waitUntil: "commit" });
  for (const locale of ["pl", "nl"]) await page.click(`#start a[href="#${locale}"]`);
  arrive();
  await page.waitForSelector("#choices button");
  await page.getByRole("link", { name: "Weg" }).click();
  await page.waitForURL(`${at.elsewhere.url}/weather`);
  await page.goBack();
  expect(page.url()).toBe(`${at.elsewhere.url}/weather?before`);
});

describe("the accessibility statement", () => {
  test("opens beside the chat: nothing typed is lost, focus returns, nothing is added to the way back", async () => {
    const { page, length } = await comeFromElsewhere();
    await start(page, "nl");
    const before = await length();
    await page.fill("textarea", "half getypt");
    await choose(page, "Taal");
    await choose(page, "Toegankelijkheid");
    const panel = page.getByRole("region", { name: "Toegankelijkheid" });
    await panel.getByText("WCAG 2.2").waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Toegankelijkheid");
    await choose(page, "Sluiten");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Taal");
    expect(await page.inputValue("textarea")).toBe("half getypt");
    expect(await length()).toBe(before);
    await page.getByRole("link", { name: "Weg" }).click();
    await page.waitForURL(`${at.elsewhere.url}/weather`);
    await page.goBack();
    expect(page.url()).toBe(`${at.elsewhere.url}/weather?before`);
  });

  test("has a page of its own, and opening, leafing through and closing it adds nothing to the way back", async () => {
    const { page, length } = await comeFromElsewhere();
    const before = await length();
    await page.getByRole("link", { name: "Toegankelijkheid" }).click();
    await page.getByRole("link", { name: "Polski" }).click();
    await page.getByRole("heading", { name: "Dostępność" }).waitFor();
    await page.getByRole("link", { name: "Wróć do Naast" }).click();
    await start(page, "pl");
    expect(await length()).toBe(before);
    await page.getByRole("link", { name: "Wyjdź" }).click();
    await page.waitForURL(`${at.elsewhere.url}/weather`);
    await page.goBack();
    expect(page.url()).toBe(`${at.elsewhere.url}/weather?before`);
  });

  test("can be left at once from its own page too, with numbers to call in view and the chat gone", async () => {
    const { page } = await comeFromElsewhere();
    await start(page, "nl");
    const forgotten = page.waitForRequest((request) => request.method() === "DELETE");
    await page.evaluate(`location.replace("/accessibility/nl")`);
    await page.locator("#sos summary").click();
    expect(await page.locator("#lines a").first().getAttribute("href")).toBe("tel:112");
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Weg" }).click();
    await page.waitForURL(`${at.elsewhere.url}/weather`);
    await forgotten;
    await page.goBack();
    expect(page.url()).toBe(`${at.elsewhere.url}/weather?before`);
    await page.goto(at.service.url);
    await page.locator("#start").waitFor();
    expect(await page.evaluate("localStorage.length")).toBe(0);
  });
});
