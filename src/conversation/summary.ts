import { writeMoment } from "../escalation/promise-time.ts";
import { languageOf } from "../language/locale.ts";
import type { Conversation } from "./conversation.ts";
import type { Script } from "./script.ts";

/** Gives what a parent can keep of the conversation (R-D5): at most eight lines, only what was really said. */
export function summaryLines(conversation: Conversation, script: Script): readonly string[] {
  const { locale, slots, said } = conversation;
  const { text, has } = script.catalogue;
  const label = (key: string): string | undefined => (has(locale, key) ? text(locale, key) : undefined);
  const line = (name: string, value: string | undefined): readonly string[] =>
    value === undefined || value === "" ? [] : [text(locale, `common:summary.${name}`, { value })];
  const days = checkBackDays(slots["check-back"]);
  const advised = slots["advised"] ?? "";

  return [
    text(locale, "common:summary.title"),
    ...line("question", label(`themes:${slots["theme"] ?? ""}`)),
    ...line("own-view", said["own-view"] ?? label(`${advised.split(":")[0]}:view.${slots["view"] ?? ""}`)),
    ...line("goal", said["goal"] ?? label(`${advised.split(":")[0]}:goal.${slots["goal"] ?? ""}`)),
    ...line("way", label(`${advised}.${slots["way"] ?? ""}`)),
    ...line("network", label(`network:who.${slots["network"] ?? ""}`)),
    ...(days === undefined ? [] : [text(locale, "common:summary.check-back", { count: days })]),
    ...line(
      "callback",
      slots["callback"] === "open"
        ? writeMoment(Number(slots["promise"]), script.organisation, languageOf(locale))
        : undefined,
    ),
    text(locale, "common:summary.when"),
  ];
}

/** The days until a check-back, from the choice made for it. */
export function checkBackDays(choice: string | undefined): number | undefined {
  const days = Number(choice?.replace(/^d/, ""));
  return Number.isInteger(days) && days > 0 ? days : undefined;
}
