import { advance, canHear } from "../dialog/advance.ts";
import type { Standing, Step } from "../dialog/step.ts";
import { enterTheme, interrupt, waitingAt } from "../dialog/walk.ts";
import type { Understanding } from "../understanding/understanding.ts";
import { welcome } from "./carry-out.ts";
import type { Conversation } from "./conversation.ts";
import { type Decision, plain, standing } from "./decision.ts";
import { takePhone } from "./phone-words.ts";
import { questionOf } from "./question.ts";
import { readMistyped } from "./read-answer.ts";
import { sureLanguage } from "./remember.ts";
import type { Present, Script } from "./script.ts";
import { sureTheme } from "./sure-theme.ts";

/** From this score a theme is among those asked about. */
const possibleTheme = 0.2;

/** Follows free words that are neither danger nor command: an answer, a mistyped choice, or a question of their own. */
export function followWords(
  conversation: Conversation,
  words: string,
  heard: Understanding,
  script: Script,
  present: Present,
): Decision {
  const here = standing(conversation);
  const waiting = waitingAt(script.book, here.place);
  if (waiting === undefined) return firstQuestion(conversation, heard, script, present);
  if (isForeign(heard)) return plain(conversation, interrupt(script.book, here, "other-language"));
  if (waiting.node.kind === "hear" && waiting.node.reads === "phone")
    return takePhone(conversation, words, script);
  if (canHear(waiting.node))
    return { ...plain(conversation, advance(script.book, here, { kind: "said" })), words };

  const mistyped = readMistyped(words, questionOf(conversation, script), script.catalogue);
  if (mistyped !== undefined) {
    const step = advance(script.book, here, { kind: "chose", choice: mistyped });
    return { ...plain(conversation, step), chose: mistyped };
  }
  return routeWords(conversation, heard, script) ?? repeat(conversation, script);
}

/** The first thing a person writes: the first screen is said, and the question is taken up at once (R-G8). */
function firstQuestion(
  conversation: Conversation,
  heard: Understanding,
  script: Script,
  present: Present,
): Decision {
  const screen = welcome(conversation, script, present);
  const at = { ...screen.conversation, place: screen.step.place, slots: screen.step.slots };
  const taken = isForeign(heard)
    ? plain(at, interrupt(script.book, screen.step, "other-language"))
    : routeWords(at, heard, script);
  if (taken === undefined) return screen;
  const hello = screen.step.effects.slice(0, 1);
  return { ...taken, step: { ...taken.step, effects: [...hello, ...taken.step.effects] } };
}

/** A question of a parent's own: to its theme when sure, to three buttons when not, to a nurse when it weighs. */
export function routeWords(
  conversation: Conversation,
  heard: Understanding,
  script: Script,
): Decision | undefined {
  const before = standing(conversation);
  const waiting = waitingAt(script.book, before.place)?.node.kind;
  if (waiting === "alarm-check" || waiting === "card") return undefined;

  const here = { ...before, slots: { ...before.slots, calm: heard.calm ? "yes" : "no" } };
  const [best] = heard.themes;
  const sure = best !== undefined && best.score >= sureTheme && best.theme !== "other";
  const opened = sure ? openTheme(best.theme, here, script) : undefined;
  if (heard.concern.level === "nurse") {
    const reason = heard.concern.category ?? "other";
    const offered = interrupt(script.book, opened ?? here, "heavy", { reason });
    return { ...plain(conversation, offered), rule: heard.concern.rule };
  }
  return opened === undefined ? guess(conversation, here, heard, script) : plain(conversation, opened);
}

function guess(
  conversation: Conversation,
  here: Standing,
  { themes }: Understanding,
  script: Script,
): Decision | undefined {
  const likely = themes.filter(({ theme, score }) => theme !== "other" && score >= possibleTheme).slice(0, 3);
  if (likely.length === 0) return undefined;
  return plain(
    conversation,
    interrupt(script.book, here, "guess", { guess: likely.map(({ theme }) => theme).join(",") }),
  );
}

function openTheme(theme: string, here: Standing, script: Script): Step {
  return theme === "nurse_request"
    ? interrupt(script.book, here, "callback")
    : enterTheme(script.book, theme, here.slots);
}

function repeat(conversation: Conversation, script: Script): Decision {
  const here = standing(conversation);
  const decision = plain(conversation, advance(script.book, here, { kind: "unclear" }));
  const inAlarmCheck = waitingAt(script.book, here.place)?.node.kind === "alarm-check";
  return inAlarmCheck ? { ...decision, card: "doubt" } : decision;
}

function isForeign({ language, languageConfidence }: Understanding): boolean {
  return language === "other" && languageConfidence >= sureLanguage;
}
