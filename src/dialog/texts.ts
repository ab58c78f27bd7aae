import { nationalLines } from "../terms.ts";
import { ageBands } from "./age-band.ts";
import type { Dialog, Node, TextKey } from "./dialog.ts";

/**
 * A text that a dialog needs. `text` is said; `label` stands on a button and obeys the channels' limits;
 * `rule` is a safety rule, which alone may say "must".
 */
export interface NeededText {
  readonly key: TextKey;
  readonly role: "text" | "label" | "rule";
  readonly dialog: string;
  readonly node: string;
}

/** Lists every text a dialog needs in every locale, in the order of the file. Shared texts are not repeated here. */
export function neededTexts(dialog: Dialog): readonly NeededText[] {
  return Object.entries(dialog.nodes).flatMap(([node, shape]) =>
    partsOf(shape).map(({ part, role }) => ({
      key: `${dialog.id}:${node}${part === "" ? "" : `.${part}`}`,
      role,
      dialog: dialog.id,
      node,
    })),
  );
}

interface Part {
  readonly part: string;
  readonly role: NeededText["role"];
}

const text = (part: string): Part => ({ part, role: "text" });
const label = (part: string): Part => ({ part, role: "label" });
const rule = (part: string): Part => ({ part, role: "rule" });

function partsOf(node: Node): readonly Part[] {
  switch (node.kind) {
    case "say":
      return [text(""), ...(node.by === undefined ? [] : (node.values ?? []).map(text))];
    case "ask":
      return [text(""), ...node.choices.map(({ id }) => label(id))];
    case "hear":
      return [text(""), text("unclear"), ...(node.choices ?? []).map(({ id }) => label(id))];
    case "rule":
      return [rule(""), text("check"), rule("again"), ...node.answers.map(({ id }) => label(id))];
    case "advice":
      return [
        text(""),
        text("guideline"),
        ...node.options.flatMap(({ id }) => [
          label(id),
          ...["do", "asks", "fits", "not"].map((field) => text(`${id}.${field}`)),
        ]),
      ];
    case "card":
      return node.choices.map(({ id }) => label(id));
    case "guess":
    case "region":
    case "locale":
    case "end":
      return [text("")];
    case "alarm-check":
    case "age":
    case "branch":
    case "call":
    case "go":
    case "theme":
    case "return":
    case "callback":
    case "withdraw":
    case "tell-team":
    case "check-back":
    case "erase":
    case "summary":
      return [];
  }
}

/** The texts that no single dialog owns: used by node kinds, by the first screen and by the summary. */
export function sharedTexts(themes: readonly string[]): readonly NeededText[] {
  const shared = (file: string, keys: readonly string[], role: NeededText["role"]): readonly NeededText[] =>
    keys.map((key) => ({ key: `${file}:${key}`, role, dialog: file, node: key }));
  return [
    ...shared("common", commonTexts, "text"),
    ...shared("common", commonLabels, "label"),
    ...shared("alarm", ["signs", "check", "check-age", "please-choose"], "text"),
    ...shared("alarm", ["no", "yes", ...ageBands.map((band) => `no-${band}`)], "label"),
    ...shared("ages", ageBands, "label"),
    ...shared("themes", themes, "label"),
    ...shared("lines", nationalLines, "text"),
  ];
}

const commonTexts = [
  "age",
  "unclear",
  "teach-right",
  "teach-again",
  "teach-nurse",
  "evidence.proven",
  "evidence.guideline",
  "evidence.practice",
  "evidence.experience",
  "source",
  "source-reviewed",
  "general-knowledge",
  "caller.known",
  "caller.hidden",
  "try-out",
  "tried-before",
  "summary.title",
  "summary.question",
  "summary.own-view",
  "summary.goal",
  "summary.way",
  "summary.network",
  "summary.check-back",
  "summary.callback",
  "summary.when",
  "late",
  "fallback",
  "go-to-page",
  "locale-set",
  "old-button",
];

const commonLabels = ["skip", "menu", "nurse", "guideline", "misfit", "something-else", "list"];
