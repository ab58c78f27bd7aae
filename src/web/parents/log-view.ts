import { drawOwn, drawReply } from "./bubble.ts";
import { keepButtons } from "./keep.ts";
import type { Memory, Shown } from "./memory.ts";

/**
 * Draws the log and what waits to be sent, touching only what changed, so that focus, selection and screen
 * readers stay where they are.
 *
 * @returns whether anything was drawn.
 */
export function showLog(list: HTMLElement, memory: Memory): boolean {
  const { log } = memory;
  const all = [...log, ...waitingOf(memory)];
  const drawn = [...list.children].map((item) => (item as HTMLElement).dataset["id"]);
  const differs = drawn.findIndex((id, index) => all[index] === undefined || id !== nameOf(all[index]));
  const same = differs === -1 ? drawn.length : differs;

  while (list.children.length > same) list.lastElementChild?.remove();
  for (let index = same; index < all.length; index++) list.append(draw(all, index));
  return same < all.length;
}

/** Marks the messages that the server does not have yet, once that is worth saying. */
export function markWaiting(list: HTMLElement, memory: Memory, isStuck: boolean): void {
  const waiting = new Set(waitingOf(memory).map(nameOf));
  for (const item of list.querySelectorAll<HTMLElement>(".you")) {
    item.classList.toggle("waits", isStuck && waiting.has(item.dataset["id"] ?? ""));
  }
}

/** What the parent said that is not in the log yet. */
export function waitingOf({ log, queue }: Memory): readonly Shown[] {
  const said = new Set(log.map(({ key }) => key));
  return queue.flatMap(({ key, text }) =>
    text === undefined || said.has(key) ? [] : [{ id: key, key, text }],
  );
}

/** What the parent said keeps its name when the server gives it an id. */
function nameOf(shown: Shown): string {
  return shown.key ?? shown.id;
}

function draw(all: readonly Shown[], index: number): HTMLElement {
  const shown = all[index] as Shown;
  if (shown.key !== undefined) return drawOwn(shown.key, shown.text);
  const item = drawReply(shown, !sameReply(all[index - 1], shown));
  if (shown.keep === true) item.append(keepButtons(shown));
  return item;
}

function sameReply(one: Shown | undefined, other: Shown): boolean {
  if (one === undefined || one.key !== undefined) return false;
  return one.turn === other.turn && one.node === other.node && one.dialog === other.dialog;
}
