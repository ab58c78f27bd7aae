import { fill, h } from "./dom.ts";
import { showLanguages } from "./languages.ts";
import { groupOf } from "./list.ts";
import { state } from "./state.ts";
import { currentLanguage, t } from "./words.ts";

/** What stands around the list and the details, and what the page says in passing. */
export interface Shell {
  readonly list: HTMLElement;
  readonly detail: HTMLElement;
  showCounts(): void;
  /** Says something once, on screen and to a screen reader. */
  say(text: string, kind?: "good" | "bad"): void;
  showConnection(there: boolean): void;
}

export interface ShellActs {
  next(): void;
  part(part: "open" | "closed"): void;
  language(): void;
  sound(): void;
  readonly soundOn: () => boolean;
  view(name: string): void;
}

export const viewsOf: Readonly<Record<string, string>> = { nurse: "line", lead: "figures", auditor: "audit" };

/** Builds the page once somebody is signed in. */
export function buildShell(acts: ShellActs, view: string): Shell {
  const counts = h("p", { class: "counts", id: "counts" });
  const list = h("nav", { class: "list", "aria-label": t("queue"), id: "list" });
  const detail = h("div", { class: "detail", id: "detail", tabindex: "-1" });
  const saying = h("p", { class: "saying", role: "status", "aria-live": "polite" });
  const offline = h("p", { class: "offline", role: "alert", hidden: true }, t("offline"));
  const isLine = view === "line";

  fill(
    document.body,
    h("a", { class: "skip", href: isLine ? "#list" : "#detail" }, t("skip")),
    h(
      "header",
      {},
      state.me?.organisation.tryOut === true && h("p", { class: "try-out" }, t("try-out")),
      showTop(acts, view, counts),
      offline,
    ),
    h(
      "main",
      { class: isLine ? "panes" : "one-pane" },
      isLine && [
        h("h1", { class: "hidden" }, t("title")),
        h("div", { class: "left" }, showParts(acts), list),
      ],
      detail,
    ),
    saying,
  );

  let silence: number | undefined;
  return {
    list,
    detail,
    showCounts: () => showCounts(counts),
    say(text, kind = "good") {
      clearTimeout(silence);
      saying.textContent = text;
      saying.dataset["kind"] = kind;
      silence = window.setTimeout(() => {
        saying.textContent = "";
      }, 9000);
    },
    showConnection(there) {
      offline.hidden = there;
    },
  };
}

function showTop(acts: ShellActs, view: string, counts: HTMLElement): HTMLElement {
  const views = (state.me?.roles ?? []).map((role) => viewsOf[role] ?? "").filter(Boolean);
  const plain = (text: string, onclick: () => void, more: Readonly<Record<string, string>> = {}) =>
    h("button", { type: "button", class: "plain", onclick, ...more }, text);
  return h(
    "div",
    { class: "top" },
    h("p", { class: "brand" }, h("strong", {}, "Naast"), h("span", {}, state.me?.organisation.name ?? "")),
    view === "line" && counts,
    h(
      "div",
      { class: "top-acts" },
      views.length > 1 &&
        views.map((name) =>
          plain(t(`view.${name}`), () => acts.view(name), { "aria-pressed": String(name === view) }),
        ),
      view === "line" && soundButton(acts),
      plain(t("language"), () => acts.language(), { lang: currentLanguage() === "nl" ? "en" : "nl" }),
      h("span", { class: "who-am-i" }, state.me?.name ?? ""),
      h(
        "form",
        { method: "post", action: "/nurse/sign-out" },
        h("button", { type: "submit", class: "plain" }, t("sign-out")),
      ),
    ),
  );
}

/** How it stands, in one line and in the tab's title: late first, then urgent. */
function showCounts(element: HTMLElement): void {
  if (state.part === "closed") return;
  const groups = state.callbacks.map(groupOf);
  const late = groups.filter((group) => group === "late").length;
  const today = state.callbacks.filter(
    ({ lane, holder, state: at }) => lane === "today" && !holder && at !== "closed",
  ).length;
  const waiting = state.callbacks.filter(({ holder }) => holder === null).length;
  fill(
    element,
    late > 0
      ? h(
          "span",
          { class: "count count-late" },
          h("span", { "aria-hidden": "true" }, "! "),
          t("counts.late", { count: late }),
        )
      : h("span", { class: "count" }, t("counts.calm")),
    today > 0 &&
      h(
        "span",
        { class: "count count-today" },
        h("span", { "aria-hidden": "true" }, "▲ "),
        t("counts.today", { count: today }),
      ),
    h("span", { class: "count" }, t("counts.waiting", { count: waiting })),
  );
  document.title = late + today > 0 ? `(${late + today}) ${t("title")}` : t("title");
}

function showParts(acts: ShellActs): HTMLElement {
  const parts = (["open", "closed"] as const).map((part) =>
    h(
      "button",
      {
        type: "button",
        class: "part",
        "aria-pressed": String(state.part === part),
        onclick: () => acts.part(part),
      },
      t(`part.${part}`),
    ),
  );
  return h(
    "div",
    { class: "list-top" },
    h("div", { class: "parts" }, parts),
    h("button", { type: "button", class: "main", onclick: () => acts.next() }, t("next")),
    showLanguages(),
  );
}

function soundButton(acts: ShellActs): HTMLElement {
  const made: HTMLElement = h(
    "button",
    {
      type: "button",
      class: "plain",
      "aria-pressed": String(acts.soundOn()),
      onclick: () => {
        acts.sound();
        made.setAttribute("aria-pressed", String(acts.soundOn()));
        made.textContent = t(acts.soundOn() ? "sound-on" : "sound-off");
      },
    },
    t(acts.soundOn() ? "sound-on" : "sound-off"),
  );
  return made;
}

/** What someone sees who is not signed in, or not any more: nothing of anyone. */
export function showSignedOut(wasIn: boolean): void {
  const byOidc = document.body.dataset["signIn"] === "oidc";
  document.title = t("title");
  fill(
    document.body,
    h(
      "main",
      { class: "signed-out" },
      h("p", { class: "brand" }, h("strong", {}, "Naast")),
      h("h1", { tabindex: "-1" }, t("signed-out.title")),
      wasIn && h("p", {}, t("signed-out.idle")),
      h("p", {}, t(byOidc ? "signed-out.oidc" : "signed-out.local")),
      byOidc
        ? h("p", {}, h("a", { class: "main button-like", href: "/nurse/sign-in" }, t("sign-in")))
        : h(
            "pre",
            { tabindex: "0" },
            "npm run --silent console:link -- --name Noor --role nurse --region all",
          ),
    ),
  );
  document.querySelector<HTMLElement>("h1")?.focus();
}
