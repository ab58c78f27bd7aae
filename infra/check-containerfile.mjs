/** Reads the Containerfile: what it copies exists, it runs as nobody, and it starts what the build makes. */
import { existsSync, readFileSync } from "node:fs";

const lines = readFileSync("infra/container/Containerfile", "utf8").split("\n");
const faults = [];
for (const line of lines) {
  const copied = /^COPY (?!--from)(.*) \S+$/.exec(line)?.[1]?.split(" ") ?? [];
  for (const path of copied) if (!existsSync(path)) faults.push(`copies ${path}, which is not there`);
}
const stages = lines.filter((line) => line.startsWith("FROM "));
if (!lines.some((line) => /^USER \d+:\d+$/.test(line))) faults.push("runs as root");
if (stages.length < 2) faults.push("ships its build tools");
if (stages.some((line) => line.includes(":latest"))) faults.push("uses an image that changes under its name");
if (!existsSync("src/commands/start.ts") || !lines.some((line) => line.startsWith("CMD") && line.includes("dist/start.js"))) {
  faults.push("does not start the product");
}
for (const fault of faults) console.log(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
