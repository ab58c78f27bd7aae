import type { Outbox } from "../conversation/turn-log.ts";
import type { Callback, Outcome } from "../escalation/callback.ts";
import type { Private } from "../privacy/private.ts";
import type { ChannelName, Locale, PersonId } from "../terms.ts";

/** How a person can be written to: where their last message came from. */
export interface WayBack {
  readonly channel: ChannelName;
  readonly address: Private<string>;
  readonly locale: Locale;
  readonly lastInboundAt: number;
}

/** What can be said to a parent from the console's side. Every key stands in `locales/<tag>/followup.json`. */
export interface ParentLine {
  readonly outbox: Outbox;
  /** Finds how to write to a person; undefined once the conversation is forgotten. */
  readonly wayBack: (person: PersonId) => Promise<WayBack | undefined>;
  /** Gives a text of `followup.json` in a locale; never falls back to another language. */
  readonly say: (locale: Locale, key: string, values?: Readonly<Record<string, string | number>>) => string;
}

/** The texts the console's side needs, so that a check can find a missing one. */
export const followUpTexts = [
  "outcome.advice_given",
  "outcome.appointment_made",
  "outcome.referred",
  "outcome.not_needed",
  "outcome.not_reached",
  "outcome.withdrawn",
  "again",
  "late",
  "tried",
  "nurse-says",
] as const;
type FollowUpText = (typeof followUpTexts)[number];

/** Says how a callback ended, and how to come back. Once per callback and ending. */
export function tellOutcome(line: ParentLine, callback: Callback, outcome: Outcome): Promise<boolean> {
  const endings = callback.history.filter(({ kind }) => kind === "closed").length;
  return send(line, callback, `outcome-${callback.id}-${endings}`, [[`outcome.${outcome}`], ["again"]]);
}

/** Says honestly that the promise was broken, that it is seen, and where to go meanwhile. Once per callback. */
export function tellLate(line: ParentLine, callback: Callback): Promise<boolean> {
  return send(line, callback, `late-${callback.id}`, [["late"]]);
}

/** Says that a nurse tried to call. Names no subject: others may read along (P-15). */
export function tellTried(line: ParentLine, callback: Callback): Promise<boolean> {
  return send(line, callback, `tried-${callback.id}-${callback.attempts}`, [["tried"]]);
}

/** Sends a nurse's own words, with her name, as words of a person and not of the bot. */
export function tellFromNurse(
  line: ParentLine,
  callback: Callback,
  message: { readonly nurse: string; readonly words: string; readonly key: string },
): Promise<boolean> {
  const { nurse, words, key } = message;
  return send(line, callback, `nurse-${callback.id}-${key}`, [["nurse-says", { nurse, words }]]);
}

type Said = readonly [FollowUpText, Readonly<Record<string, string>>?];

/** False when there is no way back to the parent any more, or it was said before. */
async function send(
  line: ParentLine,
  { request }: Callback,
  key: string,
  texts: readonly Said[],
): Promise<boolean> {
  const way = await line.wayBack(request.person);
  if (way === undefined) return false;
  const { locale, channel, address, lastInboundAt } = way;
  return line.outbox.put({
    key,
    person: request.person,
    channel,
    address,
    lastInboundAt,
    reply: {
      bubbles: texts.map(([text, values]) => ({ text: line.say(locale, text, values) })),
      choices: [],
      listLabel: "",
      locale,
      turn: 0,
      dialog: "followup",
      node: texts[0]?.[0] ?? "",
      card: null,
    },
  });
}
