/**
 * What is sent without words of its own: photos, voices, places, thumbs. Never looked at, and never passed over.
 *
 * @module
 */
import { advance } from "../dialog/advance.ts";
import { interrupt, waitingAt } from "../dialog/walk.ts";
import { welcome } from "./carry-out.ts";
import type { Conversation } from "./conversation.ts";
import { type Decision, plain, standing } from "./decision.ts";
import type { Inbound } from "./inbound.ts";
import { askAgain } from "./late.ts";
import { questionOf } from "./question.ts";
import type { Present, Script } from "./script.ts";

const mediumDialog = "medium";

/** A thumb at the end of a conversation is a good-bye, which asks for no answer. */
export function isFarewell({ place }: Conversation, { medium }: Inbound, { book }: Script): boolean {
  return medium === "reaction" && waitingAt(book, place)?.node.kind === "end";
}

/**
 * Says what cannot be read, and offers the ways on; to a thumb, or new words for an old message, the same question is
 * asked again. A question of danger stays, and a card stays alone.
 */
export function answerMedium(
  conversation: Conversation,
  { medium }: Inbound,
  script: Script,
  present: Present,
): Decision {
  const here = standing(conversation);
  const isAside = medium === "reaction" || medium === "edited";
  if (here.place.length === 0) {
    const screen = welcome(conversation, script, present);
    return isAside ? screen : plain(conversation, interrupt(script.book, screen.step, mediumDialog));
  }
  if (questionOf(conversation, script).strict) return stayInDanger(conversation, script, isAside);
  if (isAside) return plain(conversation, advance(script.book, here, { kind: "unclear" }));
  const { place } = withoutMedium(conversation);
  return plain(conversation, interrupt(script.book, { ...here, place }, mediumDialog));
}

/** The conversation as it was asked before a medium came between: its buttons stand right above, and are good. */
export function beneathMedium(conversation: Conversation, { tapped }: Inbound): Conversation | undefined {
  const before = withoutMedium(conversation);
  const lately = Number(tapped?.slice(0, tapped.indexOf("."))) === conversation.turn - 1;
  return before === conversation || !lately ? undefined : before;
}

function stayInDanger(conversation: Conversation, script: Script, isAside: boolean): Decision {
  const again = askAgain(conversation, script);
  if (again.card !== "doubt" || isAside) return again;
  const said = { kind: "say", texts: ["medium:what"] } as const;
  return { ...again, step: { ...again.step, effects: [said, ...again.step.effects] } };
}

function withoutMedium(conversation: Conversation): Conversation {
  const { place } = conversation;
  const isMedium = place.at(-1)?.dialog === mediumDialog && place.length > 1;
  return isMedium ? { ...conversation, place: place.slice(0, -1) } : conversation;
}
