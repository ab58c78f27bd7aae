import type { Detail } from "./api.ts";
import { h } from "./dom.ts";
import { showLane, showWait } from "./list.ts";
import { now, regionName, zone } from "./state.ts";
import { writeStretch, writeTime } from "./times.ts";
import { nameOf, t } from "./words.ts";

/** The head of an opened callback: how urgent, until when, and what was asked. */
export function showHead(detail: Detail): HTMLElement {
  return h(
    "header",
    { class: "detail-head" },
    h("p", { class: "detail-lane" }, showLane(detail.lane), showWait(detail)),
    h("h2", { class: "title", tabindex: "-1" }, nameOf("reason", detail.reason)),
    h(
      "p",
      { class: "quiet" },
      t("requested", { when: writeTime(detail.requestedAt, now(), zone()) }),
      " · ",
      t("promised", { when: writeTime(detail.promisedAt, now(), zone()) }),
    ),
    toldNotCalled(detail) && h("p", { class: "notice" }, t("said-not-called")),
    detail.samePhone && h("p", { class: "notice" }, t("same-phone")),
  );
}

/** Whether the parent said that nobody called, and nobody tried since. */
function toldNotCalled({ state, history }: Detail): boolean {
  const told = history.map(({ detail }) => detail).lastIndexOf("called=no");
  return state !== "closed" && told >= 0 && !history.slice(told).some(({ kind }) => kind === "attempted");
}

/** What a nurse must know before she calls, in the order she needs it. */
export function showFacts(detail: Detail): HTMLElement {
  const facts: readonly (readonly [string, string, (string | undefined)?])[] = [
    ["language", `${nameOf("lang", detail.language)}${detail.simple ? `, ${t("simple")}` : ""}`],
    [
      "interpreter",
      detail.interpreter ? t("interpreter-needed") : t("no"),
      detail.interpreter ? "strong" : undefined,
    ],
    ["age", detail.ageBand === null ? t("age.unknown") : nameOf("age", detail.ageBand)],
    ["meeting", nameOf("meeting", detail.meeting)],
    ["moment", nameOf("moment", detail.moment)],
    [
      "voicemail",
      t(detail.voicemailSafe ? "voicemail.safe" : "voicemail.unsafe"),
      detail.voicemailSafe ? undefined : "strong",
    ],
    ["region", regionName(detail.region) ?? nameOf("region", detail.region)],
    ["channel", nameOf("channel", detail.channel)],
    ["consent", detail.consents.map((one) => nameOf("consent", one)).join(", ")],
    ...(detail.toExplain ? [["explain", t("explain-readers"), "strong"] as const] : []),
    ...(detail.windowEndsAt === null ? [] : [["window", windowText(detail.windowEndsAt)] as const]),
    ...(detail.preferredNurse === null ? [] : [["nurse", detail.preferredNurse] as const]),
  ];
  return h(
    "dl",
    { class: "facts" },
    facts.map(([key, text, kind]) =>
      h("div", {}, h("dt", {}, t(`fact.${key}`)), h("dd", { class: kind }, text)),
    ),
  );
}

function windowText(endsAt: number): string {
  return endsAt > now() ? writeStretch(endsAt - now()) : t("window-over");
}

/** What the shift before wrote, above everything else: it changes how the rest is read. */
export function showNotesBefore({ notes }: Detail): HTMLElement | undefined {
  if (notes.length === 0) return undefined;
  const lines = notes.map(({ at, name, words }) =>
    h(
      "li",
      {},
      h("p", { class: "quiet" }, `${name} · ${writeTime(at, now(), zone())}`),
      h("p", { dir: "auto" }, words),
    ),
  );
  return h(
    "section",
    { class: "block", "aria-labelledby": "block-before" },
    h("h3", { id: "block-before" }, t("notes.before")),
    h("ul", { class: "notes" }, lines),
  );
}

export function showWords(detail: Detail): HTMLElement {
  return section(
    "words",
    detail.words === ""
      ? h("p", { class: "quiet" }, t("words.none"))
      : [
          h("blockquote", { lang: detail.language, dir: "auto" }, detail.words),
          h("p", { class: "quiet" }, t("words.confirmed")),
        ],
  );
}

export function showRules(
  detail: Detail,
  judge: (rule: string, right: boolean) => void,
): HTMLElement | undefined {
  if (detail.rules.length === 0) return undefined;
  return section(
    "rules",
    h("p", { class: "quiet" }, t("rules.explain")),
    h(
      "ul",
      { class: "rules" },
      detail.rules.map(({ id, verdict }) =>
        h(
          "li",
          {},
          h("span", { class: "rule" }, nameOf("rule", id)),
          ...([true, false] as const).map((right) =>
            h(
              "button",
              {
                type: "button",
                class: "small",
                "aria-pressed": String(verdict === right),
                onclick: () => judge(id, right),
              },
              t(right ? "rules.right" : "rules.wrong"),
            ),
          ),
        ),
      ),
    ),
  );
}

export function showTranscript(detail: Detail): HTMLElement {
  const lines = detail.transcript.map(({ by, text }) =>
    h(
      "li",
      { class: `said said-${by}` },
      h("span", { class: "who" }, t(by === "naast" ? "transcript.bot" : "transcript.parent")),
      h("span", { dir: "auto" }, text),
    ),
  );
  return section(
    "transcript",
    lines.length === 0
      ? h("p", { class: "quiet" }, t("transcript.none"))
      : h("ol", { class: "transcript" }, lines),
  );
}

export function showHistory(detail: Detail): HTMLElement {
  const past = detail.history.map(({ kind, at, detail: more }) =>
    h(
      "li",
      {},
      h("time", {}, writeTime(at, now(), zone())),
      ` ${nameOf("history", kind)}`,
      kind === "answered" && more !== undefined && h("strong", {}, `: ${nameOf("answer", more)}`),
      kind === "undelivered" && more !== undefined && h("strong", {}, `: ${nameOf("undelivered", more)}`),
    ),
  );
  const others =
    detail.others.length > 0 && h("p", { class: "quiet" }, t("others", { count: detail.others.length }));
  return h(
    "details",
    { class: "block" },
    h("summary", {}, t("history.title")),
    h("ol", { class: "history" }, past),
    others,
  );
}

/** A block with a heading of its own. */
export function section(name: string, ...children: Parameters<typeof h>[2][]): HTMLElement {
  const id = `block-${name}`;
  return h(
    "section",
    { class: `block block-${name}`, "aria-labelledby": id },
    h("h3", { id }, t(`${name}.title`)),
    ...children,
  );
}
