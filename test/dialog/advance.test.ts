import { advance } from "../../src/dialog/advance.ts";
import { type Dialog, dialogSchema } from "../../src/dialog/dialog.ts";
import type { Book, Effect } from "../../src/dialog/step.ts";
import { enter, interrupt, represent } from "../../src/dialog/walk.ts";

const dialog = (id: string, nodes: Record<string, unknown>, more: Record<string, unknown> = {}): Dialog =>
  dialogSchema.parse({ id, first: Object.keys(nodes)[0], nodes, ...more });

const bookOf = (...dialogs: Dialog[]): Book => ({
  dialogs: new Map(
    [
      dialog("menu", {
        what: { kind: "ask", choices: [{ id: "tea", next: "go" }] },
        go: { kind: "go", dialog: "tea" },
      }),
      dialog("callback", {
        sure: { kind: "ask", nurse: false, choices: [{ id: "no", next: "back" }] },
        back: { kind: "return" },
      }),
      dialog("alarm", {
        act: { kind: "ask", nurse: false, choices: [{ id: "none", next: "back" }] },
        back: { kind: "return" },
      }),
      ...dialogs,
    ].map((one) => [one.id, one]),
  ),
  themes: {},
});

const tea = bookOf(
  dialog("tea", {
    hello: { kind: "say", next: "milk" },
    milk: {
      kind: "ask",
      keep: "milk",
      skip: "bye",
      choices: [{ id: "yes", next: "bye", set: { sweet: "no" } }],
    },
    bye: { kind: "end" },
  }),
);

const said = (effects: readonly Effect[]): readonly string[] =>
  effects.flatMap((effect) => (effect.kind === "say" ? effect.texts : []));
const offered = (effects: readonly Effect[]): readonly string[] =>
  effects.flatMap((effect) => (effect.kind === "offer" ? effect.choices.map(({ id }) => id) : []));

describe("a dialog", () => {
  test("says what comes first and waits at the first question, with the nurse among the choices", () => {
    const step = enter(tea, "tea", {});
    expect(step.place).toEqual([{ dialog: "tea", node: "milk" }]);
    expect(said(step.effects)).toEqual(["tea:hello", "tea:milk"]);
    expect(offered(step.effects)).toEqual(["yes", "skip", "nurse"]);
  });

  test("follows the choice that was made and keeps it", () => {
    const step = advance(tea, enter(tea, "tea", {}), { kind: "chose", choice: "yes" });
    expect(said(step.effects)).toEqual(["tea:bye"]);
    expect(step.slots).toEqual({ milk: "yes", sweet: "no" });
  });

  test.each([{ kind: "unclear" }, { kind: "chose", choice: "seven" }] as const)(
    "asks again when the answer is %o",
    (answer) => {
      const before = enter(tea, "tea", {});
      const step = advance(tea, before, answer);
      expect(step.place).toEqual(before.place);
      expect(said(step.effects)).toEqual(["common:unclear", "tea:milk"]);
    },
  );

  test("sends a person whose node is gone since they last wrote to the menu", () => {
    const step = advance(tea, { place: [{ dialog: "tea", node: "lemon" }], slots: {} }, { kind: "unclear" });
    expect(step.place).toEqual([{ dialog: "menu", node: "what" }]);
  });

  test("gives up on a circle of nodes that do not wait rather than going round for ever", () => {
    const circle = bookOf(
      dialog("round", { on: { kind: "say", next: "and" }, and: { kind: "say", next: "on" } }),
    );
    expect(() => enter(circle, "round", {})).toThrow(expect.objectContaining({ code: "dialog.loop" }));
  });
});

describe("a dialog within a dialog", () => {
  test("comes back to the question from which the nurse was asked for", () => {
    const asked = advance(tea, enter(tea, "tea", {}), { kind: "chose", choice: "nurse" });
    expect(asked.place.map(({ dialog }) => dialog)).toEqual(["tea", "callback"]);
    const back = advance(tea, asked, { kind: "chose", choice: "no" });
    expect(back.place).toEqual([{ dialog: "tea", node: "milk" }]);
    expect(said(back.effects)).toEqual(["tea:milk"]);
  });

  test("an interruption leaves the place beneath it untouched", () => {
    const before = enter(tea, "tea", {});
    const broken = interrupt(tea, before, "alarm", { reason: "fit" });
    expect(represent(tea, { ...broken, place: broken.place.slice(0, 1) }).effects).toEqual(
      before.effects.slice(1),
    );
  });

  test("a return with nobody to return to leads to the menu", () => {
    const step = advance(tea, enter(tea, "callback", {}), { kind: "chose", choice: "no" });
    expect(step.place).toEqual([{ dialog: "menu", node: "what" }]);
  });
});

