import type { Inbound, Reply } from "../../src/conversation/inbound.ts";
import type { Script } from "../../src/conversation/script.ts";
import { takeTurn } from "../../src/conversation/take-turn.ts";
import type { Commit } from "../../src/conversation/turn-log.ts";
import { Private } from "../../src/privacy/private.ts";
import { type ChannelName, type Locale, locales, type PersonId } from "../../src/terms.ts";
import { until } from "./redis.ts";
import type { OpenStorage } from "./storage.ts";

/** Sunday 22 November 2026, a quarter past two in the night, in the Netherlands. */
const midnightFeed = Date.UTC(2026, 10, 22, 1, 15);

/**
 * Plays a transcript through the real turn log and the real turn, and writes down what comes back in the same
 * form: lines of `person:` are what is sent, everything else is compared.
 *
 * - `channel:` and `locale:` set the scene; `later:` lets hours or days pass.
 * - `person: 2` types, `person: [Label]` taps, `person: (photo)` sends something without words,
 *   `person: (opens)` opens the chat, `person: (again)` delivers the last message a second time.
 */
export async function play(
  lines: readonly string[],
  script: Script,
  storage: OpenStorage,
  person: PersonId,
): Promise<string> {
  const heard: string[] = [];
  let now = midnightFeed;
  let channel: ChannelName = "directline";
  let locale: Locale | undefined;
  let last: Inbound | undefined;
  let shown: Reply | undefined;
  let count = 0;
  let asked: Commit["intent"];

  for (const line of lines) {
    const [, name, said = ""] = /^(channel|locale|later|person):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    heard.push(line);
    if (name === "channel") channel = said === "whatsapp" ? "whatsapp" : "directline";
    if (name === "locale") locale = locales.find((known) => known === said);
    if (name === "later") now += millisecondsOf(said);
    if (name !== "person") continue;

    now += 20_000;
    count += 1;
    const inbound: Inbound =
      said === "(again)" && last !== undefined
        ? last
        : read(said, { id: `m${count}`, person, channel, locale, now, shown });
    last = inbound;
    const [isNew] = await storage.turnLog.accept([inbound]);
    if (isNew !== true) {
      heard.push("bot:    (nothing: it was answered already)");
      continue;
    }
    const { reply, intent } = await answerNext(script, storage, now);
    asked = intent ?? asked;
    shown = reply ?? shown;
    heard.push(...written(reply));
  }
  await carriedOut(asked, person, storage);
  for (const { state, lane, request } of await storage.callbacks.findOf(person)) {
    heard.push(
      `nurse:  ${state}, ${lane}, about ${request.reason}, ${request.locale}, ${request.phone ?? "no number"}, interpreter ${request.interpreter ? "yes" : "no"}: "${request.words}"`,
    );
  }
  return heard.join("\n");
}

interface Scene {
  readonly id: string;
  readonly person: PersonId;
  readonly channel: ChannelName;
  readonly locale: Locale | undefined;
  readonly now: number;
  readonly shown: Reply | undefined;
}

function read(said: string, { id, person, channel, locale, now, shown }: Scene): Inbound {
  const label = /^\[(.*)\]$/.exec(said)?.[1];
  const choice = label === undefined ? undefined : shown?.choices.find((one) => one.label === label);
  if (label !== undefined && choice === undefined) throw new Error(`nothing to tap is called "${label}"`);
  const wordless = said === "(photo)" || said === "(opens)";
  return {
    id,
    person,
    channel,
    kind: said === "(photo)" ? "medium" : said === "(opens)" ? "opened" : "message",
    words: new Private(wordless ? "" : (label ?? said)),
    ...(choice !== undefined && channel === "whatsapp" ? { tapped: `${shown?.turn}.${choice.id}` } : {}),
    ...(locale === undefined ? {} : { locale }),
    sentAt: now,
    address: new Private(""),
  };
}

/** Waits until what the last turn asked of the queue stands there. */
async function carriedOut(
  asked: Commit["intent"],
  person: PersonId,
  { callbacks }: OpenStorage,
): Promise<void> {
  const isDone = async (): Promise<boolean> => {
    const states = (await callbacks.findOf(person)).map(({ state }) => state);
    if (asked?.kind === "open") return states.includes("waiting");
    if (asked?.kind === "withdraw") return states.includes("closed");
    return asked?.kind !== "erase" || states.length === 0;
  };
  await until(isDone);
}

async function answerNext(script: Script, storage: OpenStorage, now: number): Promise<Commit> {
  const claim = await storage.turnLog.claim();
  if (claim === undefined) throw new Error("the message that was accepted cannot be claimed");
  const commit = takeTurn(claim, script, { now, load: { ahead: 0, open: 0 } });
  await storage.turnLog.commit(claim, commit);
  return commit;
}

function written(reply: Reply | undefined): readonly string[] {
  if (reply === undefined) return ["bot:    (nothing)"];
  const card = reply.card === null ? [] : [`card:   ${reply.card}`];
  const words = reply.bubbles.flatMap(({ text }) => text.split("\n").filter((line) => line !== ""));
  const [first = "", ...rest] = words;
  const choices = reply.choices.map(({ label }) => `[${label}]`).join(" ");
  return [
    ...card,
    `bot:    ${first}`,
    ...rest.map((line) => `        ${line}`),
    ...(choices === "" ? [] : [`        ${choices}`]),
  ];
}

function millisecondsOf(words: string): number {
  const [, amount = "0", unit = ""] = /^(\d+) (minute|hour|day)s?$/.exec(words) ?? [];
  const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
  return Number(amount) * (units[unit] ?? 0);
}
