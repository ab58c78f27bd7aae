/**
 * The shape of the dialog trees in `dialogs/`. The examples below are the reference for authors.
 *
 * A dialog holds no words. The text of a node is found under the key `<node>` in
 * `locales/<locale>/<dialog>.json`, the label of a choice under `<node>.<choice>`; what more a kind of node
 * says is named in its docstring.
 *
 * @module
 */
import { z } from "zod";

/** A node within a dialog where a person waits. */
interface Frame {
  readonly dialog: string;
  readonly node: string;
}

/** Where a person stands: the dialog they are in, last, and those that called it, to return to. */
export type Place = readonly Frame[];

/** Names one text: `<dialog>:<key>`. The engine moves keys around and never sees the words. */
export type TextKey = string;

const id = z.string().regex(/^[a-z][a-z0-9-]*$/, "use lower-case letters, digits and hyphens");
const slot = z.string().regex(/^[a-z][a-z0-9-]*$/, "use lower-case letters, digits and hyphens");
const factId = z.string().regex(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/, "use a fact id of dialogs/sources.yaml");
const settings = z.record(slot, z.string());

/** What every node may carry: the facts its text rests on, and the pictogram that stands beside it. */
const said = {
  facts: z.array(factId).optional(),
  pictogram: id.optional(),
};

/**
 * Says one text and walks on without waiting. With `by`, the text is `<node>.<value of that slot>`.
 *
 * ```yaml
 * heard: { kind: say, next: check }
 * strength: { kind: say, by: way, values: [rhythm, near], next: network }
 * ```
 */
const sayNode = z.strictObject({
  kind: z.literal("say"),
  next: id,
  /** The slot whose value picks the text, and the values there are texts for; any other value says `<node>`. */
  by: slot.optional(),
  values: z.array(z.string()).optional(),
  ...said,
});

const choice = z.strictObject({
  id,
  next: id,
  /** Slots to set when it is chosen. */
  set: settings.optional(),
  pictogram: id.optional(),
  always: z.boolean().optional(),
});

/**
 * Asks one question and waits. Texts: `<node>`, `<node>.<choice>` for each choice.
 *
 * `keep` stores the chosen id in a slot. `hears` keeps free words in a slot and goes on; without it, free
 * words that match no choice are routed to a theme, or the question is asked again. `skip` adds the shared
 * "skip" choice. Every question offers "ask a nurse" unless `nurse: false` (because a choice does so itself).
 * `values` shows slots in the text by name. `among` names a slot that lists the choices to show, when it is
 * set; a choice with `always` is shown in any case. `strict` takes only taps, numbers and a plain yes or no.
 *
 * ```yaml
 * view:
 *   kind: ask
 *   hears: { keep: own-view, next: advice }
 *   skip: advice
 *   choices:
 *     - { id: hungry, next: advice, set: { view: hungry } }
 * ```
 */
const askNode = z.strictObject({
  kind: z.literal("ask"),
  choices: z.array(choice),
  keep: slot.optional(),
  hears: z.strictObject({ keep: slot, next: id }).optional(),
  skip: id.optional(),
  nurse: z.boolean().optional(),
  menu: z.boolean().optional(),
  among: slot.optional(),
  strict: z.boolean().optional(),
  values: z.record(id, slot).optional(),
  ...said,
});

/**
 * Shows the danger signs and asks whether one of them is there. One node for all dialogs: its texts are in
 * `alarm.json`. A "no" goes on to `clear`; a "yes" or "not sure" goes to the dialog `alarm`. With `age: true`
 * the "no" is given by choosing the child's age, unless the age is known.
 *
 * ```yaml
 * check: { kind: alarm-check, age: true, clear: view }
 * ```
 */
const alarmCheckNode = z.strictObject({
  kind: z.literal("alarm-check"),
  clear: id,
  age: z.boolean().optional(),
  nurse: z.boolean().optional(),
});

/**
 * Asks the child's age and waits, unless it is known. Texts and choices are shared: `common:age`.
 *
 * ```yaml
 * age: { kind: age, next: which }
 * ```
 */
