import { atThePage, bubbles, choose, phone, start, until } from "./at-the-page.ts";
import { openPage } from "./browser.ts";
import { wordsOf } from "./scripted-dialog.ts";

const at = atThePage();

const voices = (list: string) => `
  Object.defineProperty(speechSynthesis, "getVoices", { value: () => ${list} });
  window.spoken = [];
  Object.defineProperty(speechSynthesis, "speak", { value: (one) => {
    spoken.push([one.text, one.lang, one.rate, document.querySelector(".reading")?.textContent]);
    setTimeout(() => one.onend(), 20);
  } });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } };`;

const localVoices = `["nl-NL", "pl-PL"].map((lang) => ({ lang, localService: true }))`;

describe("reading aloud", () => {
  test("marks each sentence, says Dutch names in Dutch, and is slower in easy words", async () => {
    const watched = await openPage(at.browser, phone);
    await watched.context.addInitScript(voices(localVoices));
    const { page } = watched;
    await page.goto(at.service.url);
    await start(page, "pl-simple");
    await choose(page, wordsOf("pl").labels[0]);
    await choose(page, wordsOf("pl").no);
    await page.locator(".keep").waitFor();
    await bubbles(page).last().getByRole("button", { name: "Posłuchaj" }).click();
    await until(() => page.evaluate(`spoken.some(([text]) => text === "huisartsenpost")`));
    const spoken = (await page.evaluate("spoken")) as [string, string, number, string][];
    expect(spoken[0]).toEqual(["Twoje pytanie: sen.", "pl-PL", 0.85, "Twoje pytanie: sen."]);
    expect(spoken).toContainEqual(["huisarts", "nl-NL", 0.85, expect.stringContaining("(huisarts)")]);
    await until(() => page.evaluate(`!document.querySelector(".reading")`));
  });

  test.each([
    ["no voice", "[]"],
    ["a voice that needs a server", `[{ lang: "nl-NL", localService: false }]`],
    ["a voice of another language", `[{ lang: "de-DE", localService: true }]`],
  ])("is not offered where the device has %s", async (_what, list) => {
    const watched = await openPage(at.browser, phone);
    await watched.context.addInitScript(voices(list));
    await watched.page.goto(at.service.url);
    expect(await watched.page.getByRole("button", { name: "Luister" }).count()).toBe(0);
    await start(watched.page, "nl");
    expect(await watched.page.getByRole("button", { name: "Luister" }).count()).toBe(0);
  });
});

/** A browser whose recognition answers as told, and remembers what it was asked. */
const recognition = (answer: string, promisesLocal = true) => `
  window.asked = [];
  window.SpeechRecognition = class {
    ${promisesLocal ? "set processLocally(value) { this.local = value } get processLocally() { return this.local }" : ""}
    static available(wish) { asked.push(wish); return Promise.resolve("${answer}") }
    start() { window.listening = this }
    stop() { this.onend() }
    abort() { this.onend() }
  };
  window.hearWords = (...parts) => listening.onresult?.({ results: parts.map((transcript) => [{ transcript }]) });`;

describe("speaking instead of typing", () => {
  test("is offered where the device promises to do it alone, and writes into the field", async () => {
    const { page } = await at.openWith(recognition("available"), "pl");
    await choose(page, "Mów");
    expect(await page.evaluate("asked")).toEqual([{ langs: ["pl-PL"], processLocally: true }]);
    expect(await page.evaluate("[listening.local, listening.lang]")).toEqual([true, "pl-PL"]);
    await page.evaluate(`hearWords("córka", "nie śpi")`);
    expect(await page.inputValue("textarea")).toBe("córka nie śpi");
    await choose(page, "Stop");
    await page.getByRole("button", { name: "Mów" }).waitFor();
    expect(at.texts().includes("córka nie śpi")).toBe(false);
    await choose(page, "Wyślij");
    await until(() => at.texts().at(-1) === "córka nie śpi");
  });

  test("words heard after leaving are written nowhere", async () => {
    const { page } = await at.openWith(recognition("available"), "nl");
    await choose(page, "Praat");
    await page.evaluate(`hearWords("niemand mag dit zien")`);
    await page.evaluate(`document.querySelector("#leave").addEventListener("click", () => {
      hearWords("en dit ook niet");
      sessionStorage.left = document.querySelector("textarea").value + document.body.hidden;
    })`);
    await page.getByRole("link", { name: "Weg" }).click();
    await page.waitForURL(`${at.elsewhere.url}/weather`);
    await page.goto(at.service.url);
    expect(await page.evaluate("sessionStorage.left")).toBe("true");
  });

  test.each([
    ["has to load it first", recognition("downloadable")],
    ["cannot", recognition("unavailable")],
    ["does not promise to keep it", recognition("available", false)],
    ["cannot be asked", "window.webkitSpeechRecognition = class { start() {} }"],
    ["knows nothing of it", "delete window.SpeechRecognition; delete window.webkitSpeechRecognition"],
  ])("is not offered where the device %s", async (_what, script) => {
    const { page } = await at.openWith(`delete window.SpeechRecognition; ${script}`, "nl");
    expect(await page.locator("#dictate").isVisible()).toBe(false);
  });

  test("is not offered by this browser as it is", async () => {
    const { page } = await at.open("nl");
    expect(await page.locator("#dictate").isVisible()).toBe(false);
  });
});