describe("an alarm check", () => {
  const book = bookOf(
    dialog("sleep", {
      check: { kind: "alarm-check", age: true, clear: "on" },
      on: { kind: "age", next: "end" },
      end: { kind: "end" },
    }),
  );

  test("goes on by the age, which it then knows", () => {
    const step = advance(book, enter(book, "sleep", {}), { kind: "chose", choice: "P4" });
    expect(step.slots).toMatchObject({ age: "P4", cleared: "yes" });
  });

  test("leads to the alarm dialog on a yes, and comes back to the same check", () => {
    const yes = advance(book, enter(book, "sleep", {}), { kind: "chose", choice: "yes" });
    expect(yes.place.map(({ dialog }) => dialog)).toEqual(["sleep", "alarm"]);
    expect(advance(book, yes, { kind: "chose", choice: "none" }).place).toEqual([
      { dialog: "sleep", node: "check" },
    ]);
  });

  test("asks again, saying so, when the answer is unclear", () => {
    const step = advance(book, enter(book, "sleep", {}), { kind: "unclear" });
    expect(said(step.effects)).toEqual(["alarm:please-choose", "alarm:signs", "alarm:check-age"]);
  });

  test("a typed no goes on without an age", () => {
    expect(advance(book, enter(book, "sleep", {}), { kind: "chose", choice: "no" }).place).toEqual([
      { dialog: "sleep", node: "on" },
    ]);
  });
});

describe("a safety rule", () => {
  const book = bookOf(
    dialog("safe", {
      rule: {
        kind: "rule",
        facts: ["a.b"],
        answers: [{ id: "back", right: true }, { id: "belly" }],
        next: "end",
      },
      end: { kind: "end" },
    }),
  );

  test("is said again in other words after a first miss, and never called wrong", () => {
    const step = advance(book, enter(book, "safe", {}), { kind: "chose", choice: "belly" });
    expect(said(step.effects)).toEqual(["common:teach-again", "safe:rule.again", "safe:rule.check"]);
    expect(offered(step.effects)).toContain("nurse");
  });

  test("goes on after a second miss, with the rule said once more and the nurse named", () => {
    const once = advance(book, enter(book, "safe", {}), { kind: "chose", choice: "belly" });
    const twice = advance(book, once, { kind: "chose", choice: "belly" });
    expect(said(twice.effects)).toEqual(["safe:rule.again", "common:teach-nurse", "safe:end"]);
  });
});

describe("an advice", () => {
  const option = (id: string): Record<string, unknown> => ({ id, facts: ["a.b"], evidence: "practice" });
  const book = bookOf(
    dialog("ways", {
      ways: {
        kind: "advice",
        guideline: ["a.b"],
        keep: "way",
        options: [option("one"), option("two"), option("three")],
        next: "end",
        misfit: "end",
      },
      end: { kind: "end" },
    }),
  );

  test("offers the ways, then the guideline, what does not fit, something else and the nurse", () => {
    expect(offered(enter(book, "ways", {}).effects)).toEqual([
      "one",
      "two",
      "three",
      "guideline",
      "misfit",
      "other",
      "nurse",
    ]);
  });

  test("puts the way that was tried already last, marked", () => {
    const step = enter(book, "ways", { tried: "one" });
    const offer = step.effects.find((effect) => effect.kind === "offer");
    expect(offer?.choices.slice(0, 3).map(({ id, tried }) => [id, tried === true])).toEqual([
      ["two", false],
      ["three", false],
      ["one", true],
    ]);
  });

  test("says the guideline and offers the same ways again", () => {
    const step = advance(book, enter(book, "ways", {}), { kind: "chose", choice: "guideline" });
    expect(said(step.effects)).toEqual(["ways:ways.guideline"]);
    expect(step.place).toEqual([{ dialog: "ways", node: "ways" }]);
  });

  test("has at least three options", () => {
    const two = {
      id: "x",
      first: "a",
      nodes: {
        a: {
          kind: "advice",
          guideline: ["a.b"],
          keep: "way",
          options: [option("one"), option("two")],
          next: "a",
          misfit: "a",
        },
      },
    };
    expect(dialogSchema.safeParse(two).success).toBe(false);
  });
});

test("a conversation survives JSON between any two messages", () => {
  let standing = enter(tea, "tea", {});
  standing = { ...standing, ...JSON.parse(JSON.stringify({ place: standing.place, slots: standing.slots })) };
  expect(advance(tea, standing, { kind: "chose", choice: "yes" }).slots).toEqual({
    milk: "yes",
    sweet: "no",
  });
});
