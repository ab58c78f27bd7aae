/** The secrets of persons: on disk before they are relied on, in one place, and gone from there when it says so. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readKeyring } from "../../src/privacy/keyring.ts";
import { type PersonKeys, personKeys } from "../../src/storage/person-keys.ts";
import { personNumbers, personSeals } from "../../src/storage/person-seals.ts";
import type { PersonId } from "../../src/terms.ts";
import { aPerson, keyring } from "../support/samples.ts";

const day = 24 * 3_600_000;
let folder: string;
let now: number;
let opened: PersonKeys[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "naast-persons-"));
  now = Date.now();
  opened = [];
});
afterEach(async () => {
  for (const keys of opened) await keys.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One process. */
function open(ring = keyring): PersonKeys {
  const keys = personKeys(folder, ring, () => now);
  opened.push(keys);
  return keys;
}

async function seal(keys: PersonKeys, person: PersonId, text: string, ring = keyring): Promise<string> {
  let sealed = "";
  await personSeals(keys, ring).write(person, "c", text, async (line) => {
    sealed = line;
  });
  return sealed;
}

async function read(keys: PersonKeys, line: string, ring = keyring): Promise<string | undefined> {
  return (await personSeals(keys, ring).reader())(line, "c");
}

async function erase(keys: PersonKeys, person: PersonId): Promise<void> {
  await keys.retire(person);
  await keys.destroy(person);
}

const size = () => readdirSync(folder).reduce((sum, at) => sum + statSync(join(folder, at, "keys")).size, 0);
const text = () =>
  readdirSync(folder)
    .map((at) => readFileSync(join(folder, at, "keys"), "latin1"))
    .join();

test("what one process sealed is read by each other one, and by the next in its place", async () => {
  const [person, one, two] = [aPerson(), open(), open()];
  const line = await seal(one, person, "words");
  expect(line).not.toContain(person);
  expect(text()).not.toContain(person);
  expect(await read(two, line)).toBe("words");
  await one.close();
  const next = open();
  expect(await read(next, line)).toBe("words");
  await seal(next, person, "more");
  expect(size()).toBe(256);
});

test("an erasure reaches what processes sealed that run, and that run no more", async () => {
  const [person, other] = [aPerson(), aPerson()];
  const [gone, running, eraser] = [open(), open(), open()];
  const lines = await Promise.all([
    seal(gone, person, "1"),
    seal(running, person, "2"),
    seal(eraser, person, "3"),
  ]);
  const kept = await seal(gone, other, "4");
  await gone.close();
  await erase(eraser, person);
  for (const keys of [running, open()]) {
    for (const line of lines) expect(await read(keys, line)).toBeUndefined();
    expect(await read(keys, kept)).toBe("4");
  }
  expect(await read(eraser, await seal(running, person, "anew"))).toBe("anew");
});

test("many who write for the first time at once get a key each, and one person one key", async () => {
  const [keys, persons] = [open(), Array.from({ length: 500 }, aPerson)];
  const lines = await Promise.all([...persons, ...persons].map((person) => seal(keys, person, person)));
  expect(size()).toBe(500 * 256);
  const openLine = await personSeals(open(), keyring).reader();
  expect(lines.map((line) => openLine(line, "c"))).toEqual([...persons, ...persons]);
});

test("a key goes when nothing can need it any more, and its room is used again", async () => {
  const [often, once] = [aPerson(), aPerson()];
  const first = open();
  const [kept, over] = [await seal(first, often, "a"), await seal(first, once, "b")];
  now += 8 * day;
  await seal(first, often, "c");
  await first.close();
  now += 3 * day;
  const second = open();
  expect([await read(second, kept), await read(second, over)]).toEqual(["a", undefined]);
  await second.close();
  const third = open();
  await seal(third, aPerson(), "d");
  expect(size()).toBe(2 * 256);
});

test("turning the ring wraps every key anew at a start, those of processes that are no more as well", async () => {
  const key = (fill: number): string => Buffer.alloc(32, fill).toString("base64");
  const [k1, k2, names] = [`k1:${key(1)}`, `k2:${key(2)}`, `person:${key(3)}`];
  const [old, turned, fresh] = [`${k1},${names}`, `${k2},${k1},${names}`, `${k2},${names}`].map(
    readKeyring,
  ) as [typeof keyring, typeof keyring, typeof keyring];
  const persons = [aPerson(), aPerson()] as const;
  const [one, two] = [open(old), open(old)];
  const lines = [await seal(one, persons[0], "x", turned), await seal(two, persons[1], "y", turned)] as const;
  await one.close();
  await two.close();
  await open(turned).reader();
  expect(text()).not.toContain("v1.k1.");
  const last = open(fresh);
  expect([await read(last, lines[0], fresh), await read(last, lines[1], fresh)]).toEqual(["x", "y"]);
});

test("a person has one number on record in all processes, and another after an erasure", async () => {
  const [person, one, two] = [aPerson(), open(), open()];
  await Promise.all([seal(one, person, "x"), seal(two, person, "y")]);
  const [first, second] = [personNumbers(one, keyring), personNumbers(two, keyring)];
  const number = await first.numberOf(person);
  expect(await second.numberOf(person)).toBe(number);
  now += 30 * day;
  await seal(one, person, "z");
  expect(await personNumbers(open(), keyring).numberOf(person)).toBe(number);
  expect(await second.numbersOf(person)).toContain(number);
  await erase(two, person);
  expect(await first.numbersOf(person)).toEqual([]);
  expect(await first.numberOf(person)).not.toBe(number);
});
