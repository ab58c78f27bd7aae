import { KnownError } from "../errors.ts";
import type { Dialog, Node, NodeOf, Place } from "./dialog.ts";
import { isWaiting, present, type Spot, say, type WaitingNode } from "./present.ts";
import type { Book, Effect, Slots, Standing, Step } from "./step.ts";

/** What stays known of a person when a new theme begins. */
const lastingSlots = [
  ...["age", "words-allowed", "channel", "theme", "calm", "callback", "promise", "offers"],
  ...["afterwards", "understood"],
];

/** The dialogs that every deployment has: the one that serves everyone, and the honest "not here yet". */
export const menuDialog = "menu";
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

/** Enters the dialog that serves a theme at the child's age, or the one that says honestly that it is not here yet. */
export function enterTheme(book: Book, theme: string, slots: Slots): Step {
  const byBand = book.themes[theme];
  const dialog = byBand?.["start"] ?? laterDialog;
  return enter(book, dialog, { ...slots, theme });
}

/** Walks from a place until a node waits. */
export function walk(book: Book, from: Place, before: Slots): Step {
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
    case "tell-team":
      return { place: moved(place, node.next), slots, effects: [tellTeam(node, slots)] };
    case "check-back":
      return { place: moved(place, node.next), slots, effects: [{ kind: "check-back" }] };
    case "erase":
      return { place: moved(place, node.next), slots: {}, effects: [{ kind: "erase" }] };
    case "summary":
      return { place: moved(place, node.next), slots, effects: [{ kind: "show-summary" }] };
  }
}

function tellTeam({ answer, again }: NodeOf<"tell-team">, slots: Slots): Effect {
  return { kind: "tell-team", answer: `${answer}=${slots[answer] ?? ""}`, again: again === true };
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
export function moved(place: Place, node: string): Place {
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
