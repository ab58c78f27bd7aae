/**
 * The parents' page: choose a language, then talk.
 *
 * @module
 */
import "./page.css";
import { type Language, type Locale, languages, locales } from "../../terms.ts";
import { refreshListening } from "./bubble.ts";
import { type Chat, openChat } from "./chat.ts";
import { drawComposer } from "./composer.ts";
import { at, h, icon, loadPictograms } from "./dom.ts";
import { warmUp } from "./join-chat.ts";
import { offerLeaving } from "./leave.ts";
import { forget, recall, remember } from "./memory.ts";
import { fillEmergencyPanel } from "./numbers.ts";
import { closePanel, togglePanel, watchPanels } from "./panels.ts";
import { settings } from "./settings.ts";
import { canSpeak, speak, stopSpeaking, watchVoices } from "./speech.ts";
import { statement } from "./statement.ts";
import { isSimple, languageOf, loadTexts, t } from "./texts.ts";
import { applyTheme } from "./theme.ts";

let chat: Chat | undefined;
let beginTimer = 0;

applyTheme();
watchPanels();
offerListening();
watchVoices(() => {
  offerListening();
  refreshListening();
});
at("#start").addEventListener("click", chooseOnStart);
at("#start nav").hidden = false;
const asked = localeOf(location.hash);
// chosen before this script was there: the address forgets it again
if (location.hash !== "") history.replaceState(null, "", location.pathname);
const remembered = recall()?.locale;
if (asked !== undefined) void begin(asked);
else if (remembered !== undefined) void begin(remembered);
else addEventListener("load", warmUp);

function chooseOnStart(event: Event): void {
  const link = (event.target as Element).closest("a");
  if (link === null) return;
  event.preventDefault();
  const locale = localeOf(link.hash);
  if (locale !== undefined) void begin(locale);
  // in the place of this page: who left at once must find no way back to it
  else location.replace(link.href);
}

/** Starts to talk; a line that is just then away is waited for in plain sight. */
async function begin(locale: Locale): Promise<void> {
  clearTimeout(beginTimer);
  try {
    await converse(locale);
  } catch {
    for (const words of document.querySelectorAll<HTMLElement>("#start [role=alert]")) {
      words.hidden = words.closest("[lang]")?.getAttribute("lang") !== languageOf(locale);
    }
    beginTimer = window.setTimeout(() => void begin(locale), 2000);
  }
}

/** Opens the chat in a locale; an open one goes on in it with the same question. */
async function converse(locale: Locale, how: "ask" | "follow" = "ask"): Promise<void> {
  await Promise.all([loadTexts(locale), loadPictograms(settings.pictograms)]);
  const before = recall();
  remember(() => ({ locale }));
  stopSpeaking();
  dress(locale);
  chat?.redraw();
  chat ??= openChat(startOver, (spoken) => {
    if (spoken !== recall()?.locale) void converse(spoken, "follow");
  });
  drawTools(locale);
  drawComposer(chat, locale);
  if (before === undefined) chat.ask("naast/start");
  else if (how === "ask" && before.locale !== locale) chat.ask("naast/locale");
  registerWorker();
}

/** Puts the words of the page and its language in place. */
function dress(locale: Locale): void {
  document.documentElement.lang = languageOf(locale);
  document.body.className = isSimple(locale) ? "simple" : "";
  fillEmergencyPanel(at("#lines"), languageOf(locale));
  at("#sos summary").setAttribute("aria-label", `112: ${t("emergency")}`);
  document.querySelector("#start")?.remove();
  if (document.querySelector("#chat") === null) at("header").after(drawRoom());
  at("#scroll").setAttribute("aria-label", t("log"));
  at("#choices").setAttribute("aria-label", t("choices"));
  at("#notice").textContent = t("try-out");
}

function drawRoom(): HTMLElement {
  const scroll = h(
    "div",
    { id: "scroll", tabindex: "0", role: "region" },
    h("div", { id: "log", role: "log", "aria-live": "polite" }, h("ol")),
    h("p", { id: "status", role: "status" }),
    h("div", { id: "trouble", role: "alert" }),
    h("div", { id: "choices", role: "group", hidden: true }),
  );
  return h(
    "main",
    { id: "chat" },
    h("h1", { class: "away" }, "Naast"),
    h("p", { id: "notice", class: "notice", hidden: !settings.tryOut }),
    scroll,
    h("div", { id: "composer" }),
  );
}

function drawTools(locale: Locale): void {
  closePanel();
  const before = tools();
  const focused = before.indexOf(document.activeElement as HTMLElement);
  for (const old of before) old.remove();
  const base = languageOf(locale);
  const other: Locale = isSimple(locale) ? base : `${base}-simple`;
  const easy = tool("letters", t("easy"), () => void converse(other));
  easy.setAttribute("aria-pressed", String(isSimple(locale)));
  const language = tool("globe", t("language"), () => chooseLanguage(language, locale));
  const clear = tool("trash", t("clear"), () => askToClear(clear));
  for (const button of [language, clear]) button.setAttribute("aria-expanded", "false");
  at("#sos").after(language, easy, clear);
  tools()[focused]?.focus();

  at("#leave").title = t("leave.what");
  at("#leave span").textContent = t("leave");
  offerLeaving(() => (chat === undefined ? forget() : chat.end()));
}

function tools(): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("header > button")];
}

function tool(picture: string, words: string, work: () => void): HTMLElement {
  return h("button", { type: "button", class: "tool", onclick: work }, icon(picture), words);
}

function chooseLanguage(button: HTMLElement, now: Locale): void {
  const pick = async (language: Language) => {
    closePanel();
    const locale: Locale = isSimple(now) ? `${language}-simple` : language;
    if (locale !== now) await converse(locale);
  };
  togglePanel(
    button,
    { title: t("language.choose"), close: t("close") },
    ...languages.map((language) =>
      h(
        "button",
        {
          type: "button",
          class: "button",
          lang: language,
          "aria-pressed": String(language === languageOf(now)),
          onclick: () => void pick(language),
        },
        settings.names[language],
      ),
    ),
    h("button", { type: "button", class: "small", onclick: () => showStatement(button) }, t("accessibility")),
  );
}

/** Here and not on its page: what is typed stays typed, and the way back leads past nothing new. */
function showStatement(button: HTMLElement): void {
  closePanel();
  togglePanel(
    button,
    { title: t("accessibility"), close: t("close") },
    ...statement.map((key) => h("p", {}, t(`statement.${key}`))),
  );
}

function askToClear(button: HTMLElement): void {
  togglePanel(
    button,
    { title: t("clear.ask"), close: t("clear.no") },
    h("p", {}, t("clear.what")),
    h("button", { type: "button", class: "button main", onclick: clearAll }, t("clear.yes")),
  );
}

function clearAll(): void {
  chat?.end();
  startOver();
}

/** Begins with nothing, as on the first visit. A fresh load leaves no trace in memory either. */
function startOver(): void {
  forget();
  location.replace(location.pathname);
}

function offerListening(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-speech]")) {
    const language = languages.find((one) => one === button.closest("[lang]")?.getAttribute("lang")) ?? "nl";
    button.hidden = !canSpeak(language);
    button.onclick = () => speak([{ text: button.dataset["speech"] ?? "", language }], 0.85, () => undefined);
  }
}

function localeOf(hash: string): Locale | undefined {
  return locales.find((locale) => `#${locale}` === hash);
}

function registerWorker(): void {
  const secure = "serviceWorker" in navigator && window.isSecureContext;
  if (secure) void navigator.serviceWorker.register("/worker.js").catch(() => undefined);
}
