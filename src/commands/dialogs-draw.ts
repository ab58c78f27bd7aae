/**
 * `npm run dialogs:draw [-- --locale nl] [-- --beside en] [-- --out FILE]`: the whole catalogue as one page.
 *
 * For whoever reviews content and reads no YAML: every dialog as a tree, its texts in two locales side by side,
 * searchable, with what nobody has reviewed and what is hard to read marked. The page asks nothing of a network.
 *
 * @module
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { loadWording } from "../http/inspect-content.ts";
import { readContent } from "../http/load-content.ts";
import { projectRoot } from "../http/project-root.ts";
import { type Locale, locales } from "../terms.ts";
import { writeCatalogue } from "./dialogs-draw/page.ts";

const root = projectRoot();
const { values } = parseArgs({
  options: { locale: { type: "string" }, beside: { type: "string" }, out: { type: "string" } },
});
const locale = known(values.locale ?? "nl");
const beside = known(values.beside ?? (locale === "nl" ? "en" : "nl"));

if (locale === undefined || beside === undefined) {
  process.stderr.write(`config.invalid: the locales are ${locales.join(", ")}\n`);
  process.exitCode = 1;
} else {
  const own = (name: string): string => readFileSync(join(root, "src/commands/dialogs-draw", name), "utf8");
  const out = values.out === undefined ? join(root, "test-output/dialogs.html") : resolve(values.out);
  const page = writeCatalogue({
    content: readContent(root),
    wording: loadWording(root),
    shown: [locale, beside],
    style: own("catalogue.css"),
    script: own("catalogue.js"),
  });
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, page);
  process.stdout.write(`${out}\n`);
}

function known(tag: string): Locale | undefined {
  return locales.find((one) => one === tag);
}
