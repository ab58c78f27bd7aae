import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { readOrganisation } from "../../src/escalation/organisation.ts";
import { pageTheme } from "../../src/http/page-theme.ts";
import { root } from "../support/content.ts";

const sample = readFileSync(join(root, "organisation.sample.yaml"), "utf8");
const svg = `<svg xmlns="http://www.w3.org/2000/svg"/>`;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "naast-theme-"));
  writeFileSync(join(folder, "logo.SVG"), svg);
  writeFileSync(join(folder, "huge.png"), Buffer.alloc(60_000));
  writeFileSync(join(folder, "logo.exe"), "no picture");
});
afterAll(() => rmSync(folder, { recursive: true }));

const themeOf = (page: object) =>
  pageTheme(readOrganisation({ ...parse(sample), page }), join(folder, "organisation.yaml"));

test("colour, logo and the page to leave for come from the organisation's file", () => {
  expect(themeOf({ accent: "#7a2e5d", logo: "logo.SVG", leaveTo: "https://www.example.nl/weer" })).toEqual({
    accent: "#7a2e5d",
    logo: { ending: "svg", type: "image/svg+xml", body: Buffer.from(svg) },
    exitUrl: "https://www.example.nl/weer",
  });
});

test("none of it is needed", () => {
  expect(themeOf({})).toEqual({});
});

test.each([
  ["missing.svg", "cannot be read"],
  ["huge.png", "is larger than 50000 bytes"],
  ["logo.exe", "is no .svg, .png or .webp"],
])("a logo %s stops the start and says why", (logo, why) => {
  expect(() => themeOf({ logo })).toThrow(why);
});

test.each([
  { accent: "red" },
  { accent: "#fff" },
  { leaveTo: "http://example.nl" },
  { leaveTo: "javascript:alert(1)" },
])("%j stops the start", (page) => {
  expect(() => themeOf(page)).toThrow();
});
