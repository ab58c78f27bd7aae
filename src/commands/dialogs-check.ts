/**
 * `npm run dialogs:check [-- --release] [-- --table]`: every fault of all content at once, and what each needs.
 *
 * Ends with 1 when there is a fault. `--table` prints every passage as it was measured; `--release` also fails
 * on what may not be with parents yet: facts, languages and telephone numbers that nobody has looked at.
 *
 * @module
 */
import { consentVersions } from "../http/consent-versions.ts";
import { inspectContent, loadWording } from "../http/inspect-content.ts";
import { inspectRelease, lapsedFacts } from "../http/inspect-provenance.ts";
import { describeFault, readContent } from "../http/load-content.ts";
import { projectRoot } from "../http/project-root.ts";
import type { Locale } from "../terms.ts";
import { writeHardest, writeReadings, writeSummary } from "./dialogs-check/tables.ts";

const root = projectRoot();
const asked = new Set(process.argv.slice(2));
const today = new Date().toISOString().slice(0, 10);

const content = readContent(root);
const { readings, faults: wording, advice } = inspectContent(content, loadWording(root));
const faults = [...content.faults, ...wording];
const lapsed = lapsedFacts(content.provenance, today);
const holds = asked.has("--release") ? inspectRelease(content, content.files, today) : [];

const print = (text: string): boolean => process.stdout.write(text);
const faultsIn = (locale: Locale): number =>
  faults.filter((fault) => "locale" in fault && fault.locale === locale).length;

if (asked.has("--table")) print(`${writeReadings(readings)}\n`);
for (const fault of faults) print(`${describeFault(fault)}\n`);
for (const fault of advice) print(`advice: ${describeFault(fault)}\n`);
if (lapsed.length > 0) print(`advice: review again, their day has come: ${lapsed.join(", ")}\n`);

print(`${writeSummary(readings, faultsIn)}\nnearest to their gate\n${writeHardest(readings, 3)}\n`);
for (const { why, about } of holds) print(`not yet: ${about.length} ${why}\n  ${about.join("\n  ")}\n\n`);

const dialogs = [...content.book.dialogs.values()];
const nodes = dialogs.reduce((sum, { nodes }) => sum + Object.keys(nodes).length, 0);
print(
  `${dialogs.length} dialogs, ${nodes} nodes, ${content.needed.length} texts in 8 locales: ${faults.length} faults\n`,
);
const versions = Object.entries(consentVersions(content.files)).map((one) => one.join(" "));
print(`wording of the consents: ${versions.join(", ")}\n`);
if (holds.length > 0) print(`not to be released: ${holds.length} things are left to arrange\n`);
process.exitCode = faults.length + holds.length === 0 ? 0 : 1;
