/// <reference lib="dom" />

import type { Page } from "playwright-core";

/** What the bot said last, once it has said something new after an act of the parent's. */
async function after(page: Page, act: () => Promise<void>): Promise<string> {
  const bubbles = page.locator("#log li");
  const before = await bubbles.count();
  await act();
  await page.waitForFunction((count) => document.querySelectorAll("#log li").length > count + 1, before);
  await page.waitForFunction(() => document.querySelectorAll("#choices button").length > 0);
  return (await bubbles.allTextContents()).slice(before + 1).join("\n");
}

/** Taps a choice. @returns the answer. */
export const tap = (page: Page, label: string): Promise<string> =>
  after(page, () => page.locator("#choices button", { hasText: label }).first().click());

/** Types words and sends them. @returns the answer. */
export const type = (page: Page, words: string): Promise<string> =>
  after(page, async () => {
    await page.fill("textarea", words);
    await page.keyboard.press("Enter");
  });

/** Asks in Dutch for a nurse, up to what is passed on. @returns what stands there to be confirmed. */
export async function askForNurse(page: Page, phone: string, region?: string): Promise<string> {
  await tap(page, "Verpleegkundige");
  await tap(page, "Nee, niets hiervan");
  await tap(page, "Overslaan");
  if (region !== undefined) await tap(page, region);
  await type(page, phone);
  await tap(page, "Ja, dat klopt");
  await tap(page, "Maakt niet uit");
  await tap(page, "Ja, inspreken mag");
  await tap(page, "Nee, niet nodig");
  await tap(page, "Ja, dat mag");
  return await tap(page, "De verpleegkundigen");
}

/** Takes the first request of the list and opens it. */
export async function takeFirst(nurse: Page): Promise<void> {
  await nurse.locator(".row").first().click();
  await nurse.getByRole("button", { name: "Ik bel deze ouder" }).click();
  await nurse.getByText("Vroeg om een verpleegkundige").first().waitFor();
}

/** Closes the open request, and waits until its parent reads how it ended. */
export async function closeWithAdvice(nurse: Page, parent: Page): Promise<void> {
  await nurse.getByLabel("Advies gegeven").check();
  await nurse.getByLabel("Ik vroeg of er nog iets anders was").check();
  await nurse.getByLabel("De ouder weet hoe het verder gaat").check();
  await nurse.getByRole("button", { name: "Rond af" }).click();
  await parent.waitForFunction(() =>
    document.querySelector("#log")?.textContent?.includes("advies gekregen"),
  );
}
