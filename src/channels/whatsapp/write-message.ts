import type { Choice, Reply } from "../../conversation/inbound.ts";
import type { Address } from "./address.ts";
import { clipText, splitText } from "./fit-text.ts";
import { writePlain } from "./plain-text.ts";

/** Meta's limits, in UTF-16 units. A message over one of them is refused whole, and nothing is shown. */
const limits = {
  text: 4096,
  buttons: 3,
  buttonBody: 1024,
  buttonTitle: 20,
  rows: 10,
  listBody: 4096,
  listButton: 20,
  rowTitle: 24,
  rowDescription: 72,
  id: 200,
} as const;

/** One body for `POST /messages`. */
export type Payload = Readonly<Record<string, unknown>>;

/** Whom a message goes to and what Meta gives back with its status. */
export type Envelope = Readonly<{ to: string } | { recipient: string }> & { readonly opaque: string };

/**
 * Writes a reply as few messages as possible: nearly always one.
 *
 * Bubbles are joined by blank lines. Up to three short choices become buttons, up to ten a list, more a
 * numbered text; a text too long for buttons takes a list, which has room for four times as much. Only the
 * last message carries the opaque data, so that its status speaks for the whole.
 */
export function writeMessage(reply: Reply, envelope: Envelope): readonly Payload[] {
  const text = reply.bubbles.map((bubble) => writePlain(bubble.text.trim())).join("\n\n");
  const choices = reply.choices.map((choice) => ({ ...choice, label: clean(choice.label) || choice.id }));
  const pieces = splitText(text, limits.text);
  if (choices.length === 0) return pieces.map((piece, at) => wrap(writeText(piece), envelope, at, pieces));
  const last = pieces.at(-1) ?? fallbackBody(reply);
  const parts = [...pieces.slice(0, -1).map(writeText), ...writeChoices(last, choices, reply)];
  return parts.map((part, at) => wrap(part, envelope, at, parts));
}

/** Writes whom a message goes to, in front of what it says. */
export function wrapLast(part: Payload, envelope: Envelope): Payload {
  return wrap(part, envelope, 0, [part]);
}

/** Reads an address as the front of a message. Both together would do, but then `to` counts anyway. */
export function writeEnvelope({ to, recipient }: Address, opaque: string): Envelope {
  return to === undefined ? { recipient: recipient ?? "", opaque } : { to, opaque };
}

function wrap(part: Payload, envelope: Envelope, at: number, all: readonly unknown[]): Payload {
  const { opaque, ...whom } = envelope;
  return {
    messaging_product: "whatsapp",
    recipient_type: "individual",
    ...whom,
    ...part,
    ...(at === all.length - 1 ? { biz_opaque_callback_data: opaque } : {}),
  };
}

function writeText(body: string): Payload {
  return { type: "text", text: { body, preview_url: false } };
}

function writeChoices(body: string, choices: readonly Choice[], reply: Reply): readonly Payload[] {
  if (fitsButtons(body, choices, reply)) return [writeButtons(body, choices, reply)];
  if (fitsList(choices, reply)) return [writeList(body, choices, reply)];
  return splitText(`${body}\n\n${choices.map(writeNumbered).join("\n")}`, limits.text).map(writeText);
}

/** The id that a tap brings back: the turn tells a stale button from a fresh one. */
function wireId(reply: Reply, choice: Choice): string {
  return `${reply.turn}.${choice.id}`;
}

function fitsButtons(body: string, choices: readonly Choice[], reply: Reply): boolean {
  return (
    choices.length <= limits.buttons &&
    body.length <= limits.buttonBody &&
    areUnique(choices.map((choice) => choice.label)) &&
    choices.every((choice) => choice.label.length <= limits.buttonTitle) &&
    fitIds(choices, reply)
  );
}

function fitsList(choices: readonly Choice[], reply: Reply): boolean {
  return (
    choices.length <= limits.rows &&
    areUnique(choices.map((choice) => choice.label)) &&
    choices.every((choice) => choice.label.length <= limits.rowDescription) &&
    fitIds(choices, reply)
  );
}

function fitIds(choices: readonly Choice[], reply: Reply): boolean {
  const ids = choices.map((choice) => wireId(reply, choice));
  return areUnique(ids) && ids.every((id) => id.length <= limits.id && id.trim() === id);
}

function writeButtons(body: string, choices: readonly Choice[], reply: Reply): Payload {
  const buttons = choices.map((choice) => ({
    type: "reply",
    reply: { id: wireId(reply, choice), title: choice.label },
  }));
  return { type: "interactive", interactive: { type: "button", body: { text: body }, action: { buttons } } };
}

function writeList(body: string, choices: readonly Choice[], reply: Reply): Payload {
  const rows = choices.map((choice) => ({ id: wireId(reply, choice), ...rowOf(choice) }));
  const button = clipText(reply.listLabel, limits.listButton) || "…";
  return {
    type: "interactive",
    interactive: { type: "list", body: { text: body }, action: { button, sections: [{ rows }] } },
  };
}

/** A label too long for a row's title is shown again, whole, beneath it: that line has room for three times as much. */
function rowOf({ label, description }: Choice): { readonly title: string; readonly description?: string } {
  const title = clipText(label, limits.rowTitle);
  const below = title === label ? clean(description ?? "") : label;
  return below === "" ? { title } : { title, description: clipText(below, limits.rowDescription) };
}

function writeNumbered({ label, description }: Choice, at: number): string {
  return writePlain(`${at + 1}. ${description ? `${label} – ${clean(description)}` : label}`);
}

/** A message with buttons must say something. A reply of choices only is not ours to write, but must not be refused. */
function fallbackBody(reply: Reply): string {
  return clean(reply.listLabel) || "…";
}

function clean(label: string): string {
  return label.replace(/\s+/g, " ").trim();
}

function areUnique(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
