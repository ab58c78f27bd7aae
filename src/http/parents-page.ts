/**
 * Serves the parents' page: the page, its files, its service worker, the accessibility statement and the script
 * with which other sites embed it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Response, Router } from "express";
import type { OutOfHoursRoute } from "../escalation/organisation.ts";
import { type Locale, languages, locales } from "../terms.ts";
import { pictograms } from "../web/parents/pictograms.ts";
import { type PageTexts, writeShell, writeStatement } from "../web/parents/shell.ts";
import { type PageFile, pageFile, sendPageFile, styleSource } from "./page-files.ts";
import type { PageTheme } from "./page-theme.ts";
import { reportPath } from "./policy-reports.ts";

/** What an organisation shows of itself on the page. */
interface PageOrganisation {
  readonly name: string;
  /** True while nobody stands behind it; the page then says so everywhere. */
  readonly tryOut: boolean;
  /** Where parents go while the nurses are away; those with a number of their own are shown to call. */
  readonly outOfHours?: readonly OutOfHoursRoute[];
}

export interface ParentsPageOptions {
  /** The folder of `package.json`, with `dist/web` and `locales` in it. */
  readonly root: string;
  readonly publicUrl: string;
  readonly embedOrigins: readonly string[];
  readonly organisation: PageOrganisation;
  readonly theme?: PageTheme;
}

const forEver = "public, max-age=31536000, immutable";
const askFirst = "no-cache";
/** Where the quick exit leads when nobody chose: a page that is dull and plausible. */
const weatherPage = "https://www.knmi.nl/nederland-nu/weer/verwachtingen";

export function parentsPage(options: ParentsPageOptions): Router {
  const built = (path: string) => readFileSync(join(options.root, "dist/web", path), "utf8");
  const styles = built("parents/main.css").trim();
  const texts = readTexts(options.root);
  const files = new Map<string, PageFile>();
  const publish = (name: string, file: PageFile) => {
    const path = `/page/${name.replace(".", `.${file.hash}.`)}`;
    files.set(path, file);
    return path;
  };

  const script = publish("main.js", pageFile("text/javascript; charset=utf-8", built("parents/main.js")));
  const shapes = publish("pictograms.json", json(pictograms));
  const textPaths = eachLocale((locale) => publish(`${locale}.json`, json(wordsForBrowser(texts[locale]))));
  const picture = options.theme?.logo;
  const logo = picture && publish(`logo.${picture.ending}`, pageFile(picture.type, picture.body));
  const parts = { ...shellSettings(options, texts, textPaths, shapes, logo), styles };
  const shell = html(writeShell({ ...parts, script }));
  const policy = pagePolicy(options, styles);

  const router = Router();
  router.get("/", (request, response) => {
    secure(response, policy);
    return sendPageFile(request, response, shell, askFirst);
  });
  router.get("/page/:file", (request, response, next) => {
    const file = files.get(request.path);
    if (file === undefined) return next();
    response.set("Cross-Origin-Resource-Policy", "same-origin");
    return sendPageFile(request, response, file, forEver);
  });

  const kept = ["/", script, shapes, ...Object.values(textPaths)];
  const edition = createHash("sha256")
    .update([shell.hash, ...files.keys()].join())
    .digest("base64url")
    .slice(0, 10);
  const worker = pageFile(
    "text/javascript; charset=utf-8",
    `self.shell=${JSON.stringify(kept)};self.edition=${JSON.stringify(edition)};${built("worker/main.js")}`,
  );
  router.get("/worker.js", (request, response) => sendPageFile(request, response, worker, askFirst));

  const embed = pageFile("text/javascript; charset=utf-8", built("embed/main.js"));
  router.get("/embed.js", (request, response) => {
    response.set("Cross-Origin-Resource-Policy", "cross-origin");
    return sendPageFile(request, response, embed, "public, max-age=3600");
  });

  const inPlace = publish(
    "statement.js",
    pageFile("text/javascript; charset=utf-8", built("statement/main.js")),
  );
  const statements = eachLocale((locale) => html(writeStatement(locale, { ...parts, script: inPlace })));
  router.get("/accessibility", (_request, response) => response.redirect("/accessibility/nl"));
  router.get("/accessibility/:locale", (request, response, next) => {
    const locale = locales.find((one) => one === request.params.locale);
    if (locale === undefined) return next();
    secure(response, policy);
    return sendPageFile(request, response, statements[locale], askFirst);
  });

  if (options.organisation.tryOut) {
    const demo = html(demoHost);
    router.get("/embed-demo", (request, response) => {
      secure(response, demoPolicy);
      return sendPageFile(request, response, demo, askFirst);
    });
  }
  return router;
}

