import { setTimeout as pause } from "node:timers/promises";
import { type MetaStub, typed } from "../demo-whatsapp/meta-stub.ts";
import type { Chance } from "./chance.ts";
import type { Happened } from "./check-history.ts";

/**
 * Asks a nurse to call, in as many messages as it takes; a reply to the last says that one
 * will. Nobody writes of danger here: a card overtakes everything else on purpose.
 */
const askForNurse = (number: string): readonly string[] => [
  ...["hoi", "verpleegkundige", "nee", "1", number],
  ...["1", "4", "2", "1", "2", "2", "1"],
];

/** Asks about sleep and takes whatever is offered first. */
const askAboutSleep: readonly string[] = [
  "mijn dochter van 2 wordt steeds wakker",
  "nee",
  "1",
  "1",
  "1",
  "1",
  "1",
];

export interface Crowd {
  readonly meta: MetaStub;
  readonly chance: Chance;
  readonly messages: number;
  readonly perSecond: number;
  readonly note: (happened: Happened) => void;
  /** Ends the writing before all is written. */
  readonly enough: AbortSignal;
  /** The name under which the reply to a message has to come. */
  readonly keyOf: (parent: Parent, id: string) => string;
}

export interface Parent {
  readonly phone: string;
  readonly userId: string;
}

/**
 * Each writes on when the last was taken, so a higher rate takes more of them; but half of all at most, so that in a
 * short storm, too, some come to the end of what they have to write.
 */
const atOnceFor = (perSecond: number, all: number): number =>
  Math.min(Math.max(40, Math.ceil(perSecond / 2)), Math.ceil(all / 2));
const mostInBatch = 3;
/** So many webhooks come a second time; some of them at the same moment. */
const doubled = 0.2;

/** Gives the parents of a run, by their Meta ids: enough of them to write all messages. */
function parentsFor(messages: number): readonly Parent[] {
  return Array.from({ length: Math.ceil(messages / 8) }, (_, at) => ({
    phone: `316${String(10_000_000 + at)}`,
    userId: `NL.${1_000 + at}`,
  }));
}

/**
 * Lets many parents write at once, each one message after another: the next when the last was taken, so that
 * the order in which they were written is known.
 *
 * @returns who wrote.
 */
export async function letWrite(crowd: Crowd): Promise<readonly Parent[]> {
  const parents = parentsFor(crowd.messages);
  const waiting = [...parents];
  const began = performance.now();
  let left = crowd.messages;
  let written = 0;
  const isOn = (): boolean => left > 0 && !crowd.enough.aborted;

  async function one(): Promise<void> {
    for (let parent = waiting.shift(); parent !== undefined && isOn(); parent = waiting.shift())
      await writeAll(parent);
  }

  async function writeAll(parent: Parent): Promise<void> {
    const lines = crowd.chance.hit(0.6) ? askForNurse(`0${parent.phone.slice(2)}`) : askAboutSleep;
    for (let at = 0; at < lines.length && isOn(); ) {
      const some = lines.slice(at, at + Math.min(left, 1 + crowd.chance.below(mostInBatch)));
      left -= some.length;
      written += some.length;
      const due = began + (written / crowd.perSecond) * 1000;
      await pause(Math.max(0, due - performance.now()));
      await write(parent, at, some, crowd);
      at += some.length;
    }
  }

  await Promise.all(Array.from({ length: atOnceFor(crowd.perSecond, parents.length) }, one));
  return parents;
}

/** Writes some messages in one webhook, as Meta brings them when they come close together. */
async function write(parent: Parent, first: number, lines: readonly string[], crowd: Crowd): Promise<void> {
  const { meta, chance, note, keyOf } = crowd;
  const messages = lines.map((line, at) => ({ ...typed(line), id: `wamid.${parent.userId}.${first + at}` }));
  const keys = messages.map(({ id }) => keyOf(parent, id));
  for (const [at, key] of keys.entries())
    note({ kind: "wrote", parent: `+${parent.phone}`, number: first + at, key });
  const again = chance.hit(doubled) ? meta.write(parent, ...messages) : undefined;
  const status = await meta.write(parent, ...messages);
  if (status === 200 || (await again) === 200) for (const key of keys) note({ kind: "accepted", key });
  if (chance.hit(doubled / 2)) await meta.write(parent, ...messages);
}
