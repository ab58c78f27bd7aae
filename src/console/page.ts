import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Router } from "express";
import type { Organisation } from "../escalation/organisation.ts";

/** What the page may load and run: its own script, its own style, and nothing else. */
const contentSecurity = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
  // served beside us, for every page
  "report-uri /policy-reports",
].join("; ");

export interface PageFiles {
  /** Folder of the built front end: `main.js` and `main.css`. */
  readonly assets: string;
  /** Folder of the locales; the console's own words are in `nl` and `en`. */
  readonly locales: string;
}

/** Serves the nurse's page: one document without any data in it, one script, one style, two sets of words. */
export function pageRouter(files: PageFiles, organisation: Organisation, signIn: "oidc" | "local"): Router {
  const router = Router();
  const asset = (name: string, type: string) => serveFile(router, `/${name}`, join(files.assets, name), type);
  asset("main.js", "text/javascript");
  asset("main.css", "text/css");
  for (const language of ["nl", "en"]) {
    serveFile(
      router,
      `/words/${language}.json`,
      join(files.locales, language, "console.json"),
      "application/json",
    );
  }
  router.get("/", (_request, response) => {
    response.type("html").send(documentFor(organisation, signIn));
  });
  return router;
}

export function securityHeaders(): Record<string, string> {
  return {
    "content-security-policy": contentSecurity,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "cache-control": "no-store",
  };
}

function serveFile(router: Router, path: string, file: string, type: string): void {
  const body = readFileSync(file);
  const tag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  router.get(path, (request, response) => {
    response.set({ "cache-control": "no-cache", etag: tag }).type(type);
    if (request.get("if-none-match") === tag) response.status(304).end();
    else response.send(body);
  });
}

function documentFor({ name }: Organisation, signIn: string): string {
  return `<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Naast</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/nurse/main.css">
<script type="module" src="/nurse/main.js"></script>
</head>
<body data-organisation="${escapeHtml(name)}" data-sign-in="${signIn}">
<noscript>Naast: JavaScript is nodig voor deze pagina. This page needs JavaScript.</noscript>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
