import { advance } from "../dialog/advance.ts";
import { bandOf, isAgeBand, monthsOf } from "../dialog/age-band.ts";
import type { Effect, Step } from "../dialog/step.ts";
import { enter, interrupt, represent } from "../dialog/walk.ts";
import { languageOf } from "../language/locale.ts";
import type { Language, Locale } from "../terms.ts";
import type { Understanding } from "../understanding/understanding.ts";
import { breakIn, sendToKindertelefoon } from "./break-in.ts";
import { carryOut, welcome } from "./carry-out.ts";
import { isRefused } from "./consent.ts";
import type { Conversation } from "./conversation.ts";
import { type Decision, dangerDialogs, plain, standing } from "./decision.ts";
import { followWords } from "./follow-words.ts";
import type { Inbound } from "./inbound.ts";
import { intentOf } from "./intent.ts";
import { askAgain, calms, isLate, saidLate } from "./late.ts";
import { answerMedium, beneathMedium, isFarewell } from "./media.ts";
import { passOn, withParked } from "./pass-on.ts";
import { numberAsked, takePhoneOf } from "./phone-words.ts";
import { questionOf } from "./question.ts";
import { readAnswer } from "./read-answer.ts";
import { isOurWord, readCommand } from "./read-command.ts";
import { followOldTap, lastingTapOf, offeredTap, tapOf } from "./read-tap.ts";
import { begin, learn, sureLanguage, wake } from "./remember.ts";
import type { Kept } from "./rights.ts";
import type { Present, Script } from "./script.ts";
import type { Claim, Commit } from "./turn-log.ts";
import { writeReply } from "./write-reply.ts";

/** Signs split over several messages are joined within this time. */
const joinMilliseconds = 15 * 60_000;
const longestPath = 40;
/**
 * Takes one message to all that it changes: the only place where what was understood meets the dialogs.
 *
 * Pure. Danger signs are looked for before the dialog is asked anything, so no dialog can be written that
 * misses them; the only messages not searched are our own words, when one is exactly a choice that was offered, and
 * a bare telephone number where one was asked for.
 */
export function takeTurn({ inbound, conversation, kept }: Claim, script: Script, present: Present): Commit {
  const before = wake(conversation ?? begin(inbound, script), inbound, script, present);
  if (inbound.kind === "told") return passOn(before, inbound, present);
  if (isRefused(before, inbound) || isFarewell(before, inbound, script))
    return { conversation: before, reply: undefined, intent: undefined };
  const greeted = greetFirst(decide(before, inbound, script, present), script, present);
  const decision = inbound.kind === "message" && isLate(inbound, present) ? saidLate(greeted) : greeted;
  const commit = commitOf(decision, inbound, script, present, kept);
  return inbound.kind === "due" ? commit : withParked(commit, before, present);
}

function decide(conversation: Conversation, inbound: Inbound, script: Script, present: Present): Decision {
  if (inbound.kind === "due") return askOwn(conversation, inbound, script);
  const words = inbound.words.reveal();
  if (inbound.kind === "medium") {
    const danger = searchMedium(conversation, inbound, script, present);
    return danger ?? answerMedium(conversation, inbound, script, present);
  }
  const tapped = tapOf(conversation, inbound);
  const old = tapped === undefined && inbound.tapped !== undefined;
  const before = old ? beneathMedium(conversation, inbound) : undefined;
  const tappedBefore = before && offeredTap(inbound, questionOf(before, script));
  if (before !== undefined && tappedBefore !== undefined)
    return choose(before, tappedBefore, inbound, script, present);
  const chosen = tapped ?? (old ? undefined : ownWords(conversation, words, script));
  if (chosen !== undefined) return choose(conversation, chosen, inbound, script, present);
  const lasting = lastingTapOf(inbound);
  if (lasting === "read" || (lasting === undefined && words.trim() === ""))
    return answerWordless(conversation, script, present);
  if (lasting !== undefined) return carryOut(lasting, conversation, script, present);
  const number = old ? undefined : numberAsked(conversation, words, script);
  if (number !== undefined) return number;

  const heard = understandSafely(conversation, words, script, present);
  const known = learn(conversation, words, withSecondOpinion(heard, present.spoken), present);
  const command = readCommand(words, script.commands);
  return (
    breakIn(known, heard, inbound, script, present) ??
    sendToKindertelefoon(known, words, script) ??
    sendToPage(known, inbound, script) ??
    (command !== undefined
      ? carryOut(command, command === "greet" ? known : conversation, script, present)
      : old && known.place.length > 0
        ? followOldTap(known, heard, script)
        : followWords(known, words, heard, script, present))
  );
}

/** Takes an answer. One that calms and comes late is asked for again: it says how things were, not how they are. */
function choose(
  conversation: Conversation,
  choice: string,
  inbound: Inbound,
  script: Script,
  present: Present,
): Decision {
  const known = takePhoneOf(conversation, choice);
  const step = advance(script.book, standing(known), { kind: "chose", choice });
  if (isLate(inbound, present) && calms(conversation, step, script)) return askAgain(conversation, script);
  return { ...plain(known, step), chose: choice };
}

/** A question of our own (was it any help, were you called?) is asked on top of what the person was doing. */
function askOwn(conversation: Conversation, inbound: Inbound, script: Script): Decision {
  const asked = { about: inbound.about ?? "none" };
  return plain(
    conversation,
    interrupt(script.book, standing(conversation), inbound.asks ?? "how-was-it", asked),
  );
}

function ownWords(conversation: Conversation, words: string, script: Script): string | undefined {
  return readAnswer(words, questionOf(conversation, script), script.catalogue, script.commands);
}

