import { spawn } from "node:child_process";
import { join } from "node:path";
import { root, shippedUnderstand } from "./shipped.ts";

beforeAll(() => {
  shippedUnderstand();
}, 180_000);

function answersTo(input: string): Promise<{ lines: string[]; code: number | null }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, "dist/understand.js")]);
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += String(chunk);
    });
    child.on("close", (code) => resolve({ lines: output.split("\n").filter(Boolean), code }));
    child.stdin.end(input);
  });
}

test("Each line is answered in order, a bad one by its fault, and the end is no error", async () => {
  const { lines, code } = await answersTo(
    [
      '{"id":"a","text":"hij ademt niet meer"}',
      "no json",
      '{"id":2,"text":"7 aylık bebeğim gece uyumuyor","lang":"tr"}',
      '{"text":"no id"}',
      '{"id":3,"text":"hij huilt veel","age_months":4,"lang":"klingon"}',
    ].join("\n"),
  );
  const [danger, broken, calm, nameless, hinted] = lines.map((line) => JSON.parse(line));
  expect(code).toBe(0);
  expect(lines).toHaveLength(5);
  expect(danger).toMatchObject({ id: "a", lang: "nl", age_months: null });
  expect(danger.concern).toEqual({ level: "emergency", category: "breathing", doubt: false });
  expect(broken).toEqual({ id: null, error: "not-json" });
  expect(calm).toMatchObject({
    id: 2,
    lang: "tr",
    age_months: 7,
    concern: { level: "none", category: null, doubt: false },
  });
  expect(calm.themes[0].theme).toBe("sleep");
  expect(nameless).toEqual({ id: null, error: "not-a-request" });
  expect(hinted).toMatchObject({ id: 3, age_months: 4 });
});

test("Scores are probabilities in descending order, one to three of them", async () => {
  const texts = ["ze eet niet", "merhaba", "", "a".repeat(9000)];
  const { lines } = await answersTo(texts.map((text, id) => JSON.stringify({ id, text })).join("\n"));
  for (const line of lines) {
    const scores: number[] = JSON.parse(line).themes.map((one: { score: number }) => one.score);
    expect(scores.length).toBeGreaterThanOrEqual(1);
    expect(scores.length).toBeLessThanOrEqual(3);
    expect([...scores].sort((a, b) => b - a)).toEqual(scores);
    expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
  }
});

test("Input without an end is answered as it comes", async () => {
  const child = spawn(process.execPath, [join(root, "dist/understand.js")]);
  const first = new Promise<string>((resolve) =>
    child.stdout.once("data", (chunk) => resolve(String(chunk))),
  );
  child.stdin.write('{"id":1,"text":"hoi"}\n');
  expect(JSON.parse(await first)).toMatchObject({ id: 1, lang: "nl" });
  child.stdin.end();
  await new Promise((resolve) => child.on("close", resolve));
});
