import { writeActivities } from "../src/channels/bot.ts";
import { writeMessage } from "../src/channels/whatsapp/write-message.ts";
import type { Conversation } from "../src/conversation/conversation.ts";
import { writeReply } from "../src/conversation/write-reply.ts";
import { advance } from "../src/dialog/advance.ts";
import { isWaiting } from "../src/dialog/present.ts";
import type { Slots } from "../src/dialog/step.ts";
import { enter } from "../src/dialog/walk.ts";
import { locales, type PersonId } from "../src/terms.ts";
import { productionContent, productionScript } from "./support/content.ts";
import { type Move, type Walk, walkAll } from "./support/walk-all.ts";
import { checkOutbound } from "./whatsapp-spec/conformance.mjs";

const script = productionScript(() => {
  throw new Error("not asked here");
});
const { book } = script;

/** The worlds to walk in: nothing known, an age known, a callback open, WhatsApp, nurses away and overloaded. */
const worlds: readonly Slots[] = [
  {},
  { age: "P4", calm: "yes", greeted: "again", callback: "open", progress: "late", promise: "1795000000000" },
  { callback: "open", promise: "1795000000000", "words-allowed": "no" },
  { regions: "noord,zuid", room: "full", hours: "closed", promise: "1795000000000", opens: "1795000000000" },
  ...["missed", "spoken"].map((progress) => ({ callback: "open", progress, promise: "1795000000000" })),
];
const walks: readonly Walk[] = worlds.map((slots) => walkAll(book, slots));
const moves = walks.flatMap((walk) => walk.moves);
const all = (part: (walk: Walk) => ReadonlySet<string>): ReadonlySet<string> =>
  new Set(walks.flatMap((walk) => [...part(walk)]));

test("every node where a person can wait is reached", () => {
  const waiting = [...book.dialogs.values()].flatMap((dialog) =>
    Object.entries(dialog.nodes).flatMap(([id, node]) => (isWaiting(node) ? [`${dialog.id}:${id}`] : [])),
  );
  const reached = all((walk) => walk.nodes);
  expect(waiting.filter((node) => !reached.has(node))).toEqual([]);
});

test("every move leads to something said and something to choose", () => {
  const silent = moves.filter(({ step }) => !step.effects.some(({ kind }) => kind === "offer"));
  expect(silent.map(({ edge }) => edge)).toEqual([]);
});

test("no callback is asked for but by confirming what was shown", () => {
  const asking = moves.filter(({ step }) => step.effects.some(({ kind }) => kind === "open-callback"));
  expect(new Set(asking.map(({ edge }) => edge))).toEqual(new Set(["callback:confirm > send"]));
});

test("no card, and nothing after a danger sign, offers a nurse instead of help now", () => {
  const onCard = moves.filter(({ step }) => step.effects.some(({ kind }) => kind === "card"));
  const offered = onCard.flatMap(({ step }) =>
    step.effects.flatMap((effect) => (effect.kind === "offer" ? effect.choices.map(({ id }) => id) : [])),
  );
  expect(onCard.length).toBeGreaterThan(0);
  expect(new Set(offered)).toEqual(new Set(["called", "over", "not-this"]));
});

test("every choice of at most ten fits a list", () => {
  const offered = moves.flatMap(({ step }) =>
    step.effects.map((effect) => (effect.kind === "offer" ? effect.choices.length : 0)),
  );
  const most = offered.reduce((one, other) => Math.max(one, other), 0);
  expect(most).toBeLessThanOrEqual(10);
});

test("the first useful answer to a sleep question comes in the third reply", () => {
  const heard = enter(book, "sleep", { theme: "sleep" });
  const aged = advance(book, heard, { kind: "chose", choice: "P1" });
  const advised = advance(book, aged, { kind: "chose", choice: "skip" });
  expect(
    advised.effects.some((effect) => effect.kind === "say" && effect.texts.includes("sleep-p1:ways")),
  ).toBe(true);
});

describe.each(locales)("in %s", (locale) => {
  const spoken = spokenOnce(moves);

  test(`every text of all ${spoken.length} different replies is written, and no place in it is left open`, () => {
    for (const move of spoken) {
      const reply = replyTo(move, "directline");
      expect(reply.bubbles.length).toBeGreaterThan(0);
      for (const { text } of reply.bubbles) expect(text).not.toMatch(/\{\{|undefined/);
      expect(new Set(reply.choices.map(({ label }) => label)).size).toBe(reply.choices.length);
    }
  });

  test("every reply goes out over the web chat, its choices with the last bubble", () => {
    for (const move of spoken) {
      const activities = writeActivities(replyTo(move, "directline"));
      expect(activities.at(-1)?.suggestedActions?.actions.length).toBeGreaterThan(0);
    }
  });

  test("every reply goes out over WhatsApp as payloads that conform", () => {
    for (const move of spoken) {
      const payloads = writeMessage(replyTo(move, "whatsapp"), { to: "+31612345678", opaque: "key" });
      for (const payload of payloads) expect(checkOutbound(payload)).toEqual([]);
    }
  });

  function replyTo({ step }: Move, channel: Conversation["channel"]) {
    return writeReply(step.effects, conversationAt(step, channel), script, null);
  }

  function conversationAt(step: Move["step"], channel: Conversation["channel"]): Conversation {
    return {
      v: 1,
      person: "walker" as PersonId,
      channel,
      locale,
      localeChosen: true,
      place: step.place,
      slots: { promise: "1795000000000", ...step.slots },
      said: { request: "Het slapen lukt niet.", "phone-shown": "06 12345678", "own-view": "Honger." },
      offered: [],
      turn: 1,
      ageMonths: null,
      traces: [],
      path: [],
      callback: null,
      address: "",
      lastInboundAt: 0,
      greetedAt: 0,
    };
  }
});

/** One move for each different thing that is said: walking again over the same reply would show nothing new. */
function spokenOnce(walked: readonly Move[]): readonly Move[] {
  return [...new Map(walked.map((move) => [JSON.stringify(move.step.effects), move])).values()];
}

afterAll(() => {
  const count = (part: (walk: Walk) => ReadonlySet<string>): number => all(part).size;
  process.stdout.write(
    `walked ${book.dialogs.size} dialogs: ${count((walk) => walk.nodes)} nodes, ${count((walk) => walk.edges)} edges, ${count((walk) => walk.pairs)} pairs of edges, in 8 locales on 2 channels; ${productionContent().needed.length} texts each\n`,
  );
});
