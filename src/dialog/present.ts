import { ageBands } from "./age-band.ts";
import type { Node, NodeOf, TextKey } from "./dialog.ts";
import type { Effect, Offered, Slots } from "./step.ts";

/** A kind of node where a person waits. */
const waitingKinds = [
  "ask",
  "alarm-check",
  "age",
  "rule",
  "advice",
  "hear",
  "locale",
  "card",
  "guess",
  "region",
  "end",
] as const;
export type WaitingNode = NodeOf<(typeof waitingKinds)[number]>;

export function isWaiting(node: Node): node is WaitingNode {
  return waitingKinds.some((kind) => kind === node.kind);
}

/** A node together with the names its texts are found under. */
export interface Spot<N extends Node = Node> {
  readonly dialog: string;
  readonly id: string;
  readonly node: N;
}

/** The key of a node's text, or of a part of it. */
export function keyOf(spot: Spot, part?: string): TextKey {
  return `${spot.dialog}:${spot.id}${part === undefined ? "" : `.${part}`}`;
}

/** Gives what a person sees on arriving at a node where they wait: its texts, then its choices. */
export function present(spot: Spot<WaitingNode>, slots: Slots): readonly Effect[] {
  return [...question(spot, slots), offer(spot, slots)];
}

function question(spot: Spot<WaitingNode>, slots: Slots): readonly Effect[] {
  const { node } = spot;
  switch (node.kind) {
    case "ask":
      return [say(spot, node.values === undefined ? {} : { values: shown(node.values, slots) })];
    case "alarm-check":
      return [
        { kind: "say", texts: ["alarm:signs", asksAge(node, slots) ? "alarm:check-age" : "alarm:check"] },
      ];
    case "age":
      return [{ kind: "say", texts: ["common:age"] }];
    case "rule":
      return [say(spot), { kind: "say", texts: [keyOf(spot, "check")] }];
    case "card":
      return [
        {
          kind: "card",
          card: slots["card"] ?? "other",
          level: slots["level"] === "urgent" ? "urgent" : "emergency",
        },
      ];
    case "advice":
    case "hear":
    case "locale":
    case "guess":
    case "region":
    case "end":
      return [say(spot)];
  }
}

/** Gives the choices of a node, its own first. */
export function offer(spot: Spot<WaitingNode>, slots: Slots): Extract<Effect, { kind: "offer" }> {
  const own = spot.node.kind === "advice" ? ways(spot as Spot<NodeOf<"advice">>, slots) : undefined;
  return own ?? { kind: "offer", choices: choices(spot, slots) };
}

function choices(spot: Spot<WaitingNode>, slots: Slots): readonly Offered[] {
  const { node } = spot;
  switch (node.kind) {
    case "ask":
      return [
        ...shownOf(node, slots).map((choice) => own(spot, choice)),
        ...(node.skip === undefined ? [] : [skip]),
        ...(node.menu === true ? [menu] : []),
        ...nurseUnless(node),
      ];
    case "alarm-check":
      return asksAge(node, slots)
        ? [
            alarmYes,
            ...ageBands.map((band) => ({ id: band, text: `alarm:no-${band}` })),
            noAge,
            ...nurseUnless(node),
          ]
        : [{ id: "no", text: "alarm:no", pictogram: "check" }, alarmYes, ...nurseUnless(node)];
    case "age":
      return [...ageBands.map((band) => ({ id: band, text: `ages:${band}` })), skip, nurse];
    case "rule":
      return [...node.answers.map((answer) => own(spot, answer)), skip, nurse];
    case "hear":
      return [
        ...(node.choices ?? []).map((choice) => own(spot, choice)),
        ...(node.skip === undefined ? [] : [skip]),
      ];
    case "locale":
      return localeTags.map((tag) => ({ id: tag, text: `locales:${tag}` }));
    case "card":
      return node.choices.map((choice) => own(spot, choice));
    case "guess":
      return [
        ...listed(slots["guess"]).map((theme) => ({ id: theme, text: `themes:${theme}` })),
        { id: "other", text: "common:something-else", pictogram: "question" },
        nurse,
      ];
    case "region":
      return [...listed(slots["regions"]).map((id) => ({ id, text: `regions:${id}` })), skip];
    case "end":
      return [menu, nurse];
    case "advice":
      return [];
  }
}

function ways(spot: Spot<NodeOf<"advice">>, slots: Slots): Extract<Effect, { kind: "offer" }> {
  const tried = spot.node.options.filter((option) => option.id === slots["tried"]);
  const fresh = spot.node.options.filter((option) => option.id !== slots["tried"]);
  return {
    kind: "offer",
    unordered: fresh.length,
    choices: [
      ...fresh.map((option) => own(spot, option)),
      ...tried.map((option) => ({ ...own(spot, option), tried: true })),
      { id: "guideline", text: "common:guideline", pictogram: "book" },
      { id: "misfit", text: "common:misfit", pictogram: "cross" },
      { id: "other", text: "common:something-else", pictogram: "question" },
      nurse,
    ],
  };
}

/** The choices of a question that are shown: all, unless a slot lists them. */
function shownOf({ choices, among }: NodeOf<"ask">, slots: Slots): NodeOf<"ask">["choices"] {
  const names = listed(among === undefined ? undefined : slots[among]);
  return names.length === 0
    ? choices
    : choices.filter(({ id, always }) => always === true || names.includes(id));
}

function listed(slot: string | undefined): readonly string[] {
  return (slot ?? "").split(",").filter(Boolean);
}

/** Whether an alarm check also asks the age: it does where the dialog needs it and nobody said it yet. */
function asksAge(node: NodeOf<"alarm-check">, slots: Slots): boolean {
  return node.age === true && slots["age"] === undefined;
}

/** The nurse is among the choices unless the node says that it leads to her itself. */
function nurseUnless({ nurse: offered }: { readonly nurse?: boolean | undefined }): readonly Offered[] {
  return offered === false ? [] : [nurse];
}

const localeTags = ["nl", "nl-simple", "en", "en-simple", "pl", "pl-simple", "tr", "tr-simple"];
const skip: Offered = { id: "skip", text: "common:skip" };
const menu: Offered = { id: "menu", text: "common:menu", pictogram: "home" };
const nurse: Offered = { id: "nurse", text: "common:nurse", pictogram: "nurse" };
const noAge: Offered = { id: "no", text: "alarm:no" };
const alarmYes: Offered = { id: "yes", text: "alarm:yes", pictogram: "warning" };

function own(spot: Spot, choice: { readonly id: string; readonly pictogram?: string | undefined }): Offered {
  return {
    id: choice.id,
    text: keyOf(spot, choice.id),
    ...(choice.pictogram === undefined ? {} : { pictogram: choice.pictogram }),
  };
}

/** Says a node's own text, or a part of it, with what the node says of facts and pictogram. */
export function say(
  spot: Spot,
  more: { readonly part?: string; readonly values?: Readonly<Record<string, string>> } = {},
): Effect {
  const { node } = spot;
  return {
    kind: "say",
    texts: [keyOf(spot, more.part)],
    ...(more.values === undefined ? {} : { values: more.values }),
    ...("facts" in node && node.facts !== undefined ? { facts: node.facts } : {}),
    ...("pictogram" in node && node.pictogram !== undefined ? { pictogram: node.pictogram } : {}),
  };
}

/** The values a text shows, read from the slots it names. */
function shown(values: Readonly<Record<string, string>>, slots: Slots): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, slot]) => [name, slots[slot] ?? ""]));
}
