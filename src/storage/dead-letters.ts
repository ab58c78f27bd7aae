import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Private } from "../privacy/private.ts";
import { retention } from "../privacy/retention.ts";
import type { Sealer } from "../privacy/seal.ts";
import type { Clock } from "../terms.ts";

/** Bodies that a platform signed and we could not read: for whoever mends the reading, sealed, for a week. */
export interface DeadLetters {
  keep(body: Private<Uint8Array>): Promise<void>;
  /** Opens what is kept, oldest first. */
  read(): readonly Private<Uint8Array>[];
}

/** A platform that changes its form sends many of the same kind; the first tell enough. */
const keptAtMost = 500;
const lookEveryMilliseconds = 60_000;
const sweepEveryMilliseconds = 3_600_000;

/**
 * Keeps them on disk: a body is then kept even when Redis is away, and never takes room from messages.
 *
 * The folder is looked through once a minute at most: a platform that changes its form sends hundreds a second, and
 * nobody's message may wait for that. What is too old goes within the hour, whether or not another comes.
 */
export function deadLetters(directory: string, seals: Sealer, clock: Clock = Date.now): DeadLetters {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const names = new Set<string>();
  let lookedAt = Number.NEGATIVE_INFINITY;

  function look(): void {
    lookedAt = clock();
    names.clear();
    for (const name of kept(directory, clock())) names.add(name);
  }

  look();
  setInterval(look, sweepEveryMilliseconds).unref();

  return {
    async keep(body) {
      if (clock() - lookedAt > lookEveryMilliseconds) look();
      const bytes = body.reveal();
      const name = createHash("sha256").update(bytes).digest("hex").slice(0, 32);
      if (names.size >= keptAtMost || names.has(name)) return;
      names.add(name);
      const text = seals.seal(Buffer.from(bytes).toString("base64"), { context: `unreadable:${name}` });
      await writeFile(join(directory, name), text, { mode: 0o600 });
    },

    read() {
      return kept(directory, clock()).map((name) => {
        const text = readFileSync(join(directory, name), "utf8");
        return new Private(
          new Uint8Array(Buffer.from(seals.open(text, { context: `unreadable:${name}` }), "base64")),
        );
      });
    },
  };
}

/** The names of what is kept, oldest first; what is too old is deleted. */
function kept(directory: string, now: number): readonly string[] {
  const dated = readdirSync(directory).map((name) => ({ name, at: dateOf(join(directory, name)) }));
  const isOld = ({ at }: { readonly at: number }): boolean => now - at > retention.deadLetter;
  for (const { name } of dated.filter(isOld)) rmSync(join(directory, name), { force: true });
  return dated
    .filter((one) => !isOld(one))
    .toSorted((one, other) => one.at - other.at)
    .map(({ name }) => name);
}

function dateOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
