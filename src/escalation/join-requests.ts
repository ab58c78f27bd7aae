import type { CallbackRequest } from "./callback.ts";
import { moreUrgent } from "./lane-score.ts";

/**
 * Joins what one person asked for, oldest first, into the one request a nurse sees.
 *
 * Nothing said is lost and nothing is made lighter: words are strung together, the most urgent lane and the
 * earliest promise stand, and of what can only have one value the newest does. A voicemail is safe only when
 * every request said so.
 */
export function joinRequests(requests: readonly [CallbackRequest, ...CallbackRequest[]]): CallbackRequest {
  return requests.reduce((before, after) => ({
    ...after,
    lane: moreUrgent(before.lane, after.lane),
    words: joinWords(before.words, after.words),
    ageBand: after.ageBand ?? before.ageBand,
    phone: after.phone ?? before.phone,
    voicemailSafe: before.voicemailSafe && after.voicemailSafe,
    interpreter: before.interpreter || after.interpreter,
    preferredNurse: after.preferredNurse ?? before.preferredNurse,
    region: before.region,
    path: [...new Set([...before.path, ...after.path])],
    rules: [...new Set([...before.rules, ...after.rules])],
    requestedAt: before.requestedAt,
    promisedAt: Math.min(before.promisedAt, after.promisedAt),
  }));
}

function joinWords(before: string, after: string): string {
  return before === after ? before : [before, after].filter((words) => words !== "").join("\n\n");
}
