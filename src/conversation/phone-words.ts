import { advance } from "../dialog/advance.ts";
import { represent, waitingAt } from "../dialog/walk.ts";
import { readPhone, writePhone } from "../escalation/read-phone.ts";
import type { Conversation } from "./conversation.ts";
import { type Decision, plain, standing } from "./decision.ts";
import type { Script } from "./script.ts";

/** The choices of the question from which country a number is: one for each that numbers are read for. */
const countries: readonly string[] = ["nl", "pl", "tr", "de", "be"];

/**
 * Takes a telephone number in. One that could be from several countries is not guessed at: its readings wait
 * until the parent says which, see {@link takePhoneOf}.
 */
export function takePhone(conversation: Conversation, words: string, script: Script): Decision {
  const here = standing(conversation);
  const read = readPhone(words);
  if (read.kind === "read") {
    const shown = { ...here, slots: { ...here.slots, "phone-shown": writePhone(read.e164) } };
    return { ...plain(conversation, advance(script.book, shown, { kind: "said" })), words: read.e164 };
  }
  const guesses = read.guesses.filter(({ country }) => countries.includes(country.toLowerCase()));
  if (guesses.length > 0) {
    const several = guesses.map(({ country }) => country.toLowerCase());
    const said = { ...conversation.said, "phone-guesses": guesses.map(({ e164 }) => e164).join(",") };
    const step = advance(script.book, here, { kind: "said", several });
    return plain({ ...conversation, said }, step);
  }
  const step = represent(script.book, here);
  const unclear = { kind: "say", texts: ["callback:phone.unclear"] } as const;
  return plain(conversation, { ...step, effects: [unclear, ...step.effects] });
}

/**
 * A telephone number where one was asked for. Figures alone say nothing about danger, so they are not searched:
 * a doubt about them would ask for the number for ever.
 */
export function numberAsked(conversation: Conversation, words: string, script: Script): Decision | undefined {
  const waiting = waitingAt(script.book, conversation.place)?.node;
  const asked = waiting?.kind === "hear" && waiting.reads === "phone";
  if (!asked || /\p{L}/u.test(words)) return undefined;
  const read = readPhone(words);
  return read.kind === "read" || read.guesses.length > 0 ? takePhone(conversation, words, script) : undefined;
}

/** Takes the reading of the country that was chosen, if that is what was asked. */
export function takePhoneOf(conversation: Conversation, chosen: string): Conversation {
  const { place, slots, said } = conversation;
  const at = (slots["countries"] ?? "").split(",").indexOf(chosen);
  const phone = said["phone-guesses"]?.split(",")[at];
  if (!place.at(-1)?.node.startsWith("phone-which") || phone === undefined) return conversation;
  const { "phone-guesses": _guesses, ...kept } = said;
  return {
    ...conversation,
    said: { ...kept, phone },
    slots: { ...slots, "phone-shown": writePhone(phone) },
  };
}
