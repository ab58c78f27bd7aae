import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { outcomes } from "../../src/escalation/callback.ts";
import { themes } from "../../src/understanding/understanding.ts";

const root = join(__dirname, "../..");
const folder = join(root, "dialogs/concerns");

/** Every category and every rule that the files of `dialogs/concerns` name. */
function named(field: string): readonly string[] {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === field && typeof inner === "string") found.add(inner);
      look(inner);
    }
  };
  for (const file of readdirSync(folder)) look(parse(readFileSync(join(folder, file), "utf8")));
  return [...found];
}

describe.each(["nl", "en"])("the console in %s", (language) => {
  const words = JSON.parse(readFileSync(join(root, `locales/${language}/console.json`), "utf8"));

  test("has a name for every reason a callback can have", () => {
    const reasons = [...named("category"), ...themes, "asked-for-nurse", "after-card"];
    expect(named("category").length).toBeGreaterThan(15);
    expect(reasons.filter((reason) => words[`reason.${reason}`] === undefined)).toEqual([]);
  });

  test("has a name for every outcome and every answer of a parent", () => {
    const answers = ["called=yes", "called=no", "helped=better", "helped=same", "helped=worse"];
    expect(outcomes.filter((one) => words[`outcome.${one}`] === undefined)).toEqual([]);
    expect(answers.filter((one) => words[`answer.${one}`] === undefined)).toEqual([]);
  });
});
