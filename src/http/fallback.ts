import { begin } from "../conversation/remember.ts";
import type { Script } from "../conversation/script.ts";
import type { Claim, Commit } from "../conversation/turn-log.ts";
import { writeReply } from "../conversation/write-reply.ts";

/** What a person gets whose message could not be answered: an honest word, and the ways out. */
export function fallbackFor({ inbound, conversation }: Claim, script: Script): Commit {
  const kept = conversation ?? begin(inbound, script);
  const next = { ...kept, turn: kept.turn + 1, offered: [] };
  const reply = writeReply([{ kind: "say", texts: ["common:fallback"] }], next, script, null);
  return { conversation: next, reply, intent: undefined };
}
