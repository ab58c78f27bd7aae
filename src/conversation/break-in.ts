import { advance, canHear } from "../dialog/advance.ts";
import type { Slots, Standing, Step } from "../dialog/step.ts";
import { enter, interrupt, waitingAt } from "../dialog/walk.ts";
import type { Understanding } from "../understanding/understanding.ts";
import type { Conversation } from "./conversation.ts";
import { type Decision, dangerDialogs, standing } from "./decision.ts";
import type { Inbound } from "./inbound.ts";
import { isLate } from "./late.ts";
import { saysToBeYoung } from "./read-command.ts";
import type { Present, Script } from "./script.ts";
import { sureTheme } from "./sure-theme.ts";

/**
 * Breaks in with the card of a danger sign, or with the alarm check when there is a doubt, whatever was being
 * asked. Undefined when the message raises neither.
 */
export function breakIn(
  conversation: Conversation,
  heard: Understanding,
  inbound: Inbound,
  script: Script,
  present: Present,
): Decision | undefined {
  const { level, doubt } = heard.concern;
  if ((level === "emergency" || level === "urgent") && !doubt) {
    return showCard(conversation, heard, level, script, isLate(inbound, present));
  }
  return doubt ? askFirst(conversation, heard, inbound.words.reveal(), script) : undefined;
}

function showCard(
  conversation: Conversation,
  { concern: { category, card, rule } }: Understanding,
  level: "emergency" | "urgent",
  script: Script,
  late: boolean,
): Decision {
  const sign = category ?? "other";
  const beneath = outsideDanger(standing(conversation), script);
  const shown = interrupt(script.book, beneath, "card", { card: card ?? sign, level, reason: sign });
  return { conversation, step: late ? askIfStillSo(shown, script) : shown, card: level, rule };
}

/** A card in a late message is shown all the same, and then asked about: it may be over. */
function askIfStillSo(shown: Step, script: Script): Step {
  const asked = interrupt(script.book, shown, "still-so");
  return { ...asked, effects: [...shown.effects.filter(({ kind }) => kind === "card"), ...asked.effects] };
}

function askFirst(conversation: Conversation, heard: Understanding, words: string, script: Script): Decision {
  const { concern, ageMonths } = heard;
  const here = standing(conversation);
  const doubted = doubtIn(conversation, heard);
  const found = concern.level === "nurse" ? { rule: concern.rule } : {};
  const waiting = waitingAt(script.book, here.place)?.node.kind;
  if (waiting === "alarm-check" || waiting === "card") {
    const noted = { ...here, slots: { ...here.slots, ...doubted } };
    return { conversation, step: advance(script.book, noted, { kind: "unclear" }), card: "doubt", ...found };
  }
  const answered = answerBeneath(here, script);
  const beneath = questionBeneath(here, heard, script) ?? answered ?? outsideDanger(here, script);
  const feverOfUnknownAge =
    concern.category === "infant_fever" && (ageMonths ?? conversation.ageMonths) === null;
  const step = interrupt(script.book, beneath, feverOfUnknownAge ? "fever-age" : "doubt", doubted);
  const kept = answered?.effects.filter(({ kind }) => kind === "keep-words") ?? [];
  return {
    conversation,
    step: { ...step, effects: [...kept, ...step.effects] },
    card: "doubt",
    words,
    ...found,
  };
}

/**
 * What notes a doubt, so that a nurse hears of it unless the alarm check clears it. What was answered to an
 * earlier check says nothing of this one: `cleared` begins anew.
 *
 * A concern for a nurse was found, not doubted: only whether there is danger besides is asked. It stays whatever
 * the alarm check says, for "I cannot go on" is no less true when the child is well.
 */
function doubtIn({ slots }: Conversation, { concern }: Understanding): Slots {
  if (concern.level === "nurse") return { cleared: "no", reason: concern.category ?? "other" };
  const rules = [...(slots["doubt-rules"] ?? "").split(","), concern.rule ?? ""].filter(Boolean);
  return {
    cleared: "no",
    doubt: slots["doubt"] ?? concern.category ?? "other",
    "doubt-rules": [...new Set(rules)].slice(-5).join(","),
  };
}

/** Own words that were asked for count as the answer, also when they raised a doubt: nobody has to write them twice. */
function answerBeneath(here: Standing, script: Script): Step | undefined {
  const waiting = waitingAt(script.book, here.place)?.node;
  if (waiting === undefined || !canHear(waiting)) return undefined;
  if (waiting.kind === "hear" && waiting.reads === "phone") return undefined;
  return advance(script.book, here, { kind: "said" });
}

/** A question that raised a doubt is taken up once the doubt is cleared: its theme waits beneath the alarm check. */
function questionBeneath(here: Standing, { themes }: Understanding, script: Script): Standing | undefined {
  const waiting = waitingAt(script.book, here.place);
  const [best] = themes;
  const start = best === undefined ? undefined : script.book.themes[best.theme]?.["start"];
  if (best === undefined || best.score < sureTheme || start === undefined) return undefined;
  if (waiting !== undefined && canHear(waiting.node)) return undefined;
  const first = script.book.dialogs.get(start)?.first;
  if (first === undefined) return undefined;
  return { place: [{ dialog: start, node: first }], slots: { ...here.slots, theme: best.theme, calm: "no" } };
}

/** A card is never stacked on a card: the way back leads to what was asked before the first. */
function outsideDanger(here: Standing, script: Script): Standing {
  const at = here.place.findIndex(({ dialog }) => dangerDialogs.includes(dialog));
  const place = at < 0 ? here.place : here.place.slice(0, at);
  return place.length === 0 ? enter(script.book, "welcome", here.slots) : { ...here, place };
}

/** A writer who says to be under 16 gets the way to the Kindertelefoon, and nothing is kept of them. */
export function sendToKindertelefoon(
  conversation: Conversation,
  words: string,
  script: Script,
): Decision | undefined {
  if (!saysToBeYoung(words)) return undefined;
  const step = enter(script.book, "young", {});
  return { conversation, step: { ...step, effects: [...step.effects, { kind: "erase" }] }, card: null };
}
