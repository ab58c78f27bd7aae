import { KnownError } from "../errors.ts";
import { isAgeBand } from "./age-band.ts";
import type { Dialog, Node, NodeOf, Place } from "./dialog.ts";
import { isWaiting, keyOf, offer, present, type Spot, say, type WaitingNode } from "./present.ts";
import type { Answer, Book, Effect, Slots, Standing, Step } from "./step.ts";

/** What stays known of a person when a new theme begins. */
const lastingSlots = ["age", "words-allowed", "channel", "theme", "calm", "greeted"];

/** The dialog that serves everyone, and the one that asks for a nurse. Every deployment has both. */
const menuDialog = "menu";
const nurseDialog = "callback";
const alarmDialog = "alarm";
const laterDialog = "later";

const maxNodesPerStep = 100;

/** Puts a person at the first node of a dialog, leaving where they were, and walks to the first wait. */
export function enter(book: Book, dialog: string, slots: Slots): Step {
  const entered = dialogOf(book, dialog);
  return walk(book, [{ dialog, node: entered.first }], kept(entered, slots));
}

/** Walks through a dialog and comes back to where the person was: their place stays beneath it. */
export function interrupt(book: Book, standing: Standing, dialog: string, set: Slots = {}): Step {
  const entered = dialogOf(book, dialog);
  return walk(book, [...standing.place, { dialog, node: entered.first }], { ...standing.slots, ...set });
}

/** Shows a person again where they are: the same texts and choices, nothing moved. */
export function represent(book: Book, standing: Standing): Step {
  const spot = spotOf(book, standing.place);
  if (spot === undefined) return enter(book, menuDialog, standing.slots);
  return isWaiting(spot.node)
    ? { ...standing, effects: present(spot as Spot<WaitingNode>, standing.slots) }
    : walk(book, standing.place, standing.slots);
}

/** Gives the node where a person waits, or undefined when the present dialogs no longer hold it. */
export function waitingAt(book: Book, place: Place): Spot<WaitingNode> | undefined {
  const spot = spotOf(book, place);
  return spot !== undefined && isWaiting(spot.node) ? (spot as Spot<WaitingNode>) : undefined;
}

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
  if (answer.kind === "said" && canHear(spot.node)) return hear(book, standing, spot);
  return again(standing, spot, spot.node.kind === "alarm-check" ? "alarm:please-choose" : "common:unclear");
}

/** Whether free words are an answer at this node. */
export function canHear(node: WaitingNode): boolean {
  return node.kind === "hear" || (node.kind === "ask" && node.hears !== undefined);
}

function hear(book: Book, standing: Standing, { node }: Spot<WaitingNode>): Step {
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

/** Enters the dialog that serves a theme at the child's age, or the one that says honestly that it is not here yet. */
export function enterTheme(book: Book, theme: string, slots: Slots): Step {
  const byBand = book.themes[theme];
  const dialog = byBand?.["start"] ?? laterDialog;
  return enter(book, dialog, { ...slots, theme });
}

function walk(book: Book, from: Place, before: Slots): Step {
  const effects: Effect[] = [];
  let place = from;
  let slots = before;

  for (let visited = 0; visited < maxNodesPerStep; visited += 1) {
    const spot = spotOf(book, place);
    if (spot === undefined) return withEffects(effects, enter(book, menuDialog, slots));
    const { node } = spot;
    if (isWaiting(node)) {
      const arrived = present(spot as Spot<WaitingNode>, slots);
      return {
        place,
        slots,
        effects: [...effects, ...arrived, ...(node.kind === "end" ? [{ kind: "end" } as const] : [])],
      };
    }
    const next = pass(book, place, slots, spot as Spot<PassingNode>);
    effects.push(...next.effects);
    place = next.place;
    slots = next.slots;
  }
  throw new KnownError("dialog.loop", "nodes that do not wait lead round in a circle", {
    node: from.at(-1)?.node ?? "",
  });
}

type PassingNode = Exclude<Node, WaitingNode>;

/** Goes through one node that does not wait. */
function pass(book: Book, place: Place, slots: Slots, spot: Spot<PassingNode>): Step {
  const { node } = spot;
  switch (node.kind) {
    case "say":
      return { place: moved(place, node.next), slots, effects: [say(spot, variant(node, slots))] };
    case "branch":
      return { place: moved(place, node.cases[slots[node.on] ?? ""] ?? node.else), slots, effects: [] };
    case "call":
      return {
        place: [...moved(place, node.next), { dialog: node.dialog, node: dialogOf(book, node.dialog).first }],
        slots: { ...slots, ...node.set },
        effects: [],
      };
    case "go":
      return leave(book, node.dialog, { ...slots, ...node.set });
    case "theme":
      return leave(book, dialogOfTheme(book, slots[node.of] ?? "", slots), slots);
    case "return":
      return place.length > 1
        ? { place: place.slice(0, -1), slots: { ...slots, ...node.set }, effects: [] }
        : leave(book, menuDialog, slots);
    case "callback":
      return { place: moved(place, node.next), slots, effects: [{ kind: "open-callback" }] };
    case "withdraw":
      return { place: moved(place, node.next), slots, effects: [{ kind: "withdraw-callback" }] };
    case "check-back":
      return { place: moved(place, node.next), slots, effects: [{ kind: "check-back" }] };
    case "erase":
      return { place: moved(place, node.next), slots: {}, effects: [{ kind: "erase" }] };
    case "summary":
      return { place: moved(place, node.next), slots, effects: [{ kind: "show-summary" }] };
  }
}

function leave(book: Book, dialog: string, slots: Slots): Step {
  const entered = dialogOf(book, dialog);
  return { place: [{ dialog, node: entered.first }], slots: kept(entered, slots), effects: [] };
}

/** Gives the dialog that serves a theme at the age known, or the one that says it is not here yet. */
function dialogOfTheme(book: Book, theme: string, slots: Slots): string {
  const byBand = book.themes[theme] ?? {};
  return byBand[slots["age"] ?? ""] ?? byBand["else"] ?? laterDialog;
}

function kept(dialog: Dialog, slots: Slots): Slots {
  if (dialog.fresh !== true) return slots;
  return Object.fromEntries(Object.entries(slots).filter(([slot]) => lastingSlots.includes(slot)));
}

function variant(node: NodeOf<"say">, slots: Slots): { readonly part?: string } {
  const value = node.by === undefined ? undefined : slots[node.by];
  return value !== undefined && node.values?.includes(value) ? { part: value } : {};
}

function withEffects(effects: readonly Effect[], step: Step): Step {
  return { ...step, effects: [...effects, ...step.effects] };
}

/** The same place, at another node of the innermost dialog. */
function moved(place: Place, node: string): Place {
  const last = place.at(-1);
  return last === undefined ? place : [...place.slice(0, -1), { dialog: last.dialog, node }];
}

function spotOf(book: Book, place: Place): Spot | undefined {
  const frame = place.at(-1);
  if (frame === undefined) return undefined;
  const node = book.dialogs.get(frame.dialog)?.nodes[frame.node];
  return node === undefined ? undefined : { dialog: frame.dialog, id: frame.node, node };
}

function dialogOf(book: Book, id: string): Dialog {
  const dialog = book.dialogs.get(id);
  if (dialog === undefined) throw new KnownError("dialog.invalid", "no such dialog", { dialog: id });
  return dialog;
}
