import { KnownError } from "../errors.ts";
import type { Log } from "../terms.ts";
import type { RedisLink } from "./redis-link.ts";

/** Keeps what was erased from staying on the disk of Redis, whose append-only file holds every write ever made. */
export interface FreshFile {
  /** Something was erased. */
  erased(): void;
  close(): void;
}

/** Long enough for what one person had erased to be erased as a whole. */
const soonMilliseconds = 1_000;
/** To write the file anew costs a copy of everything. */
const apartMilliseconds = 10 * 60_000;

/**
 * Has Redis write its file anew after an erasure: a second later, and then once for all erasures of ten minutes.
 * Where Redis does not let us, the log says so, and the operator has it done daily.
 */
export function freshFile(link: Pick<RedisLink, "call" | "everywhere">, log: Log): FreshFile {
  let planned: NodeJS.Timeout | undefined;
  let last = Number.NEGATIVE_INFINITY;

  function plan(): void {
    const wait = Math.max(soonMilliseconds, last + apartMilliseconds - performance.now());
    planned ??= setTimeout(() => void rewrite(), wait).unref();
  }

  async function rewrite(): Promise<void> {
    planned = undefined;
    last = performance.now();
    const asked = await Promise.allSettled(link.everywhere.map((key) => link.call(key, "BGREWRITEAOF")));
    // a node is asked for each of its keys, and says to all but the first that it is at it
    if (asked.some(({ status }) => status === "fulfilled")) return;
    const [failed] = asked;
    const reason = failed?.status === "rejected" ? failed.reason : undefined;
    const code = reason instanceof KnownError ? reason.code : "unknown";
    log.warn({ code }, "Redis did not write its file anew; what was erased stays in it until it does");
    plan();
  }

  return {
    erased: plan,
    close() {
      clearTimeout(planned);
    },
  };
}