/** The words of the page, and those of the bot's that it recognises: the try-out line, how a source begins. */
function readTexts(root: string): Record<Locale, PageTexts> {
  const read = (locale: Locale, file: string): PageTexts =>
    JSON.parse(readFileSync(join(root, "locales", locale, file), "utf8"));
  return eachLocale((locale) => {
    const said = read(locale, "common.json");
    const source = said["source"]?.split("{{")[0] ?? "";
    return { ...read(locale, "page.json"), "try-out": said["try-out"] ?? "", source: source.trim() };
  });
}

function eachLocale<Made>(make: (locale: Locale) => Made): Record<Locale, Made> {
  return Object.fromEntries(locales.map((locale) => [locale, make(locale)])) as Record<Locale, Made>;
}

/** What is only written on the server need not travel. */
function wordsForBrowser(texts: PageTexts): PageTexts {
  return Object.fromEntries(Object.entries(texts).filter(([key]) => !/^(start|noscript)\./.test(key)));
}

function shellSettings(
  { organisation, theme = {} }: ParentsPageOptions,
  texts: Record<Locale, PageTexts>,
  textPaths: Record<Locale, string>,
  shapes: string,
  logo: string | undefined,
) {
  const { name, tryOut } = organisation;
  const { accent, exitUrl = weatherPage } = theme;
  const outOfHours = (organisation.outOfHours ?? []).flatMap((route) =>
    "phone" in route ? [{ names: route.name, number: route.phone }] : [],
  );
  const names = Object.fromEntries(languages.map((language) => [language, texts[language]["name"]]));
  const settings = {
    texts: textPaths,
    pictograms: shapes,
    names,
    organisation: name,
    tryOut,
    outOfHours,
    theme: { name, accent, logo },
  };
  return { texts, settings, outOfHours, exitUrl, tryOut };
}

function html(text: string): PageFile {
  return pageFile("text/html; charset=utf-8", text);
}

function json(value: unknown): PageFile {
  return pageFile("application/json", JSON.stringify(value));
}

/** Nothing may come from elsewhere, go elsewhere, or run that we did not write. */
function pagePolicy({ publicUrl, embedOrigins }: ParentsPageOptions, styles: string): string {
  const stream = new URL(publicUrl).origin.replace(/^http/, "ws");
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styleSource(styles)}`,
    "img-src 'self' data:",
    // older Safari does not count a WebSocket to the same host as 'self'
    `connect-src 'self' ${stream}`,
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors 'self' ${embedOrigins.join(" ")}`.trim(),
    `report-uri ${reportPath}`,
  ].join("; ");
}

function secure(response: Response, policy: string): void {
  // frame-ancestors says who may embed the page; the older header cannot say it and would win in some browsers
  response.removeHeader("X-Frame-Options");
  response.set({
    "Content-Security-Policy": policy,
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
  });
}

const demoStyles =
  "body{font:1.1rem/1.6 Georgia,serif;max-width:44rem;margin:0 auto;padding:1rem;--naast-accent:#7a2e5d;--naast-height:38rem}";
const demoPolicy = `default-src 'none'; script-src 'self'; style-src ${styleSource(demoStyles)}; frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; report-uri ${reportPath}`;

/** A site of a municipality that does not exist, to see the page embedded. */
const demoHost = `<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Gemeente Voorbeeld</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">
<style>${demoStyles}</style></head><body><main><h1>Gemeente Voorbeeld</h1>
<p>Vragen over opvoeden? Hieronder kun je ze stellen, dag en nacht.</p>
<script src="/embed.js" data-name="Gemeente Voorbeeld"></script>
<p>Deze gemeente bestaat niet. Zo ziet Naast eruit op de site van een ander.</p></main></body></html>`;
