import { offer } from "../dialog/present.ts";
import { waitingAt } from "../dialog/walk.ts";
import type { Conversation } from "./conversation.ts";
import type { Question } from "./read-answer.ts";
import type { Script } from "./script.ts";
import { orderChoices } from "./write-reply.ts";

/** The question a person is being asked, with its choices in the order they were shown. */
export function questionOf(conversation: Conversation, script: Script): Question {
  const { locale, place, slots } = conversation;
  const waiting = waitingAt(script.book, place);
  if (waiting === undefined) return { choices: [], locale, strict: false };
  const { node } = waiting;
  const strict =
    node.kind === "alarm-check" || node.kind === "card" || (node.kind === "ask" && node.strict === true);
  return { choices: orderChoices(offer(waiting, slots), locale, script), locale, strict };
}
