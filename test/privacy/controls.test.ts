/**
 * Negative controls: every check holds for the product as it is, and fails for a copy whose control was taken
 * out. A check that cannot fail proves nothing.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { root } from "../support/content.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { scriptsDirectory } from "../support/storage.ts";
import { atTheConsole } from "./controls/at-the-console.ts";
import { atTheDoors } from "./controls/at-the-doors.ts";
import { betweenHosts } from "./controls/between-hosts.ts";
import type { Bench, Control, Loose } from "./controls/control.ts";
import { ofTheStore } from "./controls/of-the-store.ts";
import { ofTurns } from "./controls/of-turns.ts";
import { ofWebhooks } from "./controls/of-webhooks.ts";
import { ofWhatIsKept } from "./controls/of-what-is-kept.ts";
import { withOthers } from "./controls/with-others.ts";

const controls = [
  ...ofWebhooks,
  ...atTheDoors,
  ...withOthers,
  ...atTheConsole,
  ...ofTheStore,
  ...ofWhatIsKept,
  ...betweenHosts,
  ...ofTurns,
];

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(async () => await redis.stop());

test.each(controls)("$row: $threat: held, and found when the control is taken out", async (control) => {
  expect(await outcome(control, false)).toBe(true);
  expect(await outcome(control, true)).toBe(false);
});

test("every threat in SECURITY.md has a control that is taken out, here or in a storm", () => {
  const rows = readFileSync(join(root, "SECURITY.md"), "utf8")
    .split("\n")
    .filter((line) => /^\| \d+ \|/.test(line));
  const numberOf = (row: string): number => Number(/\d+/.exec(row)?.[0]);
  const inStorms = rows.filter((row) => row.includes("test/chaos-controls.test.ts")).map(numberOf);
  const covered = new Set([...controls.map(({ row }) => row), ...inStorms]);
  expect(rows.map(numberOf)).toEqual(rows.map((_, at) => at + 1));
  expect(rows.map(numberOf).filter((row) => !covered.has(row))).toEqual([]);
  expect(Math.max(...covered)).toBe(rows.length);
});

test("every point of docs/reference/privacy.md names a test that exists, or who decides", () => {
  const rows = readFileSync(join(root, "docs/reference/privacy.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| P-"));
  const points = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/P-\d\d/g)].map(([point]) => point),
  );
  expect(points).toEqual(points.map((_, at) => `P-${String(at + 1).padStart(2, "0")}`));
  expect(points).toHaveLength(22);
  for (const row of rows) {
    const named = [...row.matchAll(/test\/[\w./-]+\.test\.ts/g)].map(([path]) => join(root, path));
    expect([row, /\bthe (FG|team lead)\b/.test(row) || named.length > 0]).toEqual([row, true]);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  }
});

/** A variant that throws where the check asks is as red as one that gives the wrong answer. */
async function outcome(control: Control, cut: boolean): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "naast-controls-"));
  const text = read(control, cut);
  const bench = { redis, folder, scripts: scriptsDirectory, text };
  try {
    const made = control.file.endsWith(".ts") ? await load(control, text) : {};
    const holds = control.holds(made, withScript(control, bench));
    return cut ? await Promise.resolve(holds).catch(() => false) : await holds;
  } catch (error) {
    if (!cut) throw error;
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file of the product, with or without its control. */
function read({ file, without: [from, to] }: Control, cut: boolean): string {
  const source = readFileSync(join(root, file), "utf8");
  if (!source.includes(from)) throw new Error(`${file} no longer holds: ${from}`);
  return cut ? source.replace(from, () => to) : source;
}

/** Redis loads its scripts from a folder: then it is a copy of that folder that has the file. */
function withScript({ file }: Control, bench: Bench): Bench {
  if (!file.endsWith(".lua")) return bench;
  const scripts = join(bench.folder, "scripts");
  cpSync(scriptsDirectory, scripts, { recursive: true });
  writeFileSync(join(scripts, basename(file)), bench.text);
  return { ...bench, scripts };
}

/** Compiles a text in place of a file of the product, with what the check needs beside it. */
async function load({ file, also = [] }: Control, text: string): Promise<Loose> {
  const path = join(root, file);
  const exported = [file, ...also]
    .map((one) => `export * from ${JSON.stringify(join(root, one))};`)
    .join("\n");
  const { outputFiles } = await build({
    stdin: { contents: exported, resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    packages: "external",
    logLevel: "silent",
    plugins: [
      {
        name: "in-its-place",
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, ({ path: loaded }) =>
            loaded === path ? { contents: text, loader: "ts" } : undefined,
          );
        },
      },
    ],
  });
  const made = { exports: {} as Loose };
  new Function("require", "module", "exports", outputFiles[0]?.text ?? "")(require, made, made.exports);
  return made.exports;
}
