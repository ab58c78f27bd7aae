import { readdirSync, readFileSync } from "node:fs";
import { pictograms } from "../../../src/web/parents/pictograms.ts";
import { pictureOf } from "../../../src/web/parents/subjects.ts";

const dialogs = readdirSync("dialogs", { recursive: true, encoding: "utf8" })
  .filter((path) => /^(shared|sleep|food|limits)\/.*\.yaml$/.test(path))
  .map((path) => /([^/]*)\.yaml$/.exec(path)?.[1] ?? "");
const pictureIn = (dialog: string) => pictureOf({ id: "1", text: "", dialog }, true);

test("a text keeps its own pictogram", () => {
  expect(pictureOf({ id: "1", text: "", dialog: "sleep-p1", pictogram: "bed" }, true)).toBe("bed");
});

test("where none is named the subject's stands there, for who reads with difficulty", () => {
  expect(pictureIn("sleep-p1")).toBe("moon");
  expect(pictureOf({ id: "1", text: "", dialog: "sleep-p1" }, false)).toBeUndefined();
  expect(pictureIn("constructor")).toBeUndefined();
});

test("every dialog of a theme and of the nurse has a subject, and every subject a pictogram and a dialog", () => {
  expect(dialogs.filter((one) => /^(sleep|food|limits|callback)/.test(one) && !pictureIn(one))).toEqual([]);
  const source = readFileSync("src/web/parents/subjects.ts", "utf8");
  const subjects = [...source.matchAll(/^ +(\w+): "/gm)].map(([, subject]) => subject ?? "");
  expect(subjects.length).toBeGreaterThan(5);
  expect(subjects.filter((one) => !dialogs.includes(one) || !pictograms[pictureIn(one) ?? ""])).toEqual([]);
});
