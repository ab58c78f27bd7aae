import type { Detail } from "./api.ts";
import { section } from "./detail.ts";
import { freshId, h } from "./dom.ts";
import { now, state, zone } from "./state.ts";
import { writeTime } from "./times.ts";
import { nameOf, t } from "./words.ts";

/** What a nurse can do with the callback that is open. Each resolves when the server did it. */
export interface Acts {
  claim(): Promise<void>;
  renew(): Promise<void>;
  release(): Promise<void>;
  showPhone(): Promise<void>;
  attempt(result: "called" | "not_reached", more: { retryAt?: number; tellParent: boolean }): Promise<void>;
  message(message: { words: string } | { fixed: string }): Promise<void>;
  note(words: string): Promise<void>;
  close(ending: { outcome: string; parentInformed: boolean; checkBackDays?: number }): Promise<void>;
  reopen(): Promise<void>;
  handOver(to: string, note: string): Promise<void>;
  colleagues(): Promise<readonly { id: string; name: string }[]>;
}

const hour = 3_600_000;
const outcomes = ["advice_given", "appointment_made", "referred", "not_needed", "not_reached"] as const;

/** Who holds it, and the one next thing to do about that. */
export function showHolder(detail: Detail, acts: Acts): HTMLElement {
  if (detail.state === "closed") {
    return h(
      "div",
      { class: "holder" },
      h("p", {}, h("strong", {}, nameOf("outcome", detail.outcome ?? "")), " · ", t("reopen-explain")),
      button("reopen", () => acts.reopen()),
    );
  }
  const { holder } = detail;
  if (holder === null)
    return h(
      "div",
      { class: "holder" },
      button("claim", () => acts.claim(), "main"),
    );
  const when = writeTime(holder.until, now(), zone());
  if (!holder.mine) return h("p", { class: "holder notice" }, t("claimed-by", { name: holder.name, when }));
  return h(
    "div",
    { class: "holder mine" },
    h("p", {}, t("claimed-mine", { when })),
    button("renew", () => acts.renew()),
    button("release", () => acts.release()),
  );
}

export function showCall(detail: Detail, acts: Acts): HTMLElement {
  if (detail.phone === null) return section("call", h("p", {}, t("call.none")));
  const shown = state.phone?.id === detail.id ? state.phone : undefined;
  const number =
    shown === undefined
      ? h(
          "p",
          { class: "phone" },
          h("span", { class: "masked" }, detail.phone),
          button("call.show", () => acts.showPhone(), "main"),
        )
      : h("p", { class: "phone" }, h("a", { href: `tel:${shown.phone}`, class: "number-link" }, shown.shown));
  const retry = h("div", { class: "retry", hidden: true });
  const missed = h(
    "button",
    {
      type: "button",
      "aria-expanded": "false",
      onclick: () => {
        retry.hidden = !retry.hidden;
        missed.setAttribute("aria-expanded", String(!retry.hidden));
        retry.querySelector("input")?.focus();
      },
    },
    t("call.missed"),
  );
  retry.append(showRetry(acts));
  const spoke = button("call.spoke", () => acts.attempt("called", { tellParent: false }));
  return section("call", number, h("p", { class: "buttons" }, spoke, missed), retry);
}

function showRetry(acts: Acts): HTMLElement {
  const plans: readonly (readonly [string, number | undefined])[] = [
    ["2h", 2 * hour],
    ["4h", 4 * hour],
    ["day", 24 * hour],
    ["keep", undefined],
  ];
  const name = freshId();
  const tell = checkbox("call.tell", true);
  return h(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        const form = event.currentTarget as HTMLFormElement;
        const plan = plans.find(([key]) => key === new FormData(form).get(name))?.[1];
        const later = plan === undefined ? {} : { retryAt: Math.round(now() + plan) };
        busy(form, acts.attempt("not_reached", { ...later, tellParent: tell.input.checked }));
      },
    },
    h(
      "fieldset",
      {},
      h("legend", {}, t("call.retry")),
      plans.map(([key], at) => radio(name, key, t(`call.retry-${key}`), at === 0)),
    ),
    tell.row,
    submit("call.note-it"),
  );
}

