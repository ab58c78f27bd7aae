import { at, h } from "./dom.ts";

let closeOpen: (() => void) | undefined;

/** One panel at a time, the numbers to call among them; a tap beside it, or Escape, closes it. */
export function watchPanels(): void {
  const numbers = at<HTMLDetailsElement>("#sos");
  numbers.addEventListener("toggle", () => numbers.open && closePanel());
  // phones tell of no click beside what can be clicked
  document.addEventListener("pointerdown", ({ target }) => {
    if (!(target instanceof Element)) return;
    if (target.closest("#sos") === null) numbers.open = false;
    if (target.closest("header") === null) closePanel();
  });
  numbers.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    numbers.open = false;
    at("#sos summary").focus();
  });
}

/** Closes the panel that is open, if one is. */
export function closePanel(): void {
  closeOpen?.();
}

/** Opens a panel under the row of tools, below the button that asked for it, or closes it again. */
export function togglePanel(
  button: HTMLElement,
  words: { readonly title: string; readonly close: string },
  ...content: readonly (Node | undefined)[]
): void {
  const wasOpen = button.getAttribute("aria-expanded") === "true";
  closePanel();
  at<HTMLDetailsElement>("#sos").open = false;
  if (wasOpen) return;
  const heading = h("h2", { tabindex: "-1" }, words.title);
  const panel = h(
    "section",
    { class: "panel", "aria-label": words.title, onkeydown: closeOnEscape },
    heading,
    ...content,
    h("button", { type: "button", class: "button", onclick: closePanel }, words.close),
  );
  button.after(panel);
  button.setAttribute("aria-expanded", "true");
  heading.focus();
  closeOpen = () => {
    closeOpen = undefined;
    const hadFocus = panel.contains(document.activeElement);
    panel.remove();
    button.setAttribute("aria-expanded", "false");
    if (hadFocus) button.focus();
  };
}

function closeOnEscape(event: Event): void {
  if ((event as KeyboardEvent).key === "Escape") closePanel();
}
