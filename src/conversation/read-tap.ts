import { represent } from "../dialog/walk.ts";
import type { Understanding } from "../understanding/understanding.ts";
import type { Conversation } from "./conversation.ts";
import { type Decision, plain, standing } from "./decision.ts";
import { routeWords } from "./follow-words.ts";
import type { Inbound } from "./inbound.ts";
import { questionOf } from "./question.ts";
import type { Question } from "./read-answer.ts";
import type { Command } from "./read-command.ts";
import type { Script } from "./script.ts";

/** What a tap on a button of the last reply chose; undefined for a button of an older one, and for no tap. */
export function tapOf(conversation: Conversation, { tapped }: Inbound): string | undefined {
  const choice = choiceOf(tapped);
  const fresh = tapped !== undefined && Number(tapped.slice(0, tapped.indexOf("."))) === conversation.turn;
  return fresh && choice !== undefined && conversation.offered.includes(choice) ? choice : undefined;
}

/** What a tap chose among the choices of a question that it may still answer. */
export function offeredTap({ tapped }: Inbound, { choices }: Question): string | undefined {
  const choice = choiceOf(tapped);
  return choices.find(({ id }) => id === choice)?.id;
}

const always: Readonly<Record<string, Command | "read">> = {
  // the only button of a template: it opens the 24-hour window and asks nothing
  read: "read",
  // the button of the other templates: how far is my request?
  callback: "callback",
  // the ways out that stand under nearly every message
  nurse: "nurse",
  menu: "menu",
};

/** What a button means in whichever turn it was sent. */
export function lastingTapOf({ tapped }: Inbound): Command | "read" | undefined {
  return always[choiceOf(tapped) ?? ""];
}

/**
 * Follows the label of a button of an earlier message where it names a theme: buttons stay where they are for ever.
 * It never answers the question of now, for a "no" to what was asked an hour ago must not clear an alarm check.
 */
export function followOldTap(conversation: Conversation, heard: Understanding, script: Script): Decision {
  const { strict } = questionOf(conversation, script);
  const routed = strict ? undefined : routeWords(conversation, heard, script);
  if (routed !== undefined) return routed;
  const decision = plain(conversation, represent(script.book, standing(conversation)));
  if (decision.card !== null) return decision;
  const said = { kind: "say", texts: ["common:old-button"] } as const;
  const step = { ...decision.step, effects: [said, ...decision.step.effects] };
  return { ...decision, step, card: strict ? "doubt" : null };
}

function choiceOf(tapped: string | undefined): string | undefined {
  const dot = tapped?.indexOf(".") ?? -1;
  return dot > 0 ? tapped?.slice(dot + 1) : undefined;
}
