import { type Chat, focusLastSaid } from "./chat.ts";
import { at, h, icon } from "./dom.ts";
import { findPrivateWords, type PrivateWords } from "./private-words.ts";
import { t } from "./texts.ts";

const maxLength = 4000;

/** Draws the field to type in. Asks before anything leaves that looks like a number or address of a person. */
export function drawComposer(chat: Chat): void {
  const field = h("textarea", {
    rows: "1",
    maxlength: String(maxLength),
    placeholder: t("message"),
    "aria-label": t("message"),
    "aria-describedby": "hint",
    autocomplete: "off",
    enterkeyhint: "send",
    oninput: () => grow(field),
    onkeydown: (event) => {
      const { key, shiftKey, isComposing } = event as KeyboardEvent;
      if (key !== "Enter" || shiftKey || isComposing) return;
      event.preventDefault();
      submit();
    },
  });
  const before = document.querySelector<HTMLTextAreaElement>("#composer textarea");
  field.value = before?.value ?? "";
  const question = h("div", { role: "alert" });

  const send = () => {
    question.replaceChildren();
    chat.say(field.value.trim());
    field.value = "";
    grow(field);
    // on a phone the keyboard makes room for the answer
    if (matchMedia("(pointer: coarse)").matches) focusLastSaid();
    else field.focus();
  };
  const change = () => {
    question.replaceChildren();
    field.focus();
  };
  const submit = () => {
    if (field.value.trim() === "") return;
    const found = findPrivateWords(field.value);
    if (found === undefined || (found === "phone" && chat.expectsPhone())) return send();
    question.replaceChildren(ask(found, send, change));
    question.querySelector("button")?.focus();
  };

  at("#composer").replaceChildren(
    question,
    h("p", { id: "hint" }, t("hint")),
    h(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          submit();
        },
      },
      field,
      h("button", { id: "send" }, icon("send"), t("send")),
    ),
  );
  grow(field);
}

function ask(found: PrivateWords, send: () => void, change: () => void): HTMLElement {
  return h(
    "div",
    { class: "ask" },
    h("p", {}, h("strong", {}, t(`private.${found}`)), " ", t("private.why"), " ", t("private.ask")),
    h(
      "div",
      { class: "row" },
      h("button", { type: "button", class: "button main", onclick: change }, t("private.change")),
      h("button", { type: "button", class: "button", onclick: send }, t("private.send")),
    ),
  );
}

function grow(field: HTMLTextAreaElement): void {
  field.style.height = "";
  if (field.value !== "") field.style.height = `${field.scrollHeight + 4}px`;
}