const ageNode = z.strictObject({ kind: z.literal("age"), next: id });

/**
 * Says a safety rule, never as an option, and checks that it came across (teach-back). Texts: `<node>`,
 * `<node>.check` the question, `<node>.<answer>` each answer, `<node>.again` the rule in other words. A second
 * miss goes on, with the rule said again and a nurse offered.
 *
 * ```yaml
 * safe-sleep:
 *   kind: rule
 *   facts: [sleep.on-the-back]
 *   answers: [{ id: back, right: true }, { id: belly }, { id: side }]
 *   next: fit
 * ```
 */
const ruleNode = z.strictObject({
  kind: z.literal("rule"),
  facts: z.array(factId).min(1),
  pictogram: id.optional(),
  answers: z.array(z.strictObject({ id, right: z.boolean().optional() })).min(2),
  next: id,
});

/** How well an option is supported: shown with it. */
const evidenceLabels = ["proven", "guideline", "practice", "experience"] as const;

const option = z.strictObject({
  id,
  facts: z.array(factId).min(1),
  evidence: z.enum(evidenceLabels),
  pictogram: id.optional(),
});

/**
 * Tells what is normal and offers at least three ways that differ, none preselected (R-C1 to R-C3). Texts:
 * `<node>` what is normal, as a range; for each option `<node>.<option>` its label, `<node>.<option>.do` what
 * you do, `.asks` what it asks of you, `.fits` when it fits, `.not` when it does not; `<node>.guideline` the
 * one line of the guideline. The shared choices "what does the guideline say?", "something else", "does not
 * fit us" and "ask a nurse" follow the options. The option named by the slot `tried` comes last, marked as tried.
 *
 * ```yaml
 * ways:
 *   kind: advice
 *   facts: [sleep.hours-p1]
 *   guideline: [sleep.guideline-p1]
 *   options:
 *     - { id: rhythm, facts: [sleep.routine], evidence: proven }
 *   keep: way
 *   next: safe-sleep
 *   misfit: misfit
 * ```
 */
const adviceNode = z.strictObject({
  kind: z.literal("advice"),
  ...said,
  guideline: z.array(factId).min(1),
  options: z.array(option).min(3),
  keep: slot,
  next: id,
  misfit: id,
});

/** Goes on by the value of a slot. `{ kind: branch, on: view, cases: { hungry: feed }, else: calm }` */
const branchNode = z.strictObject({
  kind: z.literal("branch"),
  on: slot,
  cases: z.record(z.string(), id),
  else: id,
});

/** Walks through another dialog and comes back. `{ kind: call, dialog: fit-check, next: bye }` */
const callNode = z.strictObject({ kind: z.literal("call"), dialog: id, next: id, set: settings.optional() });

/** Leaves for another dialog without coming back. `{ kind: go, dialog: menu }` */
const goNode = z.strictObject({ kind: z.literal("go"), dialog: id, set: settings.optional() });

/** Leaves for the dialog of the theme in a slot, by the child's age. `{ kind: theme, of: theme }` */
const themeNode = z.strictObject({ kind: z.literal("theme"), of: slot });

/** Comes back to the dialog that called. `{ kind: return }` */
const returnNode = z.strictObject({ kind: z.literal("return"), set: settings.optional() });

/**
 * Asks for something typed and reads it. Texts: `<node>`, `<node>.unclear`. `reads` says what counts:
 * `phone` a telephone number, `words` anything. `several` is where to ask from which country a number is that
 * could be from more than one: its choices are countries, shown `among: countries`. `skip` adds the shared "skip" choice.
 *
 * ```yaml
 * phone: { kind: hear, reads: phone, keep: phone, next: phone-right, skip: moment }
 * ```
 */
const hearNode = z.strictObject({
  kind: z.literal("hear"),
  reads: z.enum(["phone", "words"]),
  keep: slot,
  next: id,
  several: id.optional(),
  skip: id.optional(),
  choices: z.array(choice).optional(),
});

/** Offers the eight locales; the choice switches at once. Texts are shared. `{ kind: locale, next: menu }` */
const localeNode = z.strictObject({ kind: z.literal("locale"), next: id });

