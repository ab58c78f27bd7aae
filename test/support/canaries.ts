import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One value that exists nowhere else, planted in one field to see where it comes up again. */
export interface Canary {
  readonly field: string;
  readonly text: string;
}

/** Makes canaries and remembers all it made. */
export interface Aviary {
  readonly all: readonly Canary[];
  /** A word of its own for a field. */
  word(field: string): string;
  /** A Dutch mobile number of its own, as people type it. */
  phone(field: string): string;
  /** So many digits of its own. */
  digits(field: string, length?: number): string;
}

/** Where `test/run.mjs` gathers what a run of all tests planted, and how much it searched. */
const runFolder = process["env"]["NAAST_RUN"];

export function aviary(heard: (canary: Canary) => void = () => undefined): Aviary {
  const all: Canary[] = [];
  const keep = (field: string, text: string): string => {
    all.push({ field, text });
    heard({ field, text });
    return text;
  };
  const chance = (length: number): string =>
    [...randomBytes(length)].map((byte) => String(byte % 10)).join("");
  // figures would be read as a temperature or an age, and the bot would ask about danger
  const letters = (length: number): string =>
    [...randomBytes(length)].map((byte) => "bcdfghjklmnpqrst"[byte % 16]).join("");
  return {
    all,
    word: (field) => keep(field, `kanarie${letters(12)}`),
    digits: (field, length = 14) => keep(field, `7${chance(length - 1)}`),
    phone: (field) => `06${keep(field, `2${chance(7)}`)}`,
  };
}

/**
 * What the parents of this test file give. Every server, process and data folder the file starts is searched for it
 * when it stops ({@link expectNone}), and what the whole run prints is searched for that of all files.
 */
export const parents: Aviary = aviary(({ text }) => note("planted", text));

function note(file: string, line: string): void {
  if (runFolder !== undefined) appendFileSync(join(runFolder, `${file}-${process.pid}`), `${line}\n`);
}

/** Fails when anything that parents of this file gave stands in one of these places. */
export function expectNone(places: readonly Place[]): void {
  if (parents.all.length === 0) return;
  for (const { name } of places) note("searched", name);
  const found = sightings(parents.all, places);
  if (found.length > 0) throw new Error(`what a parent gave was found: ${JSON.stringify(found.slice(0, 5))}`);
}

/** What {@link expectNone} searches of a folder that is about to go: nothing is read where nothing was planted. */
export function leftIn(folder: string, name: string): readonly Place[] {
  return parents.all.length === 0 ? [] : placesIn(folder, name);
}

/** A place where nothing of a parent may be, with everything that stands there. */
export interface Place {
  readonly name: string;
  readonly bytes: Buffer;
}

const longestMilliseconds = 5_000;

/**
 * Reads every file under a folder. What goes while it is read may stand in another file by now, as when Redis writes
 * its file anew, so all of it is then read once more from a new listing.
 */
export function placesIn(folder: string, name: string): readonly Place[] {
  const end = performance.now() + longestMilliseconds;
  for (;;) {
    try {
      return readAll(folder, name);
    } catch (error) {
      const isGone = (error as NodeJS.ErrnoException).code === "ENOENT";
      if (!isGone || !existsSync(folder) || performance.now() > end) throw error;
    }
  }
}

function readAll(folder: string, name: string): readonly Place[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { name: `${name}: ${path.slice(folder.length + 1)}`, bytes: readFileSync(path) };
    });
}

export interface Sighting {
  readonly place: string;
  readonly field: string;
  readonly form: string;
}

/** Finds canaries in places: as they are, in any case, with digits grouped, in hex, and in base64. */
export function sightings(canaries: readonly Canary[], places: readonly Place[]): readonly Sighting[] {
  const fields = new Map(canaries.map(({ text, field }) => [text.toLowerCase(), field]));
  const lengths = new Set(canaries.filter(({ text }) => /^\d+$/.test(text)).map(({ text }) => text.length));
  return places.flatMap(({ name, bytes }) =>
    readings(bytes).flatMap(({ form, text }) =>
      [...new Set(birdsIn(text, lengths))].flatMap((bird) => {
        const field = fields.get(bird);
        return field === undefined ? [] : [{ place: name, field, form }];
      }),
    ),
  );
}

/** What looks like a canary, whoever made it: looking each up makes a thousand as cheap to search for as one. */
function* birdsIn(text: string, lengths: ReadonlySet<number>): Generator<string> {
  for (const [bird] of text.matchAll(/kanarie[b-t]{12}/gi)) yield bird.toLowerCase();
  for (const [run] of text.matchAll(/\d{8,}/g))
    for (const length of lengths)
      for (let at = 0; at + length <= run.length; at += 1)
        if (length > 8 || isNumberAt(run, at)) yield run.slice(at, at + length);
}

/** Eight digits are a telephone number where they are written as one; any other eight are there by chance. */
function isNumberAt(run: string, at: number): boolean {
  const before = run.slice(0, at);
  return /(06|316)$/.test(before) || (at + 8 === run.length && ["", "6"].includes(before));
}

/** All the ways in which bytes can be read: what is written in hex or base64 is as readable as plain text. */
function readings(bytes: Buffer): readonly { readonly form: string; readonly text: string }[] {
  const plain = bytes.toString("latin1");
  return [
    { form: "as it is", text: plain },
    { form: "grouped", text: plain.replace(/(?<=\d)[ .\-\u00a0](?=\d)/g, "") },
    { form: "hex", text: decodedRuns(plain, /[0-9a-f]{16,}/gi, "hex", 2) },
    { form: "base64", text: decodedRuns(plain, /[\w+/-]{10,}/g, "base64", 4) },
  ];
}

/** Every run of an encoding, decoded wherever within its group of characters it may begin. */
function decodedRuns(text: string, runs: RegExp, encoding: "hex" | "base64", group: number): string {
  const decoded: string[] = [];
  for (const [run] of text.matchAll(runs))
    for (let at = 0; at < group; at += 1)
      decoded.push(Buffer.from(run.slice(at), encoding).toString("latin1"));
  return decoded.join("\n");
}
