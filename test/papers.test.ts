import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readOrganisation } from "../src/escalation/organisation.ts";
import { root } from "./support/content.ts";

const read = (file: string): string => readFileSync(join(root, file), "utf8");
/** A file that Jest takes for one of tests, with tests in it that nobody skips. */
const runs = (path: string): boolean =>
  /^test\/[\w/-]+\.test\.ts$/.test(path) &&
  existsSync(join(root, path)) &&
  /^\s*(test|describe)(\.each)?\(/m.test(read(path)) &&
  !/\b(test|describe)\.(skip|todo|only)\b/.test(read(path));
const testPaths = (text: string): readonly string[] =>
  [...text.matchAll(/test\/[\w./-]+\.test\.ts/g)].map(([path]) => path);

test("SECURITY.md names a test for every threat, and each exists", () => {
  const rows = read("SECURITY.md")
    .split("\n")
    .filter((line) => /^\| \d+ \|/.test(line));
  expect(rows.length).toBeGreaterThanOrEqual(55);
  for (const row of rows) {
    const named = testPaths(row);
    expect([row, named.length > 0 && named.every((path) => existsSync(join(root, path)))]).toEqual([
      row,
      true,
    ]);
  }
});

test("every requirement of levels 1 and 2 of ASVS 5.0 has a verdict, and what is met names a test that runs", () => {
  const [header = "", ...rows] = read("docs/asvs.csv").trim().split("\n");
  expect(header).toBe("id,level,verdict,test,note");
  const levels = new Map<string, string>();
  for (const row of rows) {
    const [id = "", level = "", verdict = "", path = "", ...note] = row.split(",");
    expect([row, /^\d+\.\d+\.\d+$/.test(id), levels.has(id)]).toEqual([row, true, false]);
    levels.set(id, level);
    expect(["met", "delegated", "not-applicable", "open"]).toContain(verdict);
    const shown = verdict === "met" ? runs(path) : path === "" || existsSync(join(root, path));
    expect([row, shown, note.join().length > 2]).toEqual([row, true, true]);
  }
  const count = (level: string): number => [...levels.values()].filter((one) => one === level).length;
  // as many as OWASP's list has
  expect([count("1"), count("2")]).toEqual([70, 183]);
  expect(count("3")).toBeGreaterThanOrEqual(18);
});

test("docs/reference/dependencies.md gives a reason for every dependency, and for no other", () => {
  const named = [...read("docs/reference/dependencies.md").matchAll(/^\| `([^`]+)` \| (.{5,}) \|$/gm)].map(
    ([, name]) => name,
  );
  const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<string, object>;
  expect(named.toSorted()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).toSorted());
});

test("docs/reference/dependencies.md says within how many days a fault is mended", () => {
  const rows = read("docs/reference/dependencies.md").match(/^\| (critical|high|medium).*\d+ days.*$/gm);
  expect(rows).toHaveLength(3);
});

describe("what the product is made of", () => {
  interface Locked {
    readonly version?: string;
    readonly license?: string;
    readonly integrity?: string;
    readonly dev?: boolean;
    readonly optional?: boolean;
    readonly hasInstallScript?: boolean;
  }
  const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, Locked> };
  const all = Object.entries(packages).filter(([path]) => path !== "");
  const shipped = all.filter(([, { dev }]) => dev !== true);

  test("is locked by hash, may be passed on, and runs nothing when it is installed", () => {
    const free = ["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD"];
    expect(shipped.length).toBeGreaterThan(50);
    const odd = shipped.filter(
      ([, { license = "", integrity = "", hasInstallScript }]) =>
        !free.includes(license) || !integrity.startsWith("sha512-") || hasInstallScript === true,
    );
    expect(odd.map(([path]) => path)).toEqual([]);
    expect(read(".npmrc")).toContain("ignore-scripts=true");
  });

  test("is built and tested with packages locked by hash, but those of other platforms", () => {
    const open = all.filter(
      ([, { integrity = "", optional }]) => !integrity.startsWith("sha512-") && optional !== true,
    );
    expect(open.map(([path]) => path)).toEqual([]);
  });

  test("can be written down as a bill of materials", () => {
    const { stdout } = spawnSync("npm", ["sbom", "--sbom-format", "cyclonedx", "--omit", "dev"], {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    const bill = JSON.parse(stdout) as { bomFormat: string; components: readonly { name: string }[] };
    expect(bill.bomFormat).toBe("CycloneDX");
    expect(bill.components.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["express", "redis", "zod"]),
    );
  }, 60_000);
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

test("docs/guides/organisation.md explains every field, and its example is one that starts", () => {
  const guide = read("docs/guides/organisation.md");
  const [, example = ""] = /```yaml\n([\s\S]+?)```/.exec(guide) ?? [];
  const organisation = readOrganisation(parse(example));
  expect(organisation.tryOut).toBe(false);
  const fields = new Set([
    ...Object.keys(parse(read("organisation.sample.yaml"))),
    ...Object.keys(organisation),
    "page",
  ]);
  const explained = [...guide.matchAll(/^\| `(\w+)` \|/gm)].map(([, field]) => field);
  expect(explained.toSorted()).toEqual([...fields].toSorted());
});

test("every figure of docs/reference/limits.md stands in the file that its row names", () => {
  const rows = read("docs/reference/limits.md")
    .split("\n")
    .filter((line) => /^\| .*`src\/[\w/-]+\.ts`/.test(line));
  expect(rows.length).toBeGreaterThanOrEqual(20);
  for (const row of rows) {
    const sources = [...row.matchAll(/`(src\/[\w/-]+\.ts)`/g)].map(([, file]) => read(file ?? ""));
    const said = row
      .split("|")
      .slice(2, -2)
      .join(" ")
      .replaceAll(/`[^`]*`|[45]\d\d\b(?! ms)/g, "");
    const written = new Set(
      sources.flatMap((text) => text.replaceAll(/(?<=\d)_(?=\d)/g, "").match(/\d+/g) ?? []),
    );
    for (const [figure] of said.matchAll(/\d+/g)) {
      const forms = [figure, `${figure}000`];
      expect([row, figure, forms.some((form) => written.has(form))]).toEqual([row, figure, true]);
    }
  }
});

