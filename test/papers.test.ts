import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./support/content.ts";

const read = (file: string): string => readFileSync(join(root, file), "utf8");
const testPaths = (text: string): readonly string[] =>
  [...text.matchAll(/test\/[\w./-]+\.test\.ts/g)].map(([path]) => path);

test("SECURITY.md names a test for every threat, and each exists", () => {
  const rows = read("SECURITY.md")
    .split("\n")
    .filter((line) => /^\| [a-z]/.test(line));
  expect(rows.length).toBeGreaterThanOrEqual(18);
  for (const row of rows) {
    const named = testPaths(row);
    expect([row, named.length > 0 && named.every((path) => existsSync(join(root, path)))]).toEqual([
      row,
      true,
    ]);
  }
});

test("every verdict of docs/asvs.csv names a test that exists", () => {
  const [header = "", ...rows] = read("docs/asvs.csv").trim().split("\n");
  expect(header).toBe("id,level,verdict,test,note");
  for (const row of rows) {
    const [id = "", level = "", verdict = "", path = ""] = row.split(",");
    expect([row, /^\d+\.\d+\.\d+$/.test(id), /^[123]$/.test(level)]).toEqual([row, true, true]);
    expect(["met", "delegated", "open"]).toContain(verdict);
    expect([row, verdict === "open" || existsSync(join(root, path))]).toEqual([row, true]);
  }
});

test("docs/reference/dependencies.md gives a reason for every dependency, and for no other", () => {
  const named = [...read("docs/reference/dependencies.md").matchAll(/^\| `([^`]+)` \| (.{5,}) \|$/gm)].map(
    ([, name]) => name,
  );
  const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<string, object>;
  expect(named.toSorted()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).toSorted());
});

test("every row of docs/dpia.md names a test, or a person who decides", () => {
  const rows = read("docs/dpia.md")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (Question|---)/.test(line));
  expect(rows.length).toBeGreaterThanOrEqual(12);
  for (const row of rows) {
    const paths = testPaths(row);
    const decided = /\| (the FG|the lawyer|the operator|the editors|the team lead)/.test(row);
    expect([row, decided || paths.length > 0, paths.every((path) => existsSync(join(root, path)))]).toEqual([
      row,
      true,
      true,
    ]);
  }
});

test.each(["incident-runbook", "intended-use", "processing-register", "decisions", "guides/operator"])(
  "docs/%s.md is there, and every file it names, too",
  (name) => {
    const text = read(`docs/${name}.md`);
    const files = [...text.matchAll(/`((?:src|test|infra|docs|dialogs)\/[\w./-]+\.\w+)`/g)].map(
      ([, file]) => file ?? "",
    );
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  },
);
