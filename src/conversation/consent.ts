import type { Consent } from "../escalation/callback.ts";
import type { Conversation } from "./conversation.ts";
import type { Inbound } from "./inbound.ts";

/** What a parent agreed to by sending the request: that it is passed on, and what they said yes to by itself. */
export function consentsOf({ slots }: Conversation): readonly Consent[] {
  return [
    "passing-on",
    ...(slots["voicemail"] === "safe" ? (["voicemail"] as const) : []),
    ...(slots["afterwards"] === "yes" ? (["afterwards"] as const) : []),
  ];
}

/** Taking it back is one word, and holds until the parent says otherwise. */
export function withoutMessages(conversation: Conversation): Conversation {
  return { ...conversation, slots: { ...conversation.slots, afterwards: "no", "check-back": "no" } };
}

/**
 * Whether a question of our own may not be asked: the parent refused it, or took it back since it was agreed. Whether a
 * promised call came is asked all the same: it belongs to the request.
 */
export function isRefused({ slots }: Conversation, inbound: Inbound): boolean {
  return inbound.kind === "due" && inbound.asks !== "called" && slots["afterwards"] === "no";
}
