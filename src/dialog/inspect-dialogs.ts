import type { Dialog, Node } from "./dialog.ts";
import { isWaiting } from "./present.ts";
import type { Fault } from "./read-dialogs.ts";
import type { Book } from "./step.ts";

/** A nurse or a card may be at most this many taps away from any node where a person waits. */
const mostTapsToHuman = 2;

/** The kinds of node that end a walk well without leading on. */
const endings: readonly Node["kind"][] = ["end", "return", "go", "theme"];

/**
 * Finds every fault in the dialogs before anyone can walk into it.
 *
 * Reports all faults of all dialogs at once, in the order of the files, because an author fixes a file in one
 * go: nodes and dialogs that are missing, nodes nobody reaches, circles that never wait, dead ends, and nodes
 * from which a human is more than two taps away.
 */
export function inspectDialogs(book: Book): readonly Fault[] {
  return [
    ...[...book.dialogs.values()].flatMap((dialog) => inspectDialog(dialog, book)),
    ...inspectThemes(book),
    ...needed
      .filter((id) => !book.dialogs.has(id))
      .map((id) => fault("missing-dialog", "dialogs", "", `add the dialog "${id}": the engine needs it`)),
  ];
}

/** The dialogs that the engine and the turn go to by name. */
const needed: readonly string[] = [
  "welcome",
  "menu",
  "alarm",
  "card",
  "doubt",
  "fever-age",
  "callback",
  "my-callback",
  "nurse-offer",
  "heavy",
  "later",
  "language",
  "guess",
  "medium",
  "still-so",
  "other-language",
  "young",
  "stop",
  "erase",
  "rights",
];

function inspectDialog(dialog: Dialog, book: Book): readonly Fault[] {
  const reached = reachable(dialog);
  const faults = Object.entries(dialog.nodes).flatMap(([id, node]) => [
    ...missingNodes(dialog, id, node),
    ...missingDialogs(dialog, id, node, book),
    ...(reached.has(id)
      ? []
      : [fault("unreachable-node", dialog.id, id, "lead to it from another node, or remove it")]),
    ...(circles(dialog, id) ? [fault("circle", dialog.id, id, "put a node that waits into the circle")] : []),
    ...deadEnd(dialog, id, node),
    ...(isWaiting(node) && tapsToHuman(dialog, id, book) > mostTapsToHuman
      ? [fault("human-too-far", dialog.id, id, "offer the nurse here, or one tap further on")]
      : []),
  ]);
  const start = dialog.nodes[dialog.first] === undefined ? [missing(dialog.id, dialog.first)] : [];
  return [...start, ...faults];
}

function missingNodes(dialog: Dialog, id: string, node: Node): readonly Fault[] {
  return nextOf(node)
    .filter((next) => dialog.nodes[next] === undefined)
    .map((next) => fault("missing-node", dialog.id, id, `it leads to "${next}", which is not there`));
}

function missingDialogs(dialog: Dialog, id: string, node: Node, book: Book): readonly Fault[] {
  const target = node.kind === "call" || node.kind === "go" ? node.dialog : undefined;
  return target === undefined || book.dialogs.has(target)
    ? []
    : [fault("missing-dialog", dialog.id, id, `there is no dialog "${target}"`)];
}

function deadEnd(dialog: Dialog, id: string, node: Node): readonly Fault[] {
  const leadsOn = nextOf(node).length > 0 || endings.includes(node.kind);
  return leadsOn
    ? []
    : [fault("dead-end", dialog.id, id, "give it a choice, a next node, or make it an end")];
}

function inspectThemes({ dialogs, themes }: Book): readonly Fault[] {
  return Object.entries(themes).flatMap(([theme, byBand]) =>
    Object.entries(byBand)
      .filter(([, dialog]) => !dialogs.has(dialog))
      .map(([band, dialog]) =>
        fault("missing-dialog", "themes", `${theme}.${band}`, `there is no dialog "${dialog}"`),
      ),
  );
}

