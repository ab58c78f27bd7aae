import { type Acts, busy, radio, submit } from "./acts.ts";
import type { Detail } from "./api.ts";
import { section } from "./detail.ts";
import { freshId, h } from "./dom.ts";
import { now } from "./state.ts";
import { nameOf, t } from "./words.ts";

/** The fixed message that own words are kept behind, until the parent taps it. */
const withWords = "ready";

/** Writing to the parent: in own words, or, once WhatsApp takes none, by a fixed message with the right one chosen. */
export function showMessage(detail: Detail, acts: Acts): HTMLElement {
  if (!detail.reachable) return section("message", h("p", { class: "quiet" }, t("message.unreachable")));
  const isOver = detail.windowEndsAt !== null && detail.windowEndsAt < now();
  return section(
    "message",
    showUndelivered(detail),
    isOver ? showPicker(detail, acts) : showWords(detail, acts),
  );
}

/** What became of a message that did not arrive: a nurse must not count on words that nobody read. */
function showUndelivered({ undelivered }: Pick<Detail, "undelivered">): HTMLElement {
  const notice = h("p", { class: "notice undelivered", role: "status" });
  tellUndelivered(notice, undelivered);
  return notice;
}

/** Says it in a message block that is open already, and leaves alone what is being typed there. */
export function keepUndelivered(shown: HTMLElement, { undelivered }: Pick<Detail, "undelivered">): void {
  const notice = shown.querySelector<HTMLElement>(".undelivered");
  if (notice !== null) tellUndelivered(notice, undelivered);
}

function tellUndelivered(notice: HTMLElement, became: Detail["undelivered"]): void {
  notice.hidden = became === null;
  notice.textContent = became === null ? "" : `${t("message.label")}: ${nameOf("undelivered", became)}.`;
}

function showWords(detail: Detail, acts: Acts): HTMLElement {
  const words = wordsField(detail);
  return h(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        const text = words.text.value.trim();
        if (text !== "") busy(event.currentTarget as HTMLFormElement, acts.message({ words: text }));
      },
    },
    words.row,
    submit("message.send"),
  );
}

/** What WhatsApp lets through after a day, word for word as the parent reads it; own words wait behind a knock. */
function showPicker(detail: Detail, acts: Acts): HTMLElement {
  const name = freshId();
  const words = wordsField(detail);
  const chosenOf = (form: HTMLFormElement): string => String(new FormData(form).get(name) ?? "");
  const form: HTMLFormElement = h(
    "form",
    {
      onchange: () => {
        words.row.hidden = chosenOf(form) !== withWords;
      },
      onsubmit: (event) => {
        event.preventDefault();
        const fixed = chosenOf(form);
        const text = words.text.value.trim();
        if (fixed !== withWords) busy(form, acts.message({ fixed }));
        else if (text === "") words.text.focus();
        else busy(form, acts.message({ words: text }));
      },
    },
    h("p", { class: "notice" }, t("message.over")),
    h(
      "fieldset",
      {},
      h("legend", {}, t("message.fixed", { language: nameOf("lang", detail.language) })),
      (detail.fixed?.messages ?? []).map((message) => showFixed(name, message, detail)),
    ),
    words.row,
    submit("message.send"),
  );
  words.row.hidden = detail.fixed?.suggested !== withWords;
  return form;
}

function showFixed(
  group: string,
  { name, theirs, yours }: NonNullable<Detail["fixed"]>["messages"][number],
  { fixed, language }: Detail,
): HTMLElement {
  return h(
    "div",
    { class: "fixed" },
    radio(group, name, t(`message.fixed-${name}`), fixed?.suggested === name),
    h("p", { class: "fixed-text", lang: language, dir: "auto" }, theirs),
    theirs !== yours && h("p", { class: "quiet fixed-text" }, yours),
  );
}

function wordsField(detail: Detail): { readonly row: HTMLElement; readonly text: HTMLTextAreaElement } {
  const id = freshId();
  const text = h("textarea", { id, rows: 3, maxlength: 1000, lang: detail.language });
  const explain = { channel: nameOf("channel", detail.channel), language: nameOf("lang", detail.language) };
  const row = h(
    "div",
    {},
    h("label", { for: id }, t("message.label")),
    h("p", { class: "quiet" }, t("message.explain", explain)),
    text,
  );
  return { row, text };
}