/**
 * Shows the fixed card named by the slots `card` and `level`, and waits. Texts: `cards:<card>.<level>`; the
 * choices are its own and lead on only after "help was called", "the danger is over" or "not this". Words that
 * match none show the card again: nobody chats on under a card.
 *
 * ```yaml
 * shown:
 *   kind: card
 *   choices: [{ id: called, next: after }, { id: over, next: after }, { id: not-this, next: back }]
 * ```
 */
const cardNode = z.strictObject({ kind: z.literal("card"), choices: z.array(choice).min(1) });

/**
 * Offers the themes that a message may be about, named by the slot `guess` (`sleep,food`). Texts: `<node>`,
 * labels are shared: `themes:<theme>`. `{ kind: guess, other: menu }`
 */
const guessNode = z.strictObject({ kind: z.literal("guess"), other: id });

/**
 * Offers the regions of the organisation, by the names it gave them, and keeps the id of the one chosen. Text:
 * `<node>`. `skip` leads on for whoever does not know. `{ kind: region, keep: region, next: phone, skip: phone }`
 */
const regionNode = z.strictObject({ kind: z.literal("region"), keep: slot, next: id, skip: id });

/** Asks the world to write again after the days in the slot `check-back`. `{ kind: check-back, next: done }` */
const checkBackNode = z.strictObject({ kind: z.literal("check-back"), next: id });

/** Asks the world to open the callback that was confirmed, and says when a nurse calls. `{ kind: callback, next: done }` */
const callbackNode = z.strictObject({ kind: z.literal("callback"), next: id });

/** Asks the world to withdraw the open callback. `{ kind: withdraw, next: done }` */
const withdrawNode = z.strictObject({ kind: z.literal("withdraw"), next: id });

/**
 * Passes the answer that a slot holds on to the nurses, beside the callback that the question was about. With
 * `again` that callback is back in line for today, closed or not. `{ kind: tell-team, answer: called, next: good }`
 */
const tellTeamNode = z.strictObject({
  kind: z.literal("tell-team"),
  answer: slot,
  again: z.boolean().optional(),
  next: id,
});

/** Forgets everything about the person. `{ kind: erase, next: gone }` */
const eraseNode = z.strictObject({ kind: z.literal("erase"), next: id });

/** Shows what was asked, chosen and agreed, to keep (R-D5). Texts are shared. `{ kind: summary, next: bye }` */
const summaryNode = z.strictObject({ kind: z.literal("summary"), next: id });

/** Says goodbye and waits for nothing; whatever is written next starts at the menu. `{ kind: end }` */
const endNode = z.strictObject({ kind: z.literal("end"), ...said });

const nodeSchema = z.discriminatedUnion("kind", [
  sayNode,
  askNode,
  alarmCheckNode,
  ageNode,
  ruleNode,
  adviceNode,
  branchNode,
  callNode,
  goNode,
  themeNode,
  returnNode,
  hearNode,
  localeNode,
  cardNode,
  guessNode,
  regionNode,
  checkBackNode,
  callbackNode,
  withdrawNode,
  tellTeamNode,
  eraseNode,
  summaryNode,
  endNode,
]);
export type Node = z.infer<typeof nodeSchema>;
type NodeKind = Node["kind"];
export type NodeOf<Kind extends NodeKind> = Extract<Node, { kind: Kind }>;

export const dialogSchema = z.strictObject({
  id,
  /** The theme a dialog belongs to, for the callback's reason and for counts. */
  theme: z.string().optional(),
  /** The age bands it is written for. */
  bands: z.array(z.enum(["P1", "P2", "P3", "P4", "P5", "P6", "P7"])).optional(),
  /** Forgets what was chosen in an earlier theme when it is entered; the child's age stays known. */
  fresh: z.boolean().optional(),
  first: id,
  nodes: z.record(id, nodeSchema),
});
export type Dialog = z.infer<typeof dialogSchema>;

/** All dialogs of one deployment, by id. */
export type Dialogs = ReadonlyMap<string, Dialog>;
