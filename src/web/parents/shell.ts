/**
 * The page before any script runs: choosing a language, calling for help, and what to do without JavaScript.
 *
 * Runs on the server, once at start. Every text in it is a template hole that escapes.
 *
 * @module
 */
import { type Language, type Locale, languages } from "../../terms.ts";
import { nationalLines } from "./phone-lines.ts";
import { pictograms } from "./pictograms.ts";
import { statement } from "./statement.ts";

/** The words of the page in one locale, `locales/<tag>/page.json`. */
export type PageTexts = Readonly<Record<string, string>>;

/** A regional number to call, by its name in each language. */
interface OutOfHoursLine {
  readonly names: Readonly<Record<Language, string>>;
  readonly number: string;
}

export interface ShellParts {
  readonly texts: Readonly<Record<Locale, PageTexts>>;
  /** What the script needs to know; becomes an attribute. */
  readonly settings: unknown;
  readonly outOfHours: readonly OutOfHoursLine[];
  readonly exitUrl: string;
  readonly tryOut: boolean;
  readonly styles: string;
  readonly script: string;
}

/** Writes the whole of `GET /`. */
export function writeShell(parts: ShellParts): string {
  const { texts, script, styles } = parts;
  return page(
    "nl",
    styles,
    moduleScript(script),
    `<body class="home" ${settingsOf(parts)}>
${header(parts, "nl")}
<main id="start"><h1 class="hero">${sky}${dolls}<span>Naast</span></h1>
<noscript>${languages.map((language) => noscript(language, texts[language])).join("")}</noscript>
<ul class="languages">${languages.map((language) => card(language, texts)).join("")}</ul>
${parts.tryOut ? tryOut(texts) : ""}<nav class="row" hidden>${languages.map((language) => toStatement(language, texts[language])).join("")}</nav></main>
</body>`,
  );
}

/** Writes the accessibility statement of one locale. It can be left at once, as the conversation can. */
export function writeStatement(locale: Locale, parts: ShellParts): string {
  const { texts, script, styles } = parts;
  const language = languages.find((one) => locale.startsWith(one)) ?? "nl";
  const own = texts[locale];
  const lines = statement.map((key) => `<p>${text(own, `statement.${key}`)}</p>`).join("");
  const others = languages.map(
    (one) => `<a class="button" lang="${one}" href="/accessibility/${one}">${text(texts[one], "name")}</a>`,
  );
  return page(
    language,
    styles,
    moduleScript(script),
    `<body class="statement${locale === language ? "" : " simple"}" ${settingsOf(parts)}>
${header(parts, language, own)}
<main class="text"><h1>${text(own, "accessibility")}</h1>
${lines}<nav class="row"><a class="button main" href="/">${text(own, "statement.back")}</a>${others.join("")}</nav></main></body>`,
  );
}

/** Makes a text safe inside HTML, in element and attribute alike. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function settingsOf({ settings }: ShellParts): string {
  return `data-settings="${escapeHtml(JSON.stringify(settings))}"`;
}

function moduleScript(path: string): string {
  return `<script type="module" src="${escapeHtml(path)}"></script>`;
}

/** Whom to call and how to leave. Leaving wants a script, which shows it; its words come later where none are given. */
function header({ outOfHours, exitUrl }: ShellParts, language: Language, texts: PageTexts = {}): string {
  const calls = outOfHours.map(({ names, number }) => call(names[language], number));
  return `<header>
<details id="sos"><summary>${icon("phone")}112</summary><div class="panel" id="lines">
${call("112", "112", "first")}${calls.join("")}
</div></details>
<a class="tool" id="leave" href="${escapeHtml(exitUrl)}" rel="noreferrer" hidden>${icon("exit")}<span>${text(texts, "leave")}</span></a>
</header>`;
}

function page(lang: string, styles: string, head: string, body: string): string {
  return `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><title>Naast</title>
<meta name="viewport" content="width=device-width,initial-scale=1,interactive-widget=resizes-content">
<meta name="description" content="Naast">
<meta name="theme-color" content="#faf5ec" media="(prefers-color-scheme:light)">
<meta name="theme-color" content="#171411" media="(prefers-color-scheme:dark)">
<meta name="format-detection" content="telephone=no">
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(favicon)}">
<style>${styles}</style>${head}</head>
${body}</html>`;
}

function card(language: (typeof languages)[number], texts: ShellParts["texts"]): string {
  const simple = `${language}-simple` as const;
  const at = texts[language];
  return `<li lang="${language}"><a href="#${language}"><b>${text(at, "name")}</b><small>${text(at, "start.line")}</small></a>
<a href="#${simple}">${icon("letters")}${text(at, "start.easy")}</a>
<button type="button" data-speech="${text(texts[simple], "start.speech")}" hidden>${icon("speaker")}${text(at, "listen")}</button>
<p role="alert" hidden>${text(at, "start.offline")}</p></li>`;
}

function tryOut(texts: ShellParts["texts"]): string {
  const lines = languages.map((language) => `<p lang="${language}">${text(texts[language], "try-out")}</p>`);
  return `<div class="notice">${lines.join("")}</div>`;
}

function noscript(language: Language, at: PageTexts): string {
  const [first] = nationalLines;
  return `<div class="trouble" lang="${language}"><p>${text(at, "noscript.why")} ${text(at, "noscript.call")}</p>
<p>${text(at, "noscript.danger")} <a href="tel:${first}">${first}</a></p><p>${toStatement(language, at)}</p></div>`;
}

function toStatement(language: Language, at: PageTexts): string {
  return `<a lang="${language}" href="/accessibility/${language}">${text(at, "accessibility")}</a>`;
}

function call(label: string, number: string, kind = ""): string {
  const words = label === number ? "" : `<span>${escapeHtml(label)}</span>`;
  return `<a class="call ${kind}" href="tel:${escapeHtml(number.replace(/[^\d+]/g, ""))}">${icon("phone")}${words}<b dir="ltr">${escapeHtml(number)}</b></a>`;
}

function text(texts: PageTexts, key: string): string {
  return escapeHtml(texts[key] ?? "");
}

function icon(name: string): string {
  return `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${pictograms[name]}"/></svg>`;
}

/** Two wooden dolls, a tall one and a small one beside it: what the name says. */
const figures = (wood: string, tall: string, small: string) =>
  `<path fill="${tall}" d="M4 44c0-17 3-24 12-24s12 7 12 24z"/><circle cx="16" cy="11" r="8" fill="${wood}"/><path fill="${small}" d="M27 44c0-11 2.5-15.5 8.5-15.5S44 33 44 44z"/><circle cx="35.5" cy="22" r="5.8" fill="${wood}"/>`;
const dolls = `<svg class="dolls" viewBox="0 0 48 44" aria-hidden="true">${figures("var(--wood)", "var(--accent)", "var(--soft)")}</svg>`;
/** The sun rises by day, the moon stands by night. */
const sky = `<svg class="sky" viewBox="0 0 24 24" aria-hidden="true"><path class="sun" d="M3 24a9 9 0 0 1 18 0z"/><path class="moon" d="M18 10a6 6 0 0 1-7.5-7.5 6 6 0 1 0 7.5 7.5z"/></svg>`;
const favicon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 44">${figures("#d9a876", "#2b5a4b", "#655b51")}</svg>`;
