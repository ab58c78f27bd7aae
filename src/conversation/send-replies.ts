import { KnownError } from "../errors.ts";
import type { ChannelName, Log } from "../terms.ts";
import type { Outbox, Outgoing, Send, SendOutcome } from "./turn-log.ts";
import { startWorkers, type Workers } from "./workers.ts";

export interface SendReplies {
  readonly outbox: Outbox;
  readonly send: Readonly<Record<ChannelName, Send>>;
  /** Sees to a reply that is given up, before that is noted. Doing it again with the same reply changes nothing. */
  readonly lost: (outgoing: Outgoing) => Promise<void>;
  readonly log: Log;
  /** Called after each try, for metrics. */
  readonly counted?: (outgoing: Outgoing, outcome: SendOutcome) => void;
  readonly concurrency?: number;
}

const usualConcurrency = 64;
const firstPauseMilliseconds = 500;
const longestPauseMilliseconds = 5 * 60_000;

/**
 * Sends what was committed: each person's replies one after another, each try noted before and after.
 *
 * A try that failed for sure is made again, later each time. One that was never answered is made again only
 * when no status told of its arrival. One that is given up, by its channel or for its age, is told to whoever it
 * matters to.
 */
export function sendReplies({ outbox, send, lost, log, counted, concurrency }: SendReplies): Workers {
  async function sendOne(outgoing: Outgoing): Promise<void> {
    const outcome = laterEachTime(outgoing, await trySend(outgoing));
    if (outcome.kind === "dropped") await lost(outgoing);
    counted?.(outgoing, outcome);
    if (outcome.kind === "retry" || outcome.kind === "dropped") {
      const facts = { channel: outgoing.channel, code: outcome.code, attempts: outgoing.attempts };
      if (outcome.kind === "dropped") log.error(facts, "a reply cannot be delivered");
      else log.warn(facts, "a reply is sent again later");
    }
    await outbox.settle(outgoing, outcome);
  }

  async function trySend(outgoing: Outgoing): Promise<SendOutcome> {
    if (outgoing.tooLate) return { kind: "dropped", code: "too-late" };
    try {
      return await send[outgoing.channel](outgoing);
    } catch (error) {
      // a fault of ours after an unknown part of the work: it may have arrived
      const code = error instanceof KnownError ? error.code : "unknown";
      log.error({ channel: outgoing.channel, code }, "sending failed unexpectedly");
      return { kind: "unknown" };
    }
  }

  return startWorkers({
    next: () => outbox.claim(),
    work: sendOne,
    onWork: (wake, hasRoom) => outbox.onDue(wake, hasRoom),
    log,
    concurrency: concurrency ?? usualConcurrency,
  });
}

/** The channel says how long to wait at least; every further try doubles it, up to five minutes. */
function laterEachTime({ attempts }: Outgoing, outcome: SendOutcome): SendOutcome {
  if (outcome.kind !== "retry") return outcome;
  const growing = Math.min(longestPauseMilliseconds, firstPauseMilliseconds * 2 ** Math.min(attempts, 20));
  return { ...outcome, afterMilliseconds: Math.max(outcome.afterMilliseconds, growing) };
}