/** Something without words: the chat was opened, or a tap knocked at a closed window. */
function answerWordless(conversation: Conversation, script: Script, present: Present): Decision {
  return conversation.place.length === 0
    ? welcome(conversation, script, present)
    : plain(conversation, represent(script.book, standing(conversation)));
}

/** The words beside a photo or the like are searched for danger signs, and are no answer to anything. */
function searchMedium(
  conversation: Conversation,
  inbound: Inbound,
  script: Script,
  present: Present,
): Decision | undefined {
  const caption = inbound.words.reveal();
  if (caption.trim() === "") return undefined;
  const heard = understandSafely(conversation, caption, script, present);
  return breakIn(conversation, heard, inbound, script, present);
}

/** With `WHATSAPP_HEALTH_TEXT=link`, what is typed on WhatsApp leads to the page once no danger was found. */
function sendToPage(conversation: Conversation, inbound: Inbound, script: Script): Decision | undefined {
  if (inbound.channel !== "whatsapp" || script.whatsAppHealthText !== "link") return undefined;
  const here = standing(conversation);
  const step =
    here.place.length === 0 ? enter(script.book, "welcome", here.slots) : represent(script.book, here);
  const link: Effect = { kind: "say", texts: ["common:go-to-page"] };
  return plain(conversation, { ...step, effects: [link, ...step.effects] });
}

/**
 * Says the first screen to whoever did not hear it yet (R-A1). A danger card goes before it: then it is said
 * once the card is left.
 */
function greetFirst(decision: Decision, script: Script, { now }: Present): Decision {
  const { conversation, step } = decision;
  const inDanger = step.place.some(({ dialog }) => dangerDialogs.includes(dialog));
  if (conversation.greetedAt !== null || inDanger) return decision;
  const greeted = { ...conversation, greetedAt: now };
  const said = step.effects.some((effect) => effect.kind === "say" && effect.texts[0] === "welcome:hello");
  if (said || step.effects.some(({ kind }) => kind === "erase"))
    return { ...decision, conversation: greeted };
  const hello = enter(script.book, "welcome", {}).effects.slice(0, 1);
  return { ...decision, conversation: greeted, step: { ...step, effects: [...hello, ...step.effects] } };
}

/** Where our own reading of the language is unsure, somebody else's counts. Nothing else of it does. */
function withSecondOpinion(heard: Understanding, spoken: Language | undefined): Understanding {
  return spoken === undefined || heard.languageConfidence >= sureLanguage
    ? heard
    : { ...heard, language: spoken, languageConfidence: sureLanguage };
}

/** "Delete everything" means just that: what is suspected of such a word without any rule is no doubt. */
function unguessed(heard: Understanding): Understanding {
  if (heard.concern.rule !== null) return heard;
  return { ...heard, concern: { level: "none", category: null, doubt: false, rule: null } };
}

/** Detection that fails counts as doubt: the parent is asked, never passed over. */
function understandSafely(
  conversation: Conversation,
  words: string,
  script: Script,
  { now }: Present,
): Understanding {
  const language = languageOf(conversation.locale);
  try {
    const heard = script.understand(words, {
      language,
      ageMonths: conversation.ageMonths ?? undefined,
      earlier: conversation.traces.filter(({ at }) => now - at < joinMilliseconds).map(({ trace }) => trace),
    });
    return isOurWord(words, script.commands) ? unguessed(heard) : heard;
  } catch {
    return {
      language,
      languageConfidence: 0,
      themes: [{ theme: "other", score: 0 }],
      ageMonths: null,
      concern: { level: "none", category: "other", doubt: true, rule: "detector-failed" },
      calm: false,
      trace: "",
    };
  }
}

function commitOf(
  decision: Decision,
  inbound: Inbound,
  script: Script,
  present: Present,
  kept: Kept | undefined,
): Commit {
  const { step } = decision;
  const localised = step.effects.reduce(switchLocale, decision.conversation);
  const moved: Conversation = {
    ...localised,
    place: step.place,
    slots: step.slots,
    said: keepWords(decision, inbound),
    ageMonths: ageOf(localised, step),
    turn: localised.turn + 1,
    path: [...localised.path, pathEntry(decision)].slice(-longestPath),
  };
  const { conversation, intent } = intentOf(
    moved,
    step.effects,
    decision.rule ?? null,
    inbound.id,
    script,
    present,
  );
  const reply = writeReply(step.effects, conversation, script, decision.card, kept);
  return { conversation: { ...conversation, offered: reply.choices.map(({ id }) => id) }, reply, intent };
}

function switchLocale(conversation: Conversation, effect: Effect): Conversation {
  if (effect.kind !== "set-locale") return conversation;
  return { ...conversation, locale: effect.locale as Locale, localeChosen: true };
}

/** On WhatsApp only a telephone number is kept: free text there serves detection and routing, and nothing else. */
function keepWords({ conversation, step, words }: Decision, inbound: Inbound): Conversation["said"] {
  const kept = step.effects.find((effect) => effect.kind === "keep-words");
  if (kept === undefined || words === undefined) return conversation.said;
  if (inbound.channel === "whatsapp" && kept.slot !== "phone") return conversation.said;
  return { ...conversation.said, [kept.slot]: words };
}

function ageOf({ ageMonths }: Conversation, { slots }: Step): number | null {
  const band = slots["age"];
  if (!isAgeBand(band)) return ageMonths;
  return ageMonths !== null && bandOf(ageMonths) === band ? ageMonths : monthsOf(band);
}

function pathEntry({ conversation, step, chose }: Decision): string {
  const from = conversation.place.at(-1);
  const to = step.place.at(-1);
  return chose === undefined || from === undefined
    ? `${to?.dialog ?? ""}:${to?.node ?? ""}`
    : `${from.dialog}:${from.node}=${chose}`;
}
