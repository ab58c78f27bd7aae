import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { ownDirectory, ownPlaceIn } from "../../src/storage/own-directory.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "naast-own-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A lock as a process in another container leaves it: the same number as ours, and another name of the machine. */
function lockedElsewhere(secondsAgo: number): string {
  const directory = join(folder, "0");
  mkdirSync(directory);
  const lock = join(directory, "owner");
  const mine = ownDirectory(join(folder, "mine"));
  writeFileSync(
    lock,
    readFileSync(join(folder, "mine/owner"), "utf8").replace(hostname(), "another-container"),
  );
  mine();
  const at = Date.now() / 1000 - secondsAgo;
  utimesSync(lock, at, at);
  return lock;
}

test("a place whose owner lives in another container is left to it, even under the same number", () => {
  lockedElsewhere(20);
  expect(() => ownDirectory(join(folder, "0"))).toThrow(/another Naast/);
  const { directory, giveUp } = ownPlaceIn(folder);
  expect(directory).toBe(join(folder, "1"));
  giveUp();
});

test("a place whose owner there fell silent is taken over, with all that is in it", () => {
  writeFileSync(join(lockedElsewhere(90), "../promised"), "x");
  const { directory, giveUp } = ownPlaceIn(folder);
  expect(directory).toBe(join(folder, "0"));
  expect(readFileSync(join(directory, "promised"), "utf8")).toBe("x");
  giveUp();
});

test("an owner says that it lives for as long as it does", () => {
  jest.useFakeTimers({ doNotFake: ["performance"] });
  const giveUp = ownDirectory(folder);
  const lock = join(folder, "owner");
  utimesSync(lock, 1, 1);
  jest.advanceTimersByTime(16_000);
  expect(statSync(lock).mtimeMs).toBeGreaterThan(1_000);
  giveUp();
  jest.useRealTimers();
  expect(() => statSync(lock)).toThrow(/ENOENT/);
});
