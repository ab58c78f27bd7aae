import type { Dialog, Node } from "../../dialog/dialog.ts";
import { neededTexts, sharedTexts } from "../../dialog/texts.ts";
import { factsOf } from "../../http/inspect-provenance.ts";
import type { Content } from "../../http/load-content.ts";
import { themes } from "../../understanding/understanding.ts";

/** One page of the catalogue: a dialog, or texts that several share. */
export interface Sheet {
  readonly id: string;
  readonly group: string;
  readonly dialog?: Dialog;
  readonly entries: readonly Entry[];
}

/** One node and all it says. */
export interface Entry {
  readonly id: string;
  readonly kind: Node["kind"] | "card-text" | "shared";
  readonly texts: readonly { readonly key: string; readonly part: string; readonly role: string }[];
  readonly leads: readonly Lead[];
  readonly facts: readonly string[];
}

/** Where a node leads: by a label, or of itself. `dialog` is named when it leaves this one. */
export interface Lead {
  readonly label?: string;
  readonly note?: string;
  readonly node?: string;
  readonly dialog?: string;
}

/** Lists the whole catalogue: themes first, then what all of them share, then the cards. */
export function sheetsOf(content: Content): readonly Sheet[] {
  const dialogs = [...content.book.dialogs.values()];
  return [...dialogs.map(sheetOf), cardSheet(content), sharedSheet()];
}

function sheetOf(dialog: Dialog): Sheet {
  const texts = neededTexts(dialog);
  return {
    id: dialog.id,
    group: dialog.theme ?? "shared",
    dialog,
    entries: Object.entries(dialog.nodes).map(([id, node]) => ({
      id,
      kind: node.kind,
      texts: [
        ...borrowed(node).map((key) => ({ key, role: "text", part: "" })),
        ...texts
          .filter((text) => text.node === id)
          .map(({ key, role }) => ({ key, role, part: key.slice(`${dialog.id}:${id}.`.length) })),
      ],
      leads: leadsOf(dialog.id, id, node),
      facts: [...new Set(factsOf(node))],
    })),
  };
}

/** The shared texts a node says that has none of its own. */
function borrowed(node: Node): readonly string[] {
  if (node.kind === "age") return ["common:age"];
  if (node.kind !== "alarm-check") return [];
  return ["alarm:signs", node.age === true ? "alarm:check-age" : "alarm:check"];
}

function cardSheet({ cards }: Content): Sheet {
  return {
    id: "cards",
    group: "cards",
    entries: Object.entries(cards).flatMap(([card, levels]) =>
      Object.entries(levels).map(([level, facts]) => ({
        id: `${card}.${level}`,
        kind: "card-text" as const,
        texts: [{ key: `cards:${card}.${level}`, role: "rule", part: "" }],
        leads: [],
        facts,
      })),
    ),
  };
}

function sharedSheet(): Sheet {
  return {
    id: "common",
    group: "shared",
    entries: sharedTexts(themes).map(({ key, role }) => ({
      id: key.replace(":", "."),
      kind: "shared",
      texts: [{ key, role, part: "" }],
      leads: [],
      facts: [],
    })),
  };
}

/** Lists where a node leads, in the order a person sees the ways. */
function leadsOf(dialog: string, id: string, node: Node): readonly Lead[] {
  const label = (part: string): string => `${dialog}:${id}.${part}`;
  const chosen = (choices: readonly { readonly id: string; readonly next: string }[]): readonly Lead[] =>
    choices.map((choice) => ({ label: label(choice.id), node: choice.next }));
  switch (node.kind) {
    case "ask":
      return [
        ...chosen(node.choices),
        ...(node.hears === undefined ? [] : [{ note: "words", node: node.hears.next }]),
        ...(node.skip === undefined ? [] : [{ label: "common:skip", node: node.skip }]),
      ];
    case "hear":
      return [
        { note: node.reads, node: node.next },
        ...chosen(node.choices ?? []),
        ...(node.skip === undefined ? [] : [{ label: "common:skip", node: node.skip }]),
      ];
    case "card":
      return chosen(node.choices);
    case "advice":
      return [
        ...node.options.map((option) => ({ label: label(option.id), node: node.next })),
        { label: "common:misfit", node: node.misfit },
        { label: "common:something-else", dialog: "menu" },
      ];
    case "rule":
      return [{ note: "understood", node: node.next }];
    case "alarm-check":
      return [
        { label: "alarm:no", node: node.clear },
        { label: "alarm:yes", dialog: "alarm" },
      ];
    case "branch":
      return [
        ...Object.entries(node.cases).map(([value, next]) => ({ note: `${node.on} = ${value}`, node: next })),
        { note: "else", node: node.else },
      ];
    case "call":
      return [{ note: "through", dialog: node.dialog }, { node: node.next }];
    case "go":
      return [{ dialog: node.dialog }];
    case "theme":
      return [{ note: "theme" }];
    case "region":
      return [{ node: node.next }, { label: "common:skip", node: node.skip }];
    case "guess":
      return [{ label: "common:something-else", node: node.other }];
    case "return":
    case "end":
      return [];
    default:
      return [{ node: node.next }];
  }
}
