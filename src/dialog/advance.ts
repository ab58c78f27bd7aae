import { isAgeBand } from "./age-band.ts";
import type { NodeOf } from "./dialog.ts";
import { keyOf, offer, present, type Spot, say, type WaitingNode } from "./present.ts";
import type { Answer, Book, Effect, Slots, Standing, Step } from "./step.ts";
import { enter, enterTheme, interrupt, menuDialog, moved, represent, waitingAt, walk } from "./walk.ts";

/** Where "ask a nurse" and a "yes" in an alarm check lead. */
const nurseDialog = "callback";
const alarmDialog = "alarm";

/**
 * Moves a person on from where they wait, until the dialogs wait again.
 *
 * Pure: the same book, standing and answer give the same step, and nothing outside is touched. The caller
 * carries out the effects, which is what lets a test read a whole conversation as data.
 *
 * A place that the present dialogs no longer hold (they changed while the person was away) is not an error
 * of the person's: they go to the menu.
 *
 * @example
 *
 * ```ts
 * const start = enter(book, "menu", {});
 * const step = advance(book, start, { kind: "chose", choice: "sleep" });
 * // step.place: [{ dialog: "sleep", node: "check" }], step.effects: what to say and offer
 * ```
 *
 * @throws {KnownError} `dialog.loop` when nodes that do not wait lead round in a circle. `inspectDialogs`
 *   finds these before deployment, so seeing one at run time means a dialog skipped inspection.
 */
export function advance(book: Book, standing: Standing, answer: Answer): Step {
  const spot = waitingAt(book, standing.place);
  if (spot === undefined) return enter(book, menuDialog, standing.slots);
  if (answer.kind === "chose") return choose(book, standing, spot, answer.choice);
  if (answer.kind === "said" && canHear(spot.node)) return hear(book, standing, spot, answer.several);
  return again(standing, spot, spot.node.kind === "alarm-check" ? "alarm:please-choose" : "common:unclear");
}

/** Whether free words are an answer at this node. */
export function canHear(node: WaitingNode): boolean {
  return node.kind === "hear" || (node.kind === "ask" && node.hears !== undefined);
}

function hear(
  book: Book,
  standing: Standing,
  { node }: Spot<WaitingNode>,
  several: readonly string[] | undefined,
): Step {
  if (several !== undefined && node.kind === "hear" && node.several !== undefined) {
    const slots = { ...standing.slots, countries: several.join(",") };
    return walk(book, moved(standing.place, node.several), slots);
  }
  const heard =
    node.kind === "hear"
      ? { keep: node.keep, next: node.next }
      : node.kind === "ask"
        ? node.hears
        : undefined;
  if (heard === undefined) return represent(book, standing);
  const slots = { ...standing.slots, [heard.keep]: "said" };
  const step = walk(book, moved(standing.place, heard.next), slots);
  return { ...step, effects: [{ kind: "keep-words", slot: heard.keep }, ...step.effects] };
}

function choose(book: Book, standing: Standing, spot: Spot<WaitingNode>, choice: string): Step {
  const offered = offer(spot, standing.slots).choices.some(({ id }) => id === choice);
  if (!offered) return again(standing, spot, "common:unclear");
  if (choice === "nurse") return interrupt(book, standing, nurseDialog);
  if (choice === "menu") return enter(book, menuDialog, standing.slots);

  const { node } = spot;
  const on = (next: string, slots: Slots = standing.slots): Step =>
    walk(book, moved(standing.place, next), slots);
  switch (node.kind) {
    case "ask":
    case "card":
    case "hear":
      return take(book, standing, node, choice);
    case "alarm-check":
      if (choice === "yes") return interrupt(book, standing, alarmDialog);
      return on(node.clear, {
        ...standing.slots,
        ...(isAgeBand(choice) ? { age: choice } : {}),
        cleared: "yes",
      });
    case "age":
      return on(node.next, isAgeBand(choice) ? { ...standing.slots, age: choice } : standing.slots);
    case "rule":
      return teach(book, standing, spot as Spot<NodeOf<"rule">>, choice);
    case "advice":
      return advise(book, standing, spot as Spot<NodeOf<"advice">>, choice);
    case "locale": {
      const step = on(node.next);
      return { ...step, effects: [{ kind: "set-locale", locale: choice }, ...step.effects] };
    }
    case "region":
      return choice === "skip"
        ? on(node.skip, { ...standing.slots, [node.keep]: "all" })
        : on(node.next, { ...standing.slots, [node.keep]: choice });
    case "guess":
      if (choice === "other") return on(node.other);
      return enterTheme(book, choice, standing.slots);
    case "end":
      return enter(book, menuDialog, standing.slots);
  }
}

