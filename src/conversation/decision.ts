import type { Standing, Step } from "../dialog/step.ts";
import type { Conversation } from "./conversation.ts";
import type { CardKind } from "./inbound.ts";

/** What was decided for one message, before it is put into words. */
export interface Decision {
  /** What is known after reading the message; where it was waiting is still its place. */
  readonly conversation: Conversation;
  readonly step: Step;
  readonly card: CardKind | null;
  /** The choice taken, for the nurse's transcript. */
  readonly chose?: string;
  /** The words to keep where the step says so. */
  readonly words?: string;
  /** The rule that fired, for the nurse. */
  readonly rule?: string | null;
}

/** Decides on a step as it is; the card is the one its effects show, if any. */
export function plain(conversation: Conversation, step: Step): Decision {
  const card = step.effects.find((effect) => effect.kind === "card")?.level ?? null;
  return { conversation, step, card };
}

export function standing({ place, slots }: Conversation): Standing {
  return { place, slots };
}

/** The dialogs of danger: nothing is asked on top of them, and the first screen waits until they are left. */
export const dangerDialogs: readonly string[] = ["card", "alarm", "doubt", "fever-age", "still-so"];
