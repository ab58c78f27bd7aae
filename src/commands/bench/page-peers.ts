import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";

const run = promisify(execFile);
const compress = promisify(brotliCompress);
const patience = 180_000;

/** One of the official bundles of the Bot Framework's Web Chat. */
export interface Bundle {
  readonly name: string;
  readonly compressed: Buffer;
}

/** Fetches Lighthouse when it is not there yet; no script of any package runs. @returns its program. */
export async function fetchLighthouse(folder: string): Promise<string> {
  const program = join(folder, "node_modules/lighthouse/cli/index.js");
  if (!existsSync(program)) {
    const quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
    await run("npm", ["install", ...quietly], { cwd: folder, timeout: patience });
  }
  return program;
}

/** Fetches the Web Chat package alone, without what it depends on: its bundles stand for themselves. */
export async function fetchWebChat(folder: string): Promise<readonly Bundle[]> {
  const into = join(folder, "node_modules/.web-chat");
  if (!existsSync(join(into, "package"))) await unpack(folder, into);
  return await Promise.all(
    ["webchat-minimal.js", "webchat-es5.js", "webchat.js"].map(async (name) => ({
      name,
      compressed: await compress(readFileSync(join(into, "package/dist", name))),
    })),
  );
}

async function unpack(folder: string, into: string): Promise<void> {
  const { config } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  mkdirSync(into, { recursive: true });
  const { stdout } = await run("npm", ["pack", "--silent", config.webChat], { cwd: into, timeout: patience });
  await run("tar", ["-xzf", stdout.trim()], { cwd: into });
}
