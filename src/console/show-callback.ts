import type { z } from "zod";
import type { Callback, ListedCallback } from "../escalation/callback.ts";
import type { CallbackNotes } from "../escalation/callback-notes.ts";
import { maskPhone } from "../escalation/read-phone.ts";
import { triedSince } from "../escalation/tried-since.ts";
import { languages } from "../terms.ts";
import type { Actor } from "./actor.ts";
import { mayAskLater, type WayBack, windowEnd } from "./parent.ts";
import type { detailSchema, summarySchema } from "./schemas.ts";

type Summary = z.output<typeof summarySchema>;
type Detail = z.output<typeof detailSchema>;

/** One line of what was said before the request, in the reader's language. */
export interface Line {
  readonly by: "naast" | "parent";
  readonly text: string;
}

/** Shows the least of a callback: enough to choose by. Field by field, so that nothing slips through. */
export function showSummary(callback: ListedCallback, actor: Actor, now: number): Summary {
  const { request, holder } = callback;
  return {
    id: callback.id,
    state: callback.state,
    lane: callback.lane,
    region: request.region,
    language: languages.find((language) => request.locale.startsWith(language)) ?? "nl",
    simple: request.locale.endsWith("-simple"),
    interpreter: request.interpreter,
    meeting: request.meeting,
    moment: request.moment,
    requestedAt: request.requestedAt,
    promisedAt: request.promisedAt,
    late: isWaited(callback) && request.promisedAt < now,
    attempts: callback.attempts,
    undelivered: undelivered(callback),
    forMe: request.preferredNurse !== null && [actor.id, actor.name].includes(request.preferredNurse),
    holder: holder && { name: holder.name, until: holder.until, mine: holder.nurse === actor.id },
  };
}

/** Whoever was called since knows; and words that wait are in good hands. */
function undelivered({ history }: ListedCallback): Summary["undelivered"] {
  const last = history.findLast(({ kind }) => kind === "undelivered" || kind === "attempted");
  if (last?.kind !== "undelivered") return null;
  return last.detail === "waits" ? "waits" : "lost";
}

/** Whether the parent still waits to hear from us: for the first time, or since they told us that nobody called. */
function isWaited(callback: ListedCallback): boolean {
  return ["waiting", "claimed"].includes(callback.state) && triedSince(callback) === undefined;
}

/**
 * Leaves out what the details show better: the request itself, whose answers stand there as facts, and a
 * question that was shown twice.
 */
export function pathBefore(path: readonly string[]): readonly string[] {
  return path
    .filter((entry) => !/^(callback|my-callback|consent):/.test(entry))
    .filter((entry, at, all) => {
      const next = all[at + 1];
      return next !== entry && next?.startsWith(`${entry}=`) !== true;
    });
}

/** What the details are made of besides the callback itself. */
export interface Surroundings {
  readonly actor: Actor;
  readonly now: number;
  readonly way: WayBack | undefined;
  readonly kept: Awaited<ReturnType<CallbackNotes["of"]>>;
  readonly others: readonly Callback[];
  readonly transcript: readonly Line[];
  readonly fixed: Detail["fixed"];
}

export function showDetail(callback: Callback, around: Surroundings): Detail {
  const { request } = callback;
  const { way, kept } = around;
  return {
    ...showSummary(callback, around.actor, around.now),
    person: request.person,
    channel: request.channel,
    locale: request.locale,
    reason: request.reason,
    words: request.words,
    ageBand: request.ageBand,
    phone: request.phone === null ? null : maskPhone(request.phone),
    voicemailSafe: request.voicemailSafe,
    preferredNurse: request.preferredNurse,
    rules: request.rules.map((id) => ({
      id,
      verdict: kept.verdicts.findLast(({ rule }) => rule === id)?.right ?? null,
    })),
    transcript: around.transcript.map(({ by, text }) => ({ by, text })),
    consents: [...request.consents],
    consentVersion: request.consentVersion,
    toExplain: request.toExplain ?? false,
    mayAskLater: mayAskLater(callback, way),
    windowEndsAt: windowEnd(way),
    fixed: around.fixed,
    reachable: way !== undefined,
    samePhone: callback.samePhone.length > 0,
    outcome: callback.outcome,
    parentInformed: callback.parentInformed,
    history: callback.history.map(({ kind, at, by, detail }) => ({
      kind,
      at,
      by,
      ...(detail === undefined ? {} : { detail }),
    })),
    notes: kept.notes.map(({ at, name, words }) => ({ at, name, words })),
    others: around.others
      .filter(({ id }) => id !== callback.id)
      .map(({ id, state, request: other }) => ({ id, state, requestedAt: other.requestedAt })),
  };
}
