import type { Conversation } from "../../conversation/conversation.ts";
import type { Script } from "../../conversation/script.ts";
import { takeTurn } from "../../conversation/take-turn.ts";
import type { PersonId } from "../../terms.ts";
import { describe, type Figure, timed } from "./figures.ts";
import { benchScript, nextInbound } from "./walker.ts";

const turns = 20_000;

/** One turn in memory: the dialog alone, and with every word understood. */
export async function benchMemory(root: string): Promise<readonly Figure[]> {
  return [
    ...describe("turn without understanding", await turnsOf(benchScript(root, false))),
    ...describe("turn with understanding", await turnsOf(benchScript(root, true))),
    ["memory (resident)", `${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB`],
  ];
}

async function turnsOf(script: Script): Promise<readonly number[]> {
  let conversation: Conversation | undefined;
  const person = "bench" as PersonId;
  const turn = (at: number): void => {
    const inbound = nextInbound(person, at, conversation);
    const claim = { person, token: "1", inbound, attempts: 0, conversation };
    conversation = takeTurn(claim, script, { now: Date.now(), load: { ahead: 0, open: 0 } }).conversation;
  };
  for (let at = 0; at < 2_000; at += 1) turn(at);
  return timed(turns, turn);
}
