import { type Knock, knocks } from "../conversation/inbound.ts";
import type { Callback } from "../escalation/callback.ts";
import { triedSince } from "../escalation/tried-since.ts";
import { languageOf } from "../language/locale.ts";
import type { Language } from "../terms.ts";
import { type ParentLine, type WayBack, windowEnd } from "./parent.ts";

interface FixedMessages {
  readonly suggested: Knock;
  readonly messages: { readonly name: Knock; readonly theirs: string; readonly yours: string }[];
}

/** From so many missed calls on, the parent is asked whether they still want one. */
const manyTries = 2;

/**
 * Gives what may be sent to a parent after the 24 hours, as they and as the nurse read it; null where no window
 * closes. None of it says what the request is about.
 */
export function fixedMessages(
  callback: Callback,
  way: WayBack | undefined,
  language: Language,
  { knockText }: Pick<ParentLine, "knockText">,
): FixedMessages | null {
  if (way === undefined || windowEnd(way) === null) return null;
  return {
    suggested: suggested(callback),
    messages: knocks.map((name) => ({
      name,
      theirs: knockText(name, languageOf(way.locale)),
      yours: knockText(name, language),
    })),
  };
}

/** A call that was missed is told as such; whoever asked for a visit, or was not called yet, has something to read. */
function suggested(callback: Callback): Knock {
  if (triedSince(callback) !== "not_reached") return "ready";
  return callback.attempts < manyTries ? "tried" : "still-wanted";
}
