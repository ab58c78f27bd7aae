import { createHash, randomUUID } from "node:crypto";
import type { ChatEntry, ChatLog, NewChatEntry } from "../conversation/chat-log.ts";
import { Private } from "../privacy/private.ts";
import { retention } from "../privacy/retention.ts";
import type { PersonId } from "../terms.ts";
import { personKeys, signals } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";
import type { Sealed } from "./sealed.ts";

/** More than a page ever has to fetch again; older numbers only leave the index. */
const indexedAtMost = 1_000;

/** A chat log that can also forget what was said and leave the chat open, for the answer that says so. */
interface ErasableChatLog extends ChatLog {
  forgetEntries(person: PersonId): Promise<void>;
}

type AppendReply = readonly [first: number, at?: number];
type Changed = (appended?: readonly ChatEntry[]) => void;

/** What was said in each web chat, in Redis: a counter, an index of numbers, and one key per entry with its own lifetime. */
export function redisChatLog(
  link: RedisLink,
  sealed: Sealed,
  durable: (key: string) => Promise<void>,
): ErasableChatLog {
  /** Tells this process's own signals from those of others. */
  const origin = randomUUID();
  const listening = new Map<PersonId, Set<Changed>>();

  async function head(person: PersonId): Promise<number | undefined> {
    const { chat } = personKeys(person);
    const last = (await link.call(chat, "GET", chat)) as string | null;
    return last === null ? undefined : Number(last);
  }

  async function partsAfter(
    person: PersonId,
    after: number,
  ): Promise<readonly (readonly [string, number])[]> {
    const { chatIndex } = personKeys(person);
    const found = (await link.call(
      chatIndex,
      "ZRANGEBYSCORE",
      chatIndex,
      `(${after}`,
      "+inf",
      "WITHSCORES",
    )) as string[];
    return found.flatMap((part, at) => (at % 2 === 0 ? [[part, Number(found[at + 1])] as const] : []));
  }

  async function forgetEntries(person: PersonId): Promise<void> {
    const keys = personKeys(person);
    const parts = await partsAfter(person, 0);
    if (parts.length > 0) {
      await link.call(keys.chat, "DEL", ...parts.map(([name]) => keys.chatPart(name)));
    }
  }

  function readEntry(person: PersonId, part: string, sequence: number, text: string): ChatEntry {
    const dot = text.indexOf(".");
    const activity = new Private(sealed.activity.read(person, part, text.slice(dot + 1)));
    return { sequence, at: Number(text.slice(0, dot)), activity };
  }

  return {
    head,

    async open(person) {
      const { chat } = personKeys(person);
      const made = await link.call(chat, "SET", chat, "0", "NX", "PX", String(retention.chat));
      return made !== null;
    },

    async append(person, key, entries) {
      const keys = personKeys(person);
      const parts = entries.map((entry, at) => ({ name: partName(key, at), entry }));
      const reply = (await link.run(
        "append-activities",
        [keys.chat, keys.chatIndex, ...parts.map(({ name }) => keys.chatPart(name))],
        [retention.chat, indexedAtMost, ...parts.flatMap((part) => writePart(sealed, person, part))],
      )) as AppendReply | null;
      if (reply === null) return undefined;
      const [first, at] = reply;
      await durable(keys.chat);
      // who misses the signal finds it with the next one, and reads what was appended meanwhile
      void link.publish(signals.chat(person), `${origin} ${first}`).catch(() => undefined);
      const numbers = entries.map((_, place) => first + place);
      if (at !== undefined) {
        const appended = entries.map(({ activity }, place) => ({ sequence: first + place, at, activity }));
        for (const changed of listening.get(person) ?? []) changed(appended);
      }
      return numbers;
    },

    async read(person, after) {
      const keys = personKeys(person);
      const [last, parts] = await Promise.all([head(person), partsAfter(person, after)]);
      if (last === undefined) return undefined;
      const texts = (
        parts.length === 0
          ? []
          : await link.call(keys.chat, "MGET", ...parts.map(([name]) => keys.chatPart(name)))
      ) as (string | null)[];
      const entries = parts.flatMap(([name, sequence], at) => {
        const text = texts[at] ?? null;
        return text === null ? [] : [readEntry(person, name, sequence, text)];
      });
      // an entry appended between the two reads is in the entries and not yet in the head
      return { entries, head: Math.max(last, parts.at(-1)?.[1] ?? 0) };
    },

    async find(person, key) {
      const { chatIndex } = personKeys(person);
      const sequence = await link.call(chatIndex, "ZSCORE", chatIndex, partName(key, 0));
      return sequence === null ? undefined : Number(sequence);
    },

    async fade(person, key, milliseconds) {
      await link.run("fade-activity", [personKeys(person).chatPart(partName(key, 0))], [milliseconds]);
    },

    async forget(person) {
      const keys = personKeys(person);
      await forgetEntries(person);
      await link.call(keys.chat, "DEL", keys.chat, keys.chatIndex);
    },

    forgetEntries,

    async subscribe(person, changed) {
      const hear = (message: string): void => {
        if (!message.startsWith(`${origin} `)) changed();
      };
      const end = await link.subscribe(signals.chat(person), hear, () => changed());
      const here = listening.get(person) ?? new Set();
      listening.set(person, here.add(changed));
      return async () => {
        here.delete(changed);
        if (here.size === 0 && listening.get(person) === here) listening.delete(person);
        await end();
      };
    },
  };
}

function writePart(
  sealed: Sealed,
  person: PersonId,
  { name, entry }: { readonly name: string; readonly entry: NewChatEntry },
): readonly (string | number)[] {
  const text = sealed.activity.write(person, name, entry.activity.reveal());
  return [name, Math.max(1, Math.ceil(Math.min(entry.lifetimeMilliseconds, retention.chat))), text];
}

/** Keys come from outside and may hold anything. */
function partName(key: string, at: number): string {
  return `${createHash("sha256").update(key).digest("base64url").slice(0, 22)}.${at}`;
}
