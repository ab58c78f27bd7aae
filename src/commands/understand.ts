/**
 * `npm run --silent understand`: JSON lines in, JSON lines out, in the same order.
 *
 * @module
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { z } from "zod";
import { loadUnderstanding } from "../http/load-understanding.ts";
import { projectRoot } from "../http/project-root.ts";
import { languages } from "../terms.ts";
import type { Hint, Understand, Understanding } from "../understanding/understanding.ts";

const requestSchema = z.object({
  id: z.union([z.string(), z.number()]),
  text: z.string(),
  lang: z.string().nullish(),
  age_months: z.number().min(0).nullish(),
});

/** Whatever reads our output may leave before the end, as `head` does. */
process.stdout.on("error", () => process.exit(0));

const understand = loadUnderstanding(projectRoot());
for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  if (line.trim() !== "" && !process.stdout.write(`${answered(line, understand)}\n`))
    await once(process.stdout, "drain");
}

function answered(line: string, understand: Understand): string {
  const request = requestIn(line);
  if (typeof request === "string") return JSON.stringify({ id: null, error: request });
  const found = understand(request.text, hintOf(request));
  return JSON.stringify({ id: request.id, ...shown(found) });
}

type Request = z.infer<typeof requestSchema>;

/** The request, or the code of what is wrong with it. */
function requestIn(line: string): Request | "not-json" | "not-a-request" {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "not-json";
  }
  return requestSchema.safeParse(value).data ?? "not-a-request";
}

function hintOf({ lang, age_months }: Request): Hint {
  return { language: languages.find((language) => language === lang), ageMonths: age_months ?? undefined };
}

function shown({ language, themes, ageMonths, concern }: Understanding): Record<string, unknown> {
  const { level, category, doubt } = concern;
  return {
    lang: language,
    themes: themes.map(({ theme, score }) => ({ theme, score: Number(score.toFixed(4)) })),
    age_months: ageMonths,
    concern: { level, category, doubt },
  };
}
