import { nurseWord, type Story } from "./stories.ts";
import { openWebChat, type Shown } from "./web-chat.ts";

/** Gives the next number from 0 up to 1, the same row for the same seed. */
export type Dice = () => number;

/** More than any request needs: a story that goes astray ends. */
const mostMessages = 30;

/** Plays one story to its end: what they ask, one step along the dialog, and the request for a nurse. */
export async function writeIn(url: string, story: Story, dice: Dice): Promise<"asked" | "left"> {
  const chat = await openWebChat(url, story.locale);
  const language = story.locale.slice(0, 2) as keyof typeof nurseWord;
  let shown = await chat.say(story.opening === "" ? nurseWord[language] : story.opening);
  for (let count = 0; count < mostMessages; count += 1) {
    if (shown.dialog === "callback" && shown.node === "after") return "asked";
    const next = answerTo(shown, story, dice) ?? nurseWord[language];
    shown = await chat.say(next);
  }
  return "left";
}

/** What this parent answers; undefined where they ask for a nurse instead. */
function answerTo({ dialog, node, choices }: Shown, story: Story, dice: Dice): string | undefined {
  const any = (from: readonly string[]): string | undefined => from[Math.floor(dice() * from.length)];
  if (dialog === "consent") return node === "afterwards" ? any(choices) : choices[1];
  if (dialog !== "callback") return node === "check" || node === "alarm" ? choices[0] : undefined;
  switch (node) {
    case "words":
      return story.request;
    case "phone":
      return story.visit === true ? choices[0] : inventNumber(story.country, dice);
    case "region":
      return any(choices.slice(0, -1));
    case "moment":
      return any(choices);
    case "voicemail":
      return any(choices);
    case "interpreter":
      return choices[story.interpreter ? 1 : 0];
    default:
      return choices[0];
  }
}

/** A number in the form of a country's mobile numbers. Nobody is ever rung: the demo only shows it. */
function inventNumber(country: Story["country"], dice: Dice): string {
  const digits = (count: number) => Array.from({ length: count }, () => Math.floor(dice() * 10)).join("");
  if (country === "PL") return `+48 512 ${digits(6)}`;
  if (country === "TR") return `+90 532 ${digits(7)}`;
  return `06 12${digits(6)}`;
}
