import { ageBands } from "./age-band.ts";
import type { Dialog, Node, TextKey } from "./dialog.ts";
import { isWaiting, keyOf, offer, type Spot } from "./present.ts";
import type { Slots } from "./step.ts";
import { sharedTexts } from "./texts.ts";

/** Texts that a person reads in one go: what is measured as one. */
export interface Passage {
  readonly dialog: string;
  readonly node: string;
  readonly keys: readonly TextKey[];
}

/** Labels that a person chooses between: they must differ, and fit. */
export interface Menu {
  readonly dialog: string;
  readonly node: string;
  readonly keys: readonly TextKey[];
}

/** Lists what a dialog says, in the pieces that arrive together. Shared texts are not repeated here. */
export function passagesOf(dialog: Dialog): readonly Passage[] {
  return Object.entries(dialog.nodes).flatMap(([id, node]) =>
    piecesOf({ dialog: dialog.id, id, node }).map((keys) => ({ dialog: dialog.id, node: id, keys })),
  );
}

function piecesOf(spot: Spot): readonly (readonly TextKey[])[] {
  const { node } = spot;
  const part = (...parts: readonly (string | undefined)[]): readonly TextKey[] =>
    parts.map((one) => keyOf(spot, one));
  switch (node.kind) {
    case "say":
      return [
        part(undefined),
        ...(node.by === undefined ? [] : (node.values ?? []).map((value) => part(value))),
      ];
    case "hear":
      return [part(undefined), part("unclear")];
    case "rule":
      return [part(undefined, "check"), part("again", "check")];
    case "advice":
      return [
        part(undefined),
        part("guideline"),
        ...node.options.map(({ id }) =>
          part(...["do", "asks", "fits", "not"].map((field) => `${id}.${field}`)),
        ),
      ];
    case "ask":
    case "guess":
    case "region":
    case "locale":
    case "end":
      return [part(undefined)];
    default:
      return [];
  }
}

/** Lists the passages that no single dialog owns. */
export function sharedPassages(themes: readonly string[]): readonly Passage[] {
  const alarm = (check: string): Passage => ({
    dialog: "alarm",
    node: check,
    keys: ["alarm:signs", `alarm:${check}`],
  });
  const alone = sharedTexts(themes)
    .filter(({ key, role }) => role !== "label" && !partsOfOthers.test(key))
    .map(({ key, dialog, node }) => ({ dialog, node, keys: [key] }));
  return [alarm("check"), alarm("check-age"), ...alone];
}

/** Shared texts that never stand alone: one ends a label, the others are measured with what they stand beside. */
const partsOfOthers = /^common:tried-before$|^alarm:(signs|check)/;

/** Lists every set of labels that the nodes of a dialog offer, with and without the child's age known. */
export function menusOf(dialog: Dialog): readonly Menu[] {
  return Object.entries(dialog.nodes).flatMap(([id, node]) =>
    worldsOf(node).flatMap((slots) => {
      if (!isWaiting(node)) return [];
      const keys = offer({ dialog: dialog.id, id, node }, slots).choices.map(({ text }) => text);
      return [{ dialog: dialog.id, node: id, keys }];
    }),
  );
}

/** What may be known when a node is shown, where that changes its choices. */
function worldsOf(node: Node): readonly Slots[] {
  return node.kind === "alarm-check" && node.age === true ? [{}, { age: ageBands[0] }] : [{}];
}
