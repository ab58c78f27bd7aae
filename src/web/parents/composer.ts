import type { Locale } from "../../terms.ts";
import { type Chat, focusLastSaid } from "./chat.ts";
import { canDictate, dropDictating, startDictating, stopDictating } from "./dictate.ts";
import { at, h, icon } from "./dom.ts";
import { findPrivateWords, type PrivateWords } from "./private-words.ts";
import { stopSpeaking } from "./speech.ts";
import { languageOf, t } from "./texts.ts";

const maxLength = 4000;

/** Draws the field to type in. Asks before anything leaves that looks like a number or address of a person. */
export function drawComposer(chat: Chat, locale: Locale): void {
  dropDictating();
  const field = h("textarea", {
    rows: "1",
    maxlength: String(maxLength),
    placeholder: t("message"),
    "aria-label": t("message"),
    "aria-describedby": "hint",
    autocomplete: "off",
    // some browsers send what is typed to their maker to check its spelling
    spellcheck: "false",
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
  const hadFocus = before !== null && before === document.activeElement;
  field.value = before?.value ?? "";
  const question = h("div", { role: "alert" });

  const send = () => {
    question.replaceChildren();
    dropDictating();
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
      dictateButton(field, locale),
      h("button", { id: "send" }, icon("send"), t("send")),
    ),
  );
  grow(field);
  // the page may follow the bot into another language while the next sentence is being typed
  if (hadFocus) field.focus();
}

/** A button that writes down what is said, shown once the device promised that it stays there. */
function dictateButton(field: HTMLTextAreaElement, locale: Locale): HTMLElement {
  const language = languageOf(locale);
  const words = h("span", {}, t("dictate"));
  const show = (key: string, pressed: string) => {
    words.textContent = t(key);
    button.setAttribute("aria-pressed", pressed);
  };
  const start = () => {
    stopSpeaking();
    const before = field.value === "" ? "" : `${field.value.trimEnd()} `;
    const hear = (said: string) => {
      field.value = (before + said).slice(0, maxLength);
      grow(field);
    };
    startDictating(language, hear, () => show("dictate", "false"));
    show("stop", "true");
  };
  const button = h(
    "button",
    {
      type: "button",
      id: "dictate",
      "aria-pressed": "false",
      hidden: true,
      onclick: () => (button.getAttribute("aria-pressed") === "true" ? stopDictating() : start()),
    },
    icon("mic"),
    words,
  );
  void canDictate(language).then((can) => {
    button.hidden = !can;
  });
  return button;
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

/** Shows the hint while there are words: were it there by focus, a tap would move what is tapped from under the finger. */
function grow(field: HTMLTextAreaElement): void {
  document.querySelector("#composer")?.classList.toggle("typing", field.value !== "");
  field.style.height = "";
  if (field.value !== "") field.style.height = `${field.scrollHeight + 4}px`;
}
