import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { CardKind } from "../conversation/inbound.ts";
import type { MessageName, ShownCards } from "../conversation/shown-cards.ts";
import type { Pseudonyms } from "../privacy/pseudonym.ts";
import { retention } from "../privacy/retention.ts";
import type { Sealer } from "../privacy/seal.ts";
import type { PersonId } from "../terms.ts";
import { syncDirectory } from "./journal.ts";
import { shownKey } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";

export interface ShownCardsParts {
  readonly link: RedisLink;
  readonly names: Pseudonyms;
  readonly seals: Sealer;
  /** Shared by all processes on this machine: one that is told the message again finds what another showed. */
  readonly directory: string;
}

/** Longer than any send takes: whoever is silent for this long has died over it. */
const sendingMilliseconds = 15_000;
const cards: readonly CardKind[] = ["emergency", "urgent", "doubt"];
const unfinished = /\.(sending|new)$/;

/**
 * Remembers shown cards in a small sealed file each, so that it is on disk and whole or not there, and copies
 * them to Redis once that is back, for processes on other machines.
 */
export function shownCards({ link, names, seals, directory }: ShownCardsParts): ShownCards {
  const copied = new Set<string>();
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  dropOld(directory);
  link.onConnect(() => void copyAll().catch(() => undefined));

  /** Meta's ids are its own, and the person may be found under another name by the time it comes again. */
  function nameOf({ channel, person, id }: MessageName): string {
    return names.message(channel === "whatsapp" ? ("whatsapp" as PersonId) : person, id);
  }

  function read(name: string): CardKind | undefined {
    const path = join(directory, name);
    if (!existsSync(path)) return undefined;
    const text = seals.open(readFileSync(path, "utf8"), { context: `shown:${name}` });
    return cards.find((card) => card === text);
  }

  function write(name: string, card: CardKind): void {
    const path = join(directory, name);
    writeDurably(`${path}.new`, seals.seal(card, { context: `shown:${name}` }));
    renameSync(`${path}.new`, path);
    syncDirectory(path);
  }

  async function copyAll(): Promise<void> {
    dropOld(directory);
    for (const name of readdirSync(directory).filter((file) => !unfinished.test(file))) {
      const card = copied.has(name) ? undefined : read(name);
      if (card === undefined) continue;
      await link.call(shownKey(name), "SET", shownKey(name), card, "PX", String(retention.seen));
      copied.add(name);
    }
  }

  return {
    async once(message, card, show) {
      const name = nameOf(message);
      const sending = join(directory, `${name}.sending`);
      if (read(name) !== undefined || !takeAlone(sending)) return false;
      try {
        const shown = await show();
        if (shown) write(name, card);
        return shown;
      } finally {
        rmSync(sending, { force: true });
      }
    },

    async find(message) {
      const name = nameOf(message);
      const here = read(name);
      if (here !== undefined) return here;
      const told = await link.call(shownKey(name), "GET", shownKey(name));
      return cards.find((card) => card === told);
    },
  };
}

/** Whoever makes the file may send; one left by a process that died over it is no hindrance. */
function takeAlone(path: string): boolean {
  try {
    closeSync(openSync(path, "wx", 0o600));
    return true;
  } catch {
    if (!existsSync(path) || Date.now() - statSync(path).mtimeMs < sendingMilliseconds) return false;
    rmSync(path, { force: true });
    return takeAlone(path);
  }
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, "w", 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
}

/** A message that old is not taken in any more, so it cannot be answered twice. */
function dropOld(directory: string): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > retention.seen) rmSync(path, { force: true });
  }
}