function take(book: Book, standing: Standing, node: NodeOf<"ask" | "card" | "hear">, id: string): Step {
  const chosen = (node.choices ?? []).find((choice) => choice.id === id);
  const skipped = node.kind === "card" ? undefined : node.skip;
  const next = chosen?.next ?? skipped;
  if (next === undefined) return represent(book, standing);
  const keep = node.kind === "ask" && node.keep !== undefined ? { [node.keep]: id } : {};
  return walk(book, moved(standing.place, next), { ...standing.slots, ...keep, ...chosen?.set });
}

function teach(book: Book, standing: Standing, spot: Spot<NodeOf<"rule">>, choice: string): Step {
  const { node } = spot;
  const name = keyOf(spot);
  const on = (text?: string): Step => {
    const step = walk(book, moved(standing.place, node.next), standing.slots);
    return text === undefined
      ? step
      : { ...step, effects: [{ kind: "say", texts: [text] }, ...step.effects] };
  };
  if (choice === "skip") return on();
  if (node.answers.some((answer) => answer.id === choice && answer.right === true))
    return on("common:teach-right");
  if (standing.slots["missed"] === name) {
    const step = on("common:teach-nurse");
    return { ...step, effects: [say(spot, { part: "again" }), ...step.effects] };
  }
  return {
    place: standing.place,
    slots: { ...standing.slots, missed: name },
    effects: [
      { kind: "say", texts: ["common:teach-again"] },
      say(spot, { part: "again" }),
      { kind: "say", texts: [keyOf(spot, "check")] },
      offer(spot, standing.slots),
    ],
  };
}

function advise(book: Book, standing: Standing, spot: Spot<NodeOf<"advice">>, choice: string): Step {
  const { node } = spot;
  if (choice === "guideline") {
    const guideline: Effect = { kind: "say", texts: [keyOf(spot, "guideline")], facts: node.guideline };
    return { ...standing, effects: [guideline, offer(spot, standing.slots)] };
  }
  if (choice === "other") return enter(book, menuDialog, standing.slots);
  if (choice === "misfit") return walk(book, moved(standing.place, node.misfit), standing.slots);

  const option = node.options.find(({ id }) => id === choice);
  const step = walk(book, moved(standing.place, node.next), {
    ...standing.slots,
    [node.keep]: choice,
    advised: keyOf(spot),
  });
  const part = (field: string): string => keyOf(spot, `${choice}.${field}`);
  const told: readonly Effect[] = [
    {
      kind: "say",
      texts: [part("do")],
      ...(option === undefined ? {} : { facts: option.facts }),
      ...(option?.pictogram === undefined ? {} : { pictogram: option.pictogram }),
    },
    {
      kind: "say",
      texts: [part("asks"), part("fits"), part("not"), `common:evidence.${option?.evidence ?? "practice"}`],
    },
  ];
  return { ...step, effects: [...told, ...step.effects] };
}

function again(standing: Standing, spot: Spot<WaitingNode>, why: string): Step {
  const repeated = present(spot, standing.slots);
  return {
    ...standing,
    effects: spot.node.kind === "card" ? repeated : [{ kind: "say", texts: [why] }, ...repeated],
  };
}
