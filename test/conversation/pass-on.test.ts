import type { Conversation } from "../../src/conversation/conversation.ts";
import type { Inbound, Told } from "../../src/conversation/inbound.ts";
import { takeTurn } from "../../src/conversation/take-turn.ts";
import type { Commit } from "../../src/conversation/turn-log.ts";
import { Private } from "../../src/privacy/private.ts";
import type { CallbackId, ChannelName, PersonId } from "../../src/terms.ts";
import type { Understand } from "../../src/understanding/understanding.ts";
import { calm } from "../support/calm.ts";
import { productionScript } from "../support/content.ts";

const danger = { level: "emergency", category: "breathing", doubt: false, rule: "b" } as const;
const hear: Understand = (words) => (words === "stikt" ? { ...calm, concern: danger } : calm);
const script = productionScript(hear);
const hour = 3_600_000;
const morning = Date.UTC(2026, 10, 23, 9);
const person = "p" as PersonId;

function turn(conversation: Conversation | undefined, inbound: Partial<Inbound>, now: number): Commit {
  const channel: ChannelName = "whatsapp";
  const plain = { id: "m", person, channel, kind: "message", words: new Private(""), sentAt: now } as const;
  const whole = { ...plain, address: new Private("a"), ...inbound };
  const commit = takeTurn({ person, token: "1", attempts: 0, conversation, inbound: whole }, script, {
    now,
    load: { ahead: 0, open: 0 },
  });
  return JSON.parse(JSON.stringify(commit)) as Commit;
}

const wrote = (words = "hoi", now = morning) =>
  turn(undefined, { words: new Private(words) }, now).conversation;
const tell = (
  conversation: Conversation,
  now: number,
  more: Partial<Told> = {},
  words = "Tot morgen. Noor",
) =>
  turn(
    conversation,
    {
      kind: "told",
      words: new Private(words),
      told: { text: "nurse-says", knock: "ready", waits: true, ...more },
    },
    now,
  );
const texts = ({ reply }: Commit) => reply?.bubbles.map(({ text }) => text) ?? [];

describe("a nurse's words", () => {
  test("are said at once within the day, and move nobody from where they are", () => {
    const before = wrote();
    const { reply, conversation } = tell(before, morning + 3 * hour);
    expect(reply).toMatchObject({ bubbles: [{ text: "Tot morgen. Noor" }], choices: [], turn: before.turn });
    expect(conversation).toEqual({ ...before, slots: conversation.slots });
  });

  test("wait after that day behind a knock, and are said with the next reply, once", () => {
    const told = tell(wrote(), morning + 25 * hour);
    expect(told.reply).toMatchObject({ bubbles: [], knock: "ready" });
    const tapped = turn(told.conversation, { tapped: "1.read" }, morning + 26 * hour);
    expect(texts(tapped)[0]).toBe("Tot morgen. Noor");
    expect(tapped.reply?.choices.length).toBeGreaterThan(1);
    const next = turn(tapped.conversation, { words: new Private("menu") }, morning + 27 * hour);
    expect(texts(next).join()).not.toContain("Noor");
  });

  test("of one evening knock once", () => {
    const first = tell(wrote(), morning + 30 * hour);
    const second = tell(first.conversation, morning + 31 * hour, {}, "En nog iets.");
    expect(second.reply).toBeUndefined();
    const tapped = turn(second.conversation, { tapped: "1.read" }, morning + 32 * hour);
    expect(texts(tapped).slice(0, 2)).toEqual(["Tot morgen. Noor", "En nog iets."]);
    expect(tell(first.conversation, morning + 60 * hour).reply?.knock).toBe("ready");
  });

  test("do not stand before a danger card, and come after it", () => {
    const told = tell(wrote(), morning + 25 * hour);
    const card = turn(told.conversation, { words: new Private("stikt") }, morning + 26 * hour);
    expect(card.reply?.card).toBe("emergency");
    expect(texts(card).join()).not.toContain("Noor");
    const over = turn(card.conversation, { words: new Private("Gevaar is voorbij") }, morning + 27 * hour);
    expect(texts(over)[0]).toBe("Tot morgen. Noor");
  });
});

describe("words that the channel refused although its day was not over", () => {
  const refusedAt = (lastInboundAt: number, turn?: number) => ({
    refused: { lastInboundAt, ...(turn === undefined ? {} : { turn }) },
  });

  test("wait behind a knock, and are said with the next reply", () => {
    const told = tell(wrote(), morning + hour, { ...refusedAt(morning), about: "c" as CallbackId });
    expect(told.reply).toMatchObject({ bubbles: [], knock: "ready", about: "c" });
    const tapped = turn(told.conversation, { tapped: "1.read" }, morning + 2 * hour);
    expect(texts(tapped)[0]).toBe("Tot morgen. Noor");
  });

  test("are said at once when the parent wrote since", () => {
    const since = turn(wrote(), { words: new Private("menu") }, morning + hour).conversation;
    expect(texts(tell(since, morning + 2 * hour, refusedAt(morning)))).toEqual(["Tot morgen. Noor"]);
  });

  test("of a turn are said again whole, without asking its question twice", () => {
    const asked = turn(undefined, { words: new Private("hoi") }, morning);
    const words = texts(asked).join("\n\n");
    const more = { text: "unsaid", ...refusedAt(morning, asked.conversation.turn) };
    const told = tell(asked.conversation, morning + hour, more, words);
    const tapped = turn(told.conversation, { tapped: "1.read" }, morning + 2 * hour);
    expect(texts(tapped)).toEqual([words]);
    expect(tapped.reply?.choices).toEqual(asked.reply?.choices);
  });

  test("of a turn are nothing any more once another was taken", () => {
    const asked = turn(wrote(), { words: new Private("menu") }, morning + hour);
    const told = tell(asked.conversation, morning + 2 * hour, { text: "unsaid", ...refusedAt(morning, 1) });
    expect([told.reply, told.conversation.parked]).toEqual([undefined, undefined]);
  });
});

describe("a message that says it all", () => {
  test("is sent as it is, keeps nothing, and its button leads to the request", () => {
    const told = tell(wrote(), morning + 25 * hour, { text: "tried", knock: "tried", waits: false });
    expect(told.reply?.knock).toBe("tried");
    expect(told.conversation.parked).toBeUndefined();
    const tapped = turn(told.conversation, { tapped: "1.callback" }, morning + 26 * hour);
    expect(tapped.reply?.dialog).toBe("my-callback");
  });
});

test("that a promise broke is not told any more once somebody called", () => {
  const slots = { promise: String(morning + hour) };
  const late = tell({ ...wrote(), callback: "c" as CallbackId, slots }, morning + 25 * hour, {
    text: "late",
  });
  const called = { ...late.conversation, slots: { ...late.conversation.slots, tried: "called" } };
  expect(texts(turn(called, { tapped: "1.read" }, morning + 26 * hour))[0]).not.toContain("Noor");
  expect(texts(turn(late.conversation, { tapped: "1.read" }, morning + 26 * hour))[0]).toContain("Noor");
});
