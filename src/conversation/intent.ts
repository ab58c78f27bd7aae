import type { Effect } from "../dialog/step.ts";
import { type CallbackRequest, type Lane, meetings, moments } from "../escalation/callback.ts";
import type { ParentAnswer } from "../escalation/callback-queue.ts";
import type { CallbackId } from "../terms.ts";
import { consentsOf, withoutMessages } from "./consent.ts";
import type { Conversation } from "./conversation.ts";
import { receiptOf } from "./rights.ts";
import type { Present, Script } from "./script.ts";
import { checkBackDays } from "./summary.ts";
import type { CallbackIntent } from "./turn-log.ts";

const dayMilliseconds = 24 * 3_600_000;

/**
 * Turns what a step asks of the world into the intent that is committed with it, and the conversation that
 * remembers it. A turn asks for one thing at most; every promise told to a parent is computed here.
 */
export function intentOf(
  conversation: Conversation,
  effects: readonly Effect[],
  rule: string | null,
  inboundId: string,
  script: Script,
  present: Present,
): { readonly conversation: Conversation; readonly intent: CallbackIntent | undefined } {
  const promised = withPromise(remembered(withDoubtAsItIs(conversation), rule), script, present);
  const asked = effects.find(({ kind }) =>
    ["open-callback", "withdraw-callback", "tell-team", "check-back", "erase"].includes(kind),
  );
  switch (asked?.kind) {
    case "open-callback":
      return opened(promised, inboundId, script, present);
    case "withdraw-callback":
      return withdrawn(promised);
    case "tell-team":
      return answered(promised, asked, inboundId, script, present);
    case "check-back":
      return { conversation: promised, intent: checkBack(promised, present) };
    case "erase":
      return {
        conversation: promised,
        intent: { kind: "erase", person: promised.person, receipt: receiptOf(promised, script) },
      };
    default:
      return quieted(promised);
  }
}

/** "Stop" takes back the consent to be written to; a request for a call stands by itself. */
function quieted(conversation: Conversation) {
  const { place, person } = conversation;
  return place.at(-1)?.dialog === "stop"
    ? { conversation: withoutMessages(conversation), intent: { kind: "quiet", person } as const }
    : { conversation, intent: undefined };
}

function opened(conversation: Conversation, inboundId: string, script: Script, present: Present) {
  // joining a request to one that is open already is the queue's to decide
  const id = script.callbackId(conversation.person, inboundId);
  const request = requestOf(conversation, script, present);
  const { request: _words, phone: _phone, "phone-guesses": _guesses, ...said } = conversation.said;
  return {
    conversation: {
      ...conversation,
      callback: id,
      said,
      slots: { ...conversation.slots, callback: "open", promise: String(request.promisedAt), tried: "no" },
    },
    intent: { kind: "open", id, request } as const,
  };
}

function withdrawn(conversation: Conversation) {
  const intent: CallbackIntent | undefined =
    conversation.callback === null
      ? undefined
      : { kind: "withdraw", id: conversation.callback, person: conversation.person };
  return {
    conversation: {
      ...conversation,
      callback: null,
      slots: { ...conversation.slots, callback: "none", about: "none" },
    },
    intent,
  };
}

/** An answer to "were you called?" or "did it help?". Without a callback that it is about nobody waits for it. */
function answered(
  conversation: Conversation,
  { answer, again }: Extract<Effect, { kind: "tell-team" }>,
  inboundId: string,
  script: Script,
  { now, load }: Present,
) {
  const about = conversation.slots["about"] ?? "none";
  const id = about === "none" ? conversation.callback : (about as CallbackId);
  if (id === null) return { conversation, intent: undefined };
  const said = { key: script.callbackId(conversation.person, inboundId), answer };
  const told = (given: ParentAnswer): CallbackIntent => ({
    kind: "answer",
    id,
    person: conversation.person,
    answer: given,
  });
  if (!again) return { conversation, intent: told({ ...said, again: null }) };
  const promisedAt = script.promise("today", now, load).at;
  return {
    conversation: {
      ...conversation,
      callback: id,
      slots: { ...conversation.slots, callback: "open", promise: String(promisedAt), tried: "no" },
    },
    intent: told({ ...said, again: { promisedAt } }),
  };
}

