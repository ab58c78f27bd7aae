import type { Step } from "../dialog/step.ts";
import { represent, waitingAt } from "../dialog/walk.ts";
import type { Conversation } from "./conversation.ts";
import { type Decision, dangerDialogs, plain, standing } from "./decision.ts";
import { type Inbound, isDangerCard } from "./inbound.ts";
import { questionOf } from "./question.ts";
import type { Present, Script } from "./script.ts";

/** Longer than a message takes on any good day. */
const lateAfterMilliseconds = 15 * 60_000;

/** Tells whether a message was written so long ago that it may no longer be so. Messages of our own never were. */
export function isLate({ kind, sentAt }: Inbound, { now }: Present): boolean {
  return kind !== "due" && kind !== "told" && now - sentAt > lateAfterMilliseconds;
}

/**
 * Tells whether an answer to a question of danger calms: it leads out of the alarm. Yesterday's "no" says nothing
 * of today, while yesterday's "yes" is worth a card at any time.
 */
export function calms(conversation: Conversation, step: Step, script: Script): boolean {
  const asksOn = waitingAt(script.book, step.place)?.node.kind === "alarm-check";
  const stays = asksOn || dangerDialogs.includes(step.place.at(-1)?.dialog ?? "");
  return questionOf(conversation, script).strict && !stays;
}

/** Asks the same question again, as of now. A card is only ever shown as it is. */
export function askAgain(conversation: Conversation, script: Script): Decision {
  const decision = plain(conversation, represent(script.book, standing(conversation)));
  return decision.card === null ? { ...decision, card: "doubt" } : decision;
}

/** Says that the message took long, for what was true then may not be now. Our name goes before it; a card goes alone. */
export function saidLate(decision: Decision): Decision {
  const { card, step } = decision;
  if (isDangerCard(card)) return decision;
  const hello = step.effects.findIndex((one) => one.kind === "say" && one.texts[0] === "welcome:hello");
  const said = { kind: "say", texts: ["common:late"] } as const;
  return { ...decision, step: { ...step, effects: step.effects.toSpliced(hello + 1, 0, said) } };
}
