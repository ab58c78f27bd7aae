import { enter, interrupt, represent, waitingAt } from "../dialog/walk.ts";
import { isSimple, languageOf, localeOf } from "../language/locale.ts";
import type { Language, Locale } from "../terms.ts";
import type { Conversation } from "./conversation.ts";
import { type Decision, plain, standing } from "./decision.ts";
import type { Command } from "./read-command.ts";
import type { Present, Script } from "./script.ts";

/** A person who comes back after this long gets the short first screen, once (R-A3). */
const awayMilliseconds = 24 * 3_600_000;

const dialogOf: Partial<Record<Command, string>> = {
  stop: "stop",
  rights: "rights",
  callback: "my-callback",
};

/**
 * Carries out what was asked for from anywhere. What can be come back from keeps the person's place beneath it.
 *
 * Under a card only the language can be changed: nobody is led away from "call 112" by a word.
 */
export function carryOut(
  command: Command,
  conversation: Conversation,
  script: Script,
  present: Present,
): Decision {
  const here = standing(conversation);
  const locale = localeFor(command, conversation.locale);
  if (locale !== undefined) return switchTo(locale, conversation, script, present);
  if (waitingAt(script.book, here.place)?.node.kind === "card")
    return plain(conversation, represent(script.book, here));
  if (command === "greet") return welcome(conversation, script, present);
  if (command === "nurse") return plain(conversation, interrupt(script.book, here, "callback"));
  if (command === "language" || command === "erase") {
    return plain(conversation, interrupt(script.book, here, command));
  }
  return plain(conversation, enter(script.book, dialogOf[command] ?? "menu", here.slots));
}

/** Shows the first screen: whole, or short for a person who comes back. */
export function welcome(conversation: Conversation, script: Script, { now }: Present): Decision {
  const back = conversation.greetedAt !== null && now - conversation.greetedAt > awayMilliseconds;
  const slots = { ...conversation.slots, greeted: back ? "again" : "first" };
  return plain({ ...conversation, greetedAt: now }, enter(script.book, "welcome", slots));
}

/** Switches language or form and asks the same question again: the place is not lost. */
function switchTo(locale: Locale, before: Conversation, script: Script, present: Present): Decision {
  const conversation = { ...before, locale, localeChosen: true };
  if (conversation.place.length === 0) return welcome(conversation, script, present);
  const step = represent(script.book, standing(conversation));
  return plain(conversation, {
    ...step,
    effects: [{ kind: "say", texts: ["common:locale-set"] }, ...step.effects],
  });
}

function localeFor(command: Command, now: Locale): Locale | undefined {
  if (command === "simple") return localeOf(languageOf(now), true);
  if (command === "standard") return localeOf(languageOf(now), false);
  const language = command.startsWith("to-") ? (command.slice(3) as Language) : undefined;
  return language === undefined ? undefined : localeOf(language, isSimple(now));
}
