import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { chromiumArguments } from "./chromium.ts";

const run = promisify(execFile);
const categories = ["performance", "accessibility", "best-practices"] as const;

/** What Lighthouse says of a page, as `[category, score of 100]`, and what it finds fault with. */
export interface Judgement {
  readonly version: string;
  readonly scores: readonly (readonly [string, number])[];
  readonly faults: readonly string[];
}

/** Has Lighthouse judge a page as it does by default: a mid-range phone on slow 4G. */
export async function askLighthouse(program: string, chromium: string, url: string): Promise<Judgement> {
  const { stdout } = await run(
    process.execPath,
    [
      program,
      url,
      "--output=json",
      "--quiet",
      `--only-categories=${categories.join(",")}`,
      `--chrome-flags=${chromiumArguments.join(" ")}`,
    ],
    { env: { PATH: "/usr/bin:/bin", CHROME_PATH: chromium }, maxBuffer: 64 * 2 ** 20, timeout: 120_000 },
  );
  const found = JSON.parse(stdout) as Found;
  const scores = categories.map(
    (name) => [name, Math.round((found.categories[name]?.score ?? 0) * 100)] as const,
  );
  const counted = new Set(Object.values(found.categories).flatMap(weighed));
  const faults = Object.entries(found.audits)
    .filter(([id, { score }]) => counted.has(id) && score !== null && score < 0.9)
    .map(([id]) => id);
  return { version: found.lighthouseVersion, scores, faults };
}

interface Category {
  readonly score: number;
  readonly auditRefs: readonly { readonly id: string; readonly weight: number }[];
}
interface Found {
  readonly lighthouseVersion: string;
  readonly categories: Readonly<Record<string, Category>>;
  readonly audits: Readonly<Record<string, { readonly score: number | null }>>;
}

function weighed({ auditRefs }: Category): readonly string[] {
  return auditRefs.filter(({ weight }) => weight > 0).map(({ id }) => id);
}
