import { mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Private } from "../../src/privacy/private.ts";
import { retention } from "../../src/privacy/retention.ts";
import { sealer } from "../../src/privacy/seal.ts";
import { deadLetters } from "../../src/storage/dead-letters.ts";
import { keyring } from "../support/samples.ts";

let folder: string;
let now = Date.now();
const open = () => deadLetters(folder, sealer(keyring), () => now);
const body = (text: string) => new Private<Uint8Array>(Buffer.from(text));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "naast-dead-"));
  now = Date.now();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a body is kept once, sealed, and opens again", async () => {
  const letters = open();
  await letters.keep(body("Fatima"));
  await letters.keep(body("Fatima"));
  expect(letters.read().map((letter) => Buffer.from(letter.reveal()).toString())).toEqual(["Fatima"]);
});

test("what is older than a week is gone with the next look, and at every start", async () => {
  const letters = open();
  await letters.keep(body("old"));
  now += retention.deadLetter + 60_000;
  await letters.keep(body("new"));
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), now / 1000, now / 1000);
  expect(letters.read()).toHaveLength(1);
  now += retention.deadLetter + 60_000;
  open();
  expect(readdirSync(folder)).toEqual([]);
});

test("five hundred tell enough, and there is room again once they are gone", async () => {
  const letters = open();
  for (let count = 0; count < 510; count += 1) await letters.keep(body(`letter ${count}`));
  expect(readdirSync(folder)).toHaveLength(500);
  now += retention.deadLetter + 60_000;
  await letters.keep(body("after"));
  expect(readdirSync(folder)).toHaveLength(1);
});
