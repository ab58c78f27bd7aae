/**
 * Builds what runs: every command of `src/commands/` into `dist/`, and the two front ends of `src/web/`.
 *
 * A build takes about a second, so every npm script that runs the product builds first. The first one also trains the
 * understanding from the phrases in the repository, up to a minute; the model is kept by the hash of what it was
 * made from.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
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
  define: { naastEdition: JSON.stringify(editionOf("src")) },
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

/** A name for these sources, for what a build finds out and no other may rely on. */
function editionOf(folder) {
  const hash = createHash("sha256");
  for (const file of readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".ts"))
    .sort())
    hash.update(file).update(readFileSync(`${folder}/${file}`));
  return hash.digest("hex").slice(0, 12);
}
