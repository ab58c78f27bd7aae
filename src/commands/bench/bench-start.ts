import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Figure, milliseconds, percentile } from "./figures.ts";

const starts = 3;

/** From starting the process to the first answer of `/readyz`, and the memory it then holds; beside it bare Node. */
export async function benchStart(root: string): Promise<readonly Figure[]> {
  const took: number[] = [];
  let resident = "";
  for (let at = 0; at < starts; at += 1) {
    const run = await startOnce(root);
    took.push(run.milliseconds);
    resident = run.resident;
  }
  const bare = await timeOf([process.execPath, "-e", ""]);
  took.sort((one, other) => one - other);
  return [
    ["start to ready (middle of three, built)", milliseconds(percentile(took, 0.5))],
    ["limit: bare Node starts and ends", milliseconds(bare)],
    ["memory once ready (resident)", resident],
  ];
}

async function startOnce(
  root: string,
): Promise<{ readonly milliseconds: number; readonly resident: string }> {
  const dataDirectory = mkdtempSync(join(tmpdir(), "naast-bench-"));
  const began = performance.now();
  const child = spawn(process.execPath, [join(root, "dist/start.js")], {
    cwd: root,
    env: { PATH: `${dataDirectory}:/usr/bin:/bin`, PORT: "0", DATA_DIR: dataDirectory, LOG_LEVEL: "silent" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const url = await addressOf(child.stdout);
    for (let tries = 0; tries < 2_000 && !(await isReady(url)); tries += 1) await pause(5);
    const took = performance.now() - began;
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const bytes = Number(/^naast_process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]);
    return { milliseconds: took, resident: `${Math.round(bytes / 2 ** 20)} MB` };
  } finally {
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await ended;
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Reads the address that the product prints. The stream stays open: a closed one would end the product. */
function addressOf(printed: NodeJS.ReadableStream): Promise<string> {
  return new Promise((found, failed) => {
    let text = "";
    printed.on("data", (bytes: Buffer) => {
      text += bytes.toString();
      const address = /http:\/\/[\d.]+:\d+/.exec(text)?.[0];
      if (address !== undefined) found(address);
    });
    printed.on("end", () => failed(new Error("it stopped before it listened")));
  });
}

async function timeOf([command = "", ...args]: readonly string[]): Promise<number> {
  const began = performance.now();
  await new Promise((done) => spawn(command, args, { stdio: "ignore" }).once("exit", done));
  return performance.now() - began;
}
