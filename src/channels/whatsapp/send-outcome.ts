import type { Failure } from "../../conversation/bring-back.ts";
import type { SendOutcome } from "../../conversation/turn-log.ts";
import type { Answer } from "./graph.ts";

/**
 * What follows from an answer of Meta's. `knock`: the 24 hours are over, only a template may be sent. `alarm`
 * says that someone has to act: nothing mends itself.
 */
export type Verdict = {
  readonly outcome: SendOutcome | { readonly kind: "knock" };
  readonly alarm: boolean;
};

type Rule =
  | { readonly kind: "retry"; readonly firstSeconds: number; readonly factor: number; readonly most?: number }
  | { readonly kind: "wait" }
  | { readonly kind: "knock" }
  | { readonly kind: "drop"; readonly alarm?: true };

const backOff: Rule = { kind: "retry", firstSeconds: 1, factor: 2 };
const slowDown: Rule = { kind: "retry", firstSeconds: 5, factor: 2 };
/** Our account, key or bill: every message meets it. They wait until someone has mended it, so none is lost. */
const ours: Rule = { kind: "wait" };
const bug: Rule = { kind: "drop", alarm: true };
const theirs: Rule = { kind: "drop" };

/** Meta's codes. Its HTTP status is nearly always 400 and its titles change, so only the code counts. */
export const rules: Readonly<Record<number, Rule>> = {
  1: { ...backOff, most: 1 },
  2: backOff,
  4: slowDown,
  80007: slowDown,
  130429: slowDown,
  131000: { ...backOff, most: 5 },
  131016: backOff,
  133004: backOff,
  131057: { kind: "retry", firstSeconds: 60, factor: 1 },
  // too much to one person at once: Meta asks for 4^X seconds
  131056: { kind: "retry", firstSeconds: 1, factor: 4 },

  0: ours,
  3: ours,
  10: ours,
  190: ours,
  368: ours,
  130497: ours,
  131005: ours,
  131031: ours,
  131042: ours,
  133010: ours,

  131047: { kind: "knock" },

  131021: theirs,
  131026: theirs,
  131048: theirs,
  131049: theirs,
  131050: theirs,
  131051: theirs,
  131052: theirs,
  131053: theirs,
  131062: theirs,

  100: bug,
  131008: bug,
  131009: bug,
  132000: bug,
  132001: bug,
  132005: bug,
  132007: bug,
  132012: bug,
  132015: bug,
  132016: bug,
};

const longestSeconds = 5 * 60;

/** What a status means that says, after Meta took a message, that it failed: there is nothing left to wait for. */
export function judgeFailure(code: number): { readonly failure: Failure; readonly alarm: boolean } {
  const rule = ruleFor(400, code);
  switch (rule.kind) {
    case "knock":
      return { failure: "closed", alarm: false };
    case "retry":
      return { failure: "again", alarm: false };
    case "wait":
      return { failure: "never", alarm: true };
    case "drop":
      return { failure: "never", alarm: rule.alarm === true };
  }
}

/**
 * Judges an answer.
 *
 * @param tries how often this message was refused before.
 */
export function judge(answer: Answer, tries: number): Verdict {
  switch (answer.kind) {
    case "accepted":
      return quiet(answer.wireId === undefined ? { kind: "sent" } : { kind: "sent", wireId: answer.wireId });
    case "silent":
      return quiet({ kind: "unknown" });
    case "unreached":
      return quiet(retry("unreached", 2 ** tries));
    case "refused":
      return judgeRefusal(answer, tries);
  }
}

function judgeRefusal({ status, code, afterSeconds }: Answer & { kind: "refused" }, tries: number): Verdict {
  const name = code === undefined ? `http-${status}` : String(code);
  const rule = ruleFor(status, code);
  switch (rule.kind) {
    case "knock":
      return quiet({ kind: "knock" });
    case "wait":
      return { outcome: retry(name, longestSeconds), alarm: true };
    case "drop":
      return { outcome: { kind: "dropped", code: name }, alarm: rule.alarm === true };
    case "retry":
      if (tries >= (rule.most ?? Number.POSITIVE_INFINITY))
        return { outcome: { kind: "dropped", code: name }, alarm: true };
      return quiet(retry(name, afterSeconds ?? rule.firstSeconds * rule.factor ** tries));
  }
}

function ruleFor(status: number, code: number | undefined): Rule {
  if (code === undefined) return withoutCode(status);
  const rule = rules[code];
  if (rule !== undefined) return rule;
  if (code >= 200 && code <= 299) return ours;
  return status >= 500 ? backOff : bug;
}

/** No code at all: it was not Meta's message service that answered, so the address or the road is wrong. */
function withoutCode(status: number): Rule {
  if (status === 429) return slowDown;
  return status === 400 || status === 413 ? bug : ours;
}

function retry(code: string, seconds: number): SendOutcome {
  return { kind: "retry", code, afterMilliseconds: Math.min(seconds, longestSeconds) * 1000 };
}

function quiet(outcome: Verdict["outcome"]): Verdict {
  return { outcome, alarm: false };
}
