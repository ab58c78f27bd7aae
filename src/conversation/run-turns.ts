import { KnownError } from "../errors.ts";
import type { Log } from "../terms.ts";
import { openCompany } from "./company.ts";
import type { Claim, Commit, TurnLog } from "./turn-log.ts";
import { startWorkers, type Workers } from "./workers.ts";

export interface RunTurns {
  readonly turnLog: TurnLog;
  /** Decides what one message changes. May throw; the message then comes back. */
  readonly answer: (claim: Claim) => Promise<Commit>;
  /** What a person gets whose message could not be answered. Must not throw. */
  readonly fallback: (claim: Claim) => Commit;
  readonly log: Log;
  /** Called after each message, for metrics: `answered`, `failed`, `stale` or `set-aside`. */
  readonly counted?: (what: TurnResult) => void;
  readonly concurrency?: number;
}

export type TurnResult = "answered" | "failed" | "stale" | "set-aside";

const usualConcurrency = 64;
const triesInCompany = 5;
/** Half of what a claim is good for: the others wait with theirs. */
const patienceMilliseconds = 2_500;
/** Doubles with every try. */
const firstPauseMilliseconds = 200;

/**
 * Answers messages: claims one, has it answered, commits the answer whole. Up to 64 people at once, each
 * person's messages one after another.
 *
 * A message whose answering fails comes back after a pause, and one in hand when its process died comes back too:
 * either counts as a try. Who is killed or dies of one message leaves others behind that did nothing, so after five
 * tries a message is tried once more with nothing else in hand. Only when that is in vain too is it set aside and its
 * person gets the fallback, so that one bad message never stops the next.
 */
export function runTurns({ turnLog, answer, fallback, log, counted, concurrency }: RunTurns): Workers {
  const company = openCompany(patienceMilliseconds);

  async function take(claim: Claim): Promise<TurnResult> {
    if (claim.triedAlone) return await setAside(claim);
    if (claim.attempts < triesInCompany) return await company.among(() => tryOnce(claim, comeBack));
    return await company.alone(async () => {
      log.warn({ attempts: claim.attempts }, "a message is tried by itself");
      return (await turnLog.singleOut(claim)) === "stale" ? "stale" : await tryOnce(claim, setAside);
    });
  }

  async function tryOnce(claim: Claim, orElse: (claim: Claim) => Promise<TurnResult>): Promise<TurnResult> {
    try {
      const commit = await answer(claim);
      return (await turnLog.commit(claim, commit)) === "stale" ? "stale" : "answered";
    } catch (error) {
      log.warn({ code: codeOf(error), attempts: claim.attempts }, "a message could not be answered yet");
      return await orElse(claim);
    }
  }

  async function comeBack(claim: Claim): Promise<TurnResult> {
    await turnLog.giveBack(claim, firstPauseMilliseconds * 2 ** claim.attempts);
    return "failed";
  }

  async function setAside(claim: Claim): Promise<TurnResult> {
    log.error({ attempts: claim.attempts }, "a message was set aside unanswered");
    return (await turnLog.setAside(claim, fallback(claim))) === "stale" ? "stale" : "set-aside";
  }

  return startWorkers({
    next: () => turnLog.claim(),
    work: async (claim) => {
      // not within the call: without a counter nothing would be taken
      const result = await take(claim);
      counted?.(result);
    },
    onWork: (wake, hasRoom) => turnLog.onWaiting(wake, hasRoom),
    log,
    concurrency: concurrency ?? usualConcurrency,
  });
}

/** The code of a known failure, or the kind of an unknown one: its message could hold a person's words. */
function codeOf(error: unknown): string {
  if (error instanceof KnownError) return error.code;
  return error instanceof Error ? error.name : "unknown";
}
