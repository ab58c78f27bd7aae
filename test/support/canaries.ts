import { randomBytes } from "node:crypto";

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

export function aviary(): Aviary {
  const all: Canary[] = [];
  const keep = (field: string, text: string): string => {
    all.push({ field, text });
    return text;
  };
  const chance = (length: number): string =>
    [...randomBytes(length)].map((byte) => String(byte % 10)).join("");
  return {
    all,
    word: (field) => keep(field, `kanarie${randomBytes(6).toString("hex")}`),
    digits: (field, length = 14) => keep(field, `7${chance(length - 1)}`),
    phone: (field) => `06${keep(field, `2${chance(7)}`)}`,
  };
}

/** A place where nothing of a parent may be, with everything that stands there. */
export interface Place {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Sighting {
  readonly place: string;
  readonly field: string;
  readonly form: string;
}

/**
 * Finds canaries in places: as they are, in any case, with digits grouped, in hex, and in base64 at each of its
 * three alignments.
 */
export function sightings(canaries: readonly Canary[], places: readonly Place[]): readonly Sighting[] {
  return places.flatMap(({ name, bytes }) => {
    const plain = bytes.toString("latin1").toLowerCase();
    const exact = bytes.toString("latin1");
    const ungrouped = plain.replace(/(?<=\d)[ .\-\u00a0](?=\d)/g, "");
    return canaries.flatMap(({ field, text }) => {
      const found: string[] = [];
      const low = text.toLowerCase();
      if (plain.includes(low) || ungrouped.includes(low)) found.push("as it is");
      if (plain.includes(Buffer.from(text).toString("hex"))) found.push("hex");
      if (base64Cores(text).some((core) => exact.includes(core))) found.push("base64");
      return found.map((form) => ({ place: name, field, form }));
    });
  });
}

/** What base64 makes of a text wherever it begins within its group of three bytes. */
function base64Cores(text: string): readonly string[] {
  return [0, 1, 2].map((before) => {
    const written = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]).toString("base64url");
    return written.slice(before === 0 ? 0 : before + 1, -2 - ((before + text.length) % 3));
  });
}
