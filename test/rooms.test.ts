import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./support/content.ts";

// With a TypeScript it cannot parse, dependency-cruiser sees no files and reports no violations.
test("the check of the rooms sees every file of src, and finds nothing wrong", () => {
  const report = JSON.parse(
    execFileSync("npx", ["depcruise", "src", "-T", "json"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 256 * 1024 * 1024,
    }),
  );
  const seen = report.modules.filter(({ source }: { source: string }) => source.startsWith("src/"));
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
    /(?<!\.d)\.m?ts$/.test(file),
  );

  expect(files.length).toBeGreaterThan(100);
  expect(seen.length).toBeGreaterThanOrEqual(files.length);
  expect(report.summary.violations).toEqual([]);
});
