/**
 * Builds what runs: every command of `src/commands/` into `dist/`, and the two front ends of `src/web/`.
 *
 * A build takes about a second, so every npm script that runs the product builds first. The first one also trains the
 * understanding from the phrases in the repository, some 20 seconds; the model is kept by the hash of what it was
 * made from.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { build } from "esbuild";

const quiet = process.argv.includes("--quiet");

await build({
  entryPoints: readdirSync("src/commands")
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `src/commands/${file}`),
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  sourcemap: "linked",
  chunkNames: "parts/[hash]",
  logLevel: quiet ? "error" : "info",
});

for (const page of existsSync("src/web") ? readdirSync("src/web") : []) {
  const entry = `src/web/${page}/main.ts`;
  if (!existsSync(entry)) continue;
  await build({
    entryPoints: [entry],
    outdir: `dist/web/${page}`,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome90", "firefox90", "safari14.1"],
    sourcemap: false,
    logLevel: quiet ? "error" : "info",
  });
}

const trained = spawnSync(process.execPath, ["dist/train-understanding.js"], {
  stdio: ["ignore", quiet ? "ignore" : "inherit", "inherit"],
});
if (trained.status !== 0) process.exit(trained.status ?? 1);