test("docs/reference/keys.md names every purpose a key is derived for", () => {
  const purposes = ["src/http/open-channels.ts", "src/http/nurse-console.ts"].flatMap((file) =>
    [...read(file).matchAll(/deriveKeys\(keyring, "([^"]+)"\)/g)].map(([, purpose]) => purpose ?? ""),
  );
  expect(purposes.length).toBe(2);
  for (const purpose of purposes) expect(read("docs/reference/keys.md")).toContain(`\`${purpose}\`, derived`);
});

test("docs/reference/logs.md names the facts that a log line may carry, and no others", () => {
  const [, allowed = ""] = /new Set\(\[([\s\S]*?)\]\)/.exec(read("src/operations/log.ts")) ?? [];
  const facts = [...allowed.matchAll(/"(\w+)"/g)].map(([, name]) => name);
  const [, told = ""] = /these facts and no others([\s\S]*)/.exec(read("docs/reference/logs.md")) ?? [];
  const named = [...told.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(facts.toSorted());
});

test("every alert watches something that Naast counts", () => {
  const rules = read("infra/prometheus/naast.rules.yml");
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => read(`src/${file}`))
    .join("\n");
  const watched = [
    ...[...rules.matchAll(/event="([^"]+)"/g)].map(([, event]) => `count("${event}"`),
    ...[...rules.matchAll(/\b(naast_\w+)/g)].map(([, name]) => `"${name}"`),
  ];
  expect(watched.length).toBeGreaterThan(8);
  expect(watched.filter((name) => !sources.includes(name))).toEqual([]);
});

test("every variable that a paper names is one that Naast reads", () => {
  const known = new Set([...read(".env.example").matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name));
  const papers = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
  for (const paper of ["../README.md", "../SECURITY.md", "../ARCHITECTURE.md", ...papers]) {
    if (!paper.endsWith(".md")) continue;
    const named = [...read(`docs/${paper}`).matchAll(/\b([A-Z]{2,}(?:_[A-Z]+)+)\b/g)].map(([, name]) => name);
    expect([paper, named.filter((name) => !known.has(name))]).toEqual([paper, []]);
  }
});

test("no code of ours is made from words at run time, and patterns are made from words of ours only", () => {
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const having = (pattern: RegExp) => sources.filter((file) => pattern.test(read(`src/${file}`))).toSorted();
  expect(having(/\beval\(|new Function\(|setTimeout\(\s*["'`]|node:vm/)).toEqual([]);
  // read once each: a telephone's form, locales, key names and the wording rules of editors
  expect(having(/new RegExp\(|\bRegExp\(/)).toEqual([
    "channels/whatsapp/opaque.ts",
    "language/wording.ts",
    "storage/keys.ts",
    "web/parents/rich-text.ts",
  ]);
});

test.each([
  "incident-runbook",
  "intended-use",
  "processing-register",
  "decisions",
  "guides/operator",
  "guides/organisation",
  "reference/consents",
  "reference/keys",
  "reference/limits",
  "reference/logs",
  "reference/privacy",
  "reference/sessions",
])("docs/%s.md is there, and every file it names, too", (name) => {
  const text = read(`docs/${name}.md`);
  const files = [...text.matchAll(/`((?:src|test|infra|docs|dialogs)\/[\w./-]+\.\w+)`/g)].map(
    ([, file]) => file ?? "",
  );
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