function checkBack(conversation: Conversation, { now }: Present): CallbackIntent | undefined {
  const days = checkBackDays(conversation.slots["check-back"]);
  return days === undefined
    ? undefined
    : {
        kind: "check-back",
        person: conversation.person,
        locale: conversation.locale,
        at: now + days * dayMilliseconds,
      };
}

/** What the parent saw on the confirm screen, and nothing else. */
function requestOf(conversation: Conversation, script: Script, { now }: Present): CallbackRequest {
  const { slots, said } = conversation;
  const meeting = meetings.find((known) => known === slots["meeting"]) ?? "call";
  const moment = moments.find((known) => known === slots["moment"]) ?? "any";
  return {
    person: conversation.person,
    channel: conversation.channel,
    locale: conversation.locale,
    lane: laneOf(conversation),
    reason: slots["reason"] ?? slots["doubt"] ?? slots["theme"] ?? "asked-for-nurse",
    words: said["request"] ?? "",
    ageBand: slots["age"] ?? null,
    // whoever chose a visit was told that no number goes along
    phone: meeting === "call" ? (said["phone"] ?? null) : null,
    moment,
    voicemailSafe: slots["voicemail"] === "safe",
    interpreter: slots["interpreter"] === "need",
    meeting,
    preferredNurse: null,
    region: slots["region"] ?? "all",
    path: conversation.path,
    rules: rulesOf(slots),
    consents: consentsOf(conversation),
    consentVersion: script.consentVersions[conversation.locale],
    toExplain: slots["understood"] === "no",
    requestedAt: now,
    promisedAt: Number(slots["promise"]),
  };
}

/**
 * What a rule found and a doubt that nobody cleared wait for today, a reason of its own for the next day, a
 * question a little longer.
 */
function laneOf({ slots }: Conversation): Lane {
  const isDoubted = slots["doubt"] !== undefined;
  if (isDoubted || rulesOf(slots).length > 0 || slots["reason"] === "after-card") return "today";
  return slots["reason"] === undefined ? "routine" : "soon";
}

function rulesOf(slots: Conversation["slots"]): readonly string[] {
  const named = (slot: string): readonly string[] => (slots[slot] ?? "").split(",").filter(Boolean);
  return [...new Set([...named("rules"), ...named("doubt-rules")])];
}

/**
 * Follows what became of a doubt: a card makes it as good as a sign that was found; cleared by the alarm check,
 * it is neither the reason of a request nor a claim to be called sooner.
 */
function withDoubtAsItIs(conversation: Conversation): Conversation {
  const { doubt, "doubt-rules": _rules, ...slots } = conversation.slots;
  if (doubt === undefined) return conversation;
  if (conversation.place.some(({ dialog }) => dialog === "card")) {
    const rules = rulesOf(conversation.slots).slice(-5).join(",");
    return { ...conversation, slots: { ...slots, reason: slots["reason"] ?? doubt, rules } };
  }
  return slots["cleared"] === "yes" ? { ...conversation, slots } : conversation;
}

/** Computes what can be promised while the request is made, so that what is told is what is stored. */
function withPromise(conversation: Conversation, script: Script, { now, load }: Present): Conversation {
  const at = conversation.place.at(-1);
  const telling = at?.dialog === "callback" && conversation.slots["callback"] !== "open";
  if (!telling) return conversation;
  const promise = script.promise(laneOf(conversation), now, load);
  return {
    ...conversation,
    slots: {
      ...conversation.slots,
      promise: String(promise.at),
      room: promise.kind,
      hours: promise.openNow ? "open" : "closed",
      opens: String(promise.opensAt),
    },
  };
}

/** Remembers which rule fired, for the nurse. */
function remembered(conversation: Conversation, rule: string | null): Conversation {
  if (rule === null) return conversation;
  const rules = new Set([...(conversation.slots["rules"] ?? "").split(",").filter(Boolean), rule]);
  return { ...conversation, slots: { ...conversation.slots, rules: [...rules].slice(-5).join(",") } };
}