/** The nodes of the same dialog that one node can lead to. */
function nextOf(node: Node): readonly string[] {
  const optional = (...ids: readonly (string | undefined)[]): readonly string[] =>
    ids.filter((id) => id !== undefined);
  switch (node.kind) {
    case "ask":
      return [...node.choices.map(({ next }) => next), ...optional(node.skip, node.hears?.next)];
    case "hear":
      return [
        node.next,
        ...(node.choices ?? []).map(({ next }) => next),
        ...optional(node.skip, node.several),
      ];
    case "card":
      return node.choices.map(({ next }) => next);
    case "advice":
      return [node.next, node.misfit];
    case "alarm-check":
      return [node.clear];
    case "guess":
      return [node.other];
    case "region":
      return [node.next, node.skip];
    case "branch":
      return [...Object.values(node.cases), node.else];
    case "go":
    case "theme":
    case "return":
    case "end":
      return [];
    case "say":
    case "age":
    case "rule":
    case "call":
    case "locale":
    case "callback":
    case "withdraw":
    case "tell-team":
    case "check-back":
    case "erase":
    case "summary":
      return [node.next];
  }
}

function reachable(dialog: Dialog): ReadonlySet<string> {
  const seen = new Set<string>();
  const waiting = [dialog.first];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const node = dialog.nodes[id];
    if (node === undefined || seen.has(id)) continue;
    seen.add(id);
    waiting.push(...nextOf(node));
  }
  return seen;
}

/** Whether a node that does not wait can be walked back to without any node on the way waiting. */
function circles(dialog: Dialog, start: string): boolean {
  const passing = (id: string): boolean => {
    const node = dialog.nodes[id];
    return node !== undefined && !isWaiting(node) && node.kind !== "call";
  };
  if (!passing(start)) return false;
  const seen = new Set<string>();
  const waiting = [...nextOf(dialog.nodes[start] as Node)];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === start) return true;
    if (!passing(id) || seen.has(id)) continue;
    seen.add(id);
    waiting.push(...nextOf(dialog.nodes[id] as Node));
  }
  return false;
}

/** How many taps a person needs from a waiting node to one that is a human, or offers one. */
function tapsToHuman(dialog: Dialog, id: string, book: Book): number {
  const node = dialog.nodes[id];
  if (node === undefined) return Number.POSITIVE_INFINITY;
  if (offersHuman(dialog, node)) return 1;
  return stops(dialog, id, book).some((stop) => offersHuman(stop.dialog, stop.node)) ? 2 : 3;
}

/** Whether a node offers the nurse itself: by the shared button, by asking for her, or by a card's telephone. */
function offersHuman(dialog: Dialog, node: Node): boolean {
  if (node.kind === "card" || dialog.id === "callback" || dialog.id === "alarm") return true;
  if (node.kind === "hear" || node.kind === "locale" || node.kind === "region") return false;
  if (node.kind !== "ask") return isWaiting(node);
  const asksNurse = node.choices.some(({ next }) => {
    const target = dialog.nodes[next];
    return (target?.kind === "go" || target?.kind === "call") && target.dialog === "callback";
  });
  return node.nurse !== false || asksNurse;
}

interface Stop {
  readonly dialog: Dialog;
  readonly node: Node;
}

/** The nodes where a person can wait next, one tap after this one. */
function stops(dialog: Dialog, id: string, book: Book): readonly Stop[] {
  const seen = new Set<string>();
  const found: Stop[] = [];
  const visit = (at: Dialog, nodeId: string): void => {
    const node = at.nodes[nodeId];
    const name = `${at.id}:${nodeId}`;
    if (node === undefined || seen.has(name)) return;
    seen.add(name);
    if (isWaiting(node)) {
      found.push({ dialog: at, node });
      return;
    }
    const target = node.kind === "call" || node.kind === "go" ? book.dialogs.get(node.dialog) : undefined;
    if (target !== undefined) visit(target, target.first);
    // what a caller goes on with is not known here: a dialog that returns is taken to come back to the menu
    const menu = book.dialogs.get("menu");
    if ((node.kind === "return" || node.kind === "theme") && menu !== undefined) visit(menu, menu.first);
    for (const next of nextOf(node)) visit(at, next);
  };
  for (const next of nextOf(dialog.nodes[id] as Node)) visit(dialog, next);
  return found;
}

function missing(dialog: string, node: string): Fault {
  return fault("missing-node", dialog, node, `the dialog begins at "${node}", which is not there`);
}

function fault(kind: string, dialog: string, node: string, mend: string): Fault {
  return { kind, file: dialog, node, mend };
}
