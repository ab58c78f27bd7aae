import { setTimeout as pause } from "node:timers/promises";
import type { Conversation } from "../../conversation/conversation.ts";
import { takeTurn } from "../../conversation/take-turn.ts";
import { Private } from "../../privacy/private.ts";
import type { Storage } from "../../storage/open-storage.ts";
import type { PersonId } from "../../terms.ts";
import { benchScript } from "../bench/walker.ts";

const phone = "0612345678";
const mostSteps = 25;
const together = 50;

/** Walks one parent through the real dialogs up to the screen that asks whether the request may be sent. */
export function walkToConfirm(root: string): Conversation {
  const script = benchScript(root, false);
  const present = { now: Date.now(), load: { ahead: 0, open: 0 } };
  const person = "storm" as PersonId;
  let conversation: Conversation | undefined;
  let line = "verpleegkundige";
  for (let step = 0; step < mostSteps; step += 1) {
    const inbound = {
      id: `m${step}`,
      person,
      channel: "whatsapp",
      kind: "message",
      sentAt: present.now,
    } as const;
    const words = { words: new Private(line), address: new Private("") };
    const { conversation: now, reply } = takeTurn(
      { person, token: "1", attempts: 0, conversation, inbound: { ...inbound, ...words } },
      script,
      present,
    );
    conversation = now;
    if (reply?.node === "confirm") return now;
    line = lineFor(reply?.dialog, reply?.node);
  }
  throw new Error("the dialogs do not lead to the screen that sends a request");
}

/** Puts every parent before that screen, each with a number of their own, as their earlier messages would have. */
export async function putBeforeConfirm(
  persons: readonly PersonId[],
  conversation: Conversation,
  { turnLog }: Pick<Storage, "turnLog">,
): Promise<void> {
  for (let at = 0; at < persons.length; at += together) {
    await Promise.all(persons.slice(at, at + together).map((person) => accept(person, turnLog)));
    for (let left = Math.min(together, persons.length - at); left > 0; ) {
      const claim = await turnLog.claim();
      if (claim === undefined) {
        await pause(5);
        continue;
      }
      left -= 1;
      const number = `+316${10_000_000 + persons.indexOf(claim.person)}`;
      const said = { ...conversation.said, phone: number };
      const own = { ...conversation, person: claim.person, said };
      await turnLog.commit(claim, { conversation: own, reply: undefined, intent: undefined });
    }
  }
}

async function accept(person: PersonId, turnLog: Storage["turnLog"]): Promise<void> {
  const words = { words: new Private("verpleegkundige"), address: new Private("") };
  const inbound = { id: "before", person, channel: "whatsapp", kind: "message", sentAt: Date.now() } as const;
  await turnLog.accept([{ ...inbound, ...words }]);
}

function lineFor(dialog: string | undefined, node: string | undefined): string {
  if (dialog === "welcome" || dialog === "menu") return "verpleegkundige";
  if (node === "phone") return phone;
  return node === "alarm" ? "nee" : "1";
}