export function showClose({ mayAskLater }: Detail, acts: Acts): HTMLElement {
  const name = freshId();
  const informed = checkbox("close.informed", false);
  const anythingElse = checkbox("close.else", false);
  const fault = h("p", { class: "fault", role: "alert" });
  const later = askLater(mayAskLater);
  return section(
    "close",
    h(
      "form",
      {
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          const form = event.currentTarget as HTMLFormElement;
          const outcome = new FormData(form).get(name);
          const missing =
            typeof outcome !== "string"
              ? "close.choose"
              : !informed.input.checked
                ? "close.need-informed"
                : "";
          const unasked = !anythingElse.input.checked && outcome !== "not_reached" ? "close.need-else" : "";
          fault.textContent = missing || unasked ? t(missing || unasked) : "";
          if (typeof outcome !== "string" || fault.textContent !== "") return;
          busy(form, acts.close({ outcome, parentInformed: true, ...later.chosen() }));
        },
      },
      h(
        "fieldset",
        {},
        h("legend", {}, t("close.outcome")),
        outcomes.map((outcome) => radio(name, outcome, t(`outcome.${outcome}`), false)),
      ),
      anythingElse.row,
      informed.row,
      later.row,
      h("p", { class: "quiet" }, t("close.explain")),
      fault,
      submit("close.send", "main"),
    ),
  );
}

/** Where the parent wants no message afterwards the field stays, so that a keyboard finds it and hears why it is off. */
function askLater(isWanted: boolean): {
  readonly row: HTMLElement;
  chosen(): { readonly checkBackDays?: number };
} {
  const [id, why] = [freshId(), freshId()];
  const select = h(
    "select",
    isWanted ? { id } : { id, "aria-disabled": "true", "aria-describedby": why },
    (isWanted ? ["no", "7", "14"] : ["no"]).map((one) =>
      h("option", { value: one }, t(`close.check-back-${one}`)),
    ),
  );
  return {
    row: h(
      "p",
      { class: "field" },
      h("label", { for: id }, t("close.check-back")),
      select,
      !isWanted && h("span", { id: why, class: "quiet" }, t("close.check-back-refused")),
    ),
    chosen: () => (select.value === "no" ? {} : { checkBackDays: Number(select.value) }),
  };
}

export function showHandOver(acts: Acts): HTMLElement {
  const id = freshId();
  const body = h("div", {});
  const details = h(
    "details",
    {
      class: "block",
      ontoggle: async () => {
        if (!details.open) return;
        const colleagues = await acts.colleagues();
        body.replaceChildren(
          colleagues.length === 0 ? h("p", { class: "quiet" }, t("hand-over.none")) : form(colleagues),
        );
      },
    },
    h("summary", {}, t("hand-over.title")),
    body,
  );
  function form(colleagues: readonly { id: string; name: string }[]): HTMLElement {
    const select = h(
      "select",
      { id },
      colleagues.map((one) => h("option", { value: one.id }, one.name)),
    );
    const noteId = freshId();
    const note = h("textarea", { id: noteId, rows: 2, maxlength: 2000 });
    return h(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          busy(event.currentTarget as HTMLFormElement, acts.handOver(select.value, note.value.trim()));
        },
      },
      h("p", { class: "field" }, h("label", { for: id }, t("hand-over.to")), select),
      h("p", { class: "field" }, h("label", { for: noteId }, t("hand-over.note")), note),
      submit("hand-over.send"),
    );
  }
  return details;
}

export function showNoteForm(acts: Acts): HTMLElement {
  const id = freshId();
  const text = h("textarea", { id, rows: 2, maxlength: 2000 });
  return section(
    "notes",
    h(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          if (text.value.trim() !== "") busy(event.currentTarget as HTMLFormElement, acts.note(text.value));
        },
      },
      h("label", { for: id }, t("notes.label")),
      text,
      h("p", { class: "quiet" }, t("notes.explain")),
      submit("notes.save"),
    ),
  );
}

function button(key: string, act: () => Promise<void>, kind = ""): HTMLButtonElement {
  const made: HTMLButtonElement = h(
    "button",
    {
      type: "button",
      class: kind,
      onclick: () => {
        made.disabled = true;
        void act().finally(() => {
          made.disabled = false;
        });
      },
    },
    t(key),
  );
  return made;
}

export function submit(key: string, kind = ""): HTMLElement {
  return h("p", { class: "buttons" }, h("button", { type: "submit", class: kind }, t(key)));
}

/** A form is sent once, however often its button is pressed. */
export function busy(form: HTMLFormElement, act: Promise<void>): void {
  const buttons = form.querySelectorAll("button");
  for (const one of buttons) one.disabled = true;
  void act.finally(() => {
    for (const one of buttons) one.disabled = false;
  });
}

export function radio(name: string, value: string, label: string, checked: boolean): HTMLElement {
  const id = freshId();
  return h(
    "span",
    { class: "choice" },
    h("input", { type: "radio", id, name, value, checked }),
    h("label", { for: id }, label),
  );
}

function checkbox(key: string, checked: boolean): { row: HTMLElement; input: HTMLInputElement } {
  const id = freshId();
  const input = h("input", { type: "checkbox", id, checked });
  return { input, row: h("p", { class: "choice" }, input, h("label", { for: id }, t(key))) };
}
