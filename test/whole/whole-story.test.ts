/// <reference lib="dom" />

import type { Browser, Page } from "playwright-core";
import { startChromium } from "../../src/commands/bench/chromium.ts";
import { type Product, startProduct } from "../support/product.ts";
import { askForNurse, closeWithAdvice, takeFirst, tap, type } from "./support/hands.ts";

// A parent with a sleepless baby is helped, and a nurse calls back: everything real, in the browsers of both.
let product: Product;
let browser: Browser;

beforeAll(async () => {
  product = await startProduct();
  browser = await startChromium();
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** The parents' page on a small phone, in a language. */
async function openParent(locale: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 320, height: 700 }, locale: "nl-NL" });
  const page = await context.newPage();
  await page.goto(product.url);
  await page.click(`a[href="#${locale}"]`);
  await page.waitForSelector("#choices button");
  return page;
}

test("a Dutch parent walks through sleep from the menu to something to keep", async () => {
  const page = await openParent("nl");
  expect(await tap(page, "Informatie")).toContain("Waar gaat het over");
  expect(await tap(page, "Slapen")).toContain("gevaar");
  expect(await tap(page, "Nee, 0 tot 3 maanden")).toContain("slapen");
  expect(await tap(page, "Overslaan")).toContain("16 tot 17 uur");
  expect(await tap(page, "Vast ritme")).toContain("Past dit bij jullie?");
  expect(await tap(page, "Ja, dit past")).toContain("op de rug");
  expect(await tap(page, "Op de rug, eigen bedje")).toContain("Hoe vaak");
  await tap(page, "Overslaan");
  await tap(page, "Overslaan");
  await page.context().close();
}, 90_000);

test("a danger sign in Turkish breaks in on an open question with its card", async () => {
  const page = await openParent("tr-simple");
  expect(await type(page, "bebeğim nefes almıyor, morardı")).toContain("112");
  await page.context().close();
}, 60_000);

test("a parent asks for a callback, a nurse claims and closes it, and the parent hears how it ended", async () => {
  const parent = await openParent("nl");
  const confirm = await askForNurse(parent, "06 12345678", "Noord");
  // kept on one line, to be checked digit by digit
  expect(confirm).toContain("06\u00a012345678");
  expect(confirm).toContain("Er is nog niets verstuurd");
  expect(await tap(parent, "Ja, versturen")).toContain("verstuurd");

  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "nl-NL" });
  const nurse = await context.newPage();
  await nurse.goto(product.consoleLink("Anna de Wit"));
  await takeFirst(nurse);
  await nurse.getByRole("button", { name: "Toon nummer om te bellen" }).click();
  await nurse.getByText("06 12345678").waitFor();
  await closeWithAdvice(nurse, parent);
  // it came by itself, and is brought where the parent reads
  await parent.waitForFunction(() => {
    const told = [...document.querySelectorAll("#log li")].find((li) =>
      li.textContent?.includes("advies gekregen"),
    );
    return told !== undefined && told.getBoundingClientRect().top < innerHeight - 150;
  });
  await nurse.getByRole("button", { name: "Afgerond" }).click();
  await nurse.locator(".row").first().waitFor();
}, 120_000);

test("nothing a parent or nurse typed was printed", () => {
  expect(product.printed()).not.toMatch(/12345678|nefes|Anna de Wit/);
});
