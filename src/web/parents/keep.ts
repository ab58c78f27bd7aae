import { at, h, icon, pageWords, setPageWords } from "./dom.ts";
import type { Shown } from "./memory.ts";

/** Offers to print, save or pass on a summary. Nothing of it goes through the server. */
export function keepButtons(shown: Shown): HTMLElement {
  const text = shown.text.replaceAll("*", "");
  return h(
    "div",
    { class: "keep" },
    button("print", () => printOnly(shown)),
    button("save", () => saveAs(text)),
    button("share", (label) => void pass(text, label)),
  );
}

function button(what: string, work: (label: HTMLElement) => void): HTMLElement {
  const label = pageWords(`keep.${what}`);
  return h("button", { type: "button", class: "small", onclick: () => work(label) }, icon(what), label);
}

function printOnly({ id }: Shown): void {
  const item = at(`#log [data-id="${CSS.escape(id)}"]`);
  const pick = (isAlone: boolean) => {
    item.classList.toggle("kept", isAlone);
    document.body.classList.toggle("keeping", isAlone);
  };
  pick(true);
  // phones go on while they still draw what is to be printed
  addEventListener("afterprint", () => pick(false), { once: true });
  print();
}

function saveAs(text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  h("a", { href, download: "naast.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

/** Hands it to another app; else lays it ready to be pasted; else, as in some frames, saves it. */
async function pass(text: string, label: HTMLElement): Promise<void> {
  try {
    if (navigator.share !== undefined) return await navigator.share({ text });
  } catch (failure) {
    // changing one's mind in the share sheet is no failure
    if ((failure as Error).name === "AbortError") return;
  }
  try {
    await navigator.clipboard.writeText(text);
    setPageWords(label, "keep.copied");
  } catch {
    saveAs(text);
  }
}
