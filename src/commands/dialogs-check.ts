/**
 * `npm run dialogs:check [-- --release]`: every fault of all content at once, and what each needs.
 *
 * @module
 */
import { describeFault, readContent } from "../http/load-content.ts";
import { projectRoot } from "../http/project-root.ts";

const content = readContent(projectRoot());
const lines = content.faults.map(describeFault);
const dialogs = [...content.book.dialogs.values()];
const nodes = dialogs.reduce((sum, { nodes }) => sum + Object.keys(nodes).length, 0);
process.stdout.write(
  `${lines.map((line) => `${line}\n`).join("")}${dialogs.length} dialogs, ${nodes} nodes, ${content.needed.length} texts in 8 locales: ${lines.length} faults\n`,
);
process.exitCode = lines.length === 0 ? 0 : 1;
