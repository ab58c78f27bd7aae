import { read } from "./api.ts";
import { fill, freshId, h } from "./dom.ts";
import { now, zone } from "./state.ts";
import { writeTime } from "./times.ts";
import { nameOf, t } from "./words.ts";

const day = 24 * 3_600_000;
const month = 30 * day;

interface Found {
  readonly at: string;
  readonly event: string;
  readonly outcome: string;
  readonly actor: { readonly name: string; readonly id: string };
  readonly subject: string | null;
  readonly purpose: string | null;
  readonly count: number;
}

const events = [
  "bulk-reading",
  "callback-viewed",
  "phone-viewed",
  "callbacks-listed",
  "callback-claimed",
  "callback-closed",
  "parent-messaged",
  "note-written",
  "signed-in",
  "figures-exported",
  "audit-exported",
] as const;

/** Shows an auditor who looked at what; every search is on record itself. */
export async function showAudit(
  element: HTMLElement,
  act: (work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const results = h("div", { class: "results", "aria-live": "polite" });
  const actor = field("audit.actor");
  const subject = field("audit.subject");
  const from = field("audit.from", "date");
  const till = field("audit.till", "date");
  const eventId = freshId();
  const event = h(
    "select",
    { id: eventId },
    h("option", { value: "" }, t("audit.any")),
    events.map((one) => h("option", { value: one }, nameOf("event", one))),
  );

  const query = (): string => {
    const asked = {
      actor: actor.input.value.trim(),
      subject: subject.input.value.trim(),
      event: event.value,
      from: from.input.value && `${from.input.value}T00:00:00Z`,
      till: till.input.value && `${till.input.value}T23:59:59Z`,
    };
    return new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== "")).toString();
  };
  const flags = h("section", { class: "block notice", "aria-labelledby": "flags", hidden: true });
  const lookAt = (flag: Found): void => {
    actor.input.value = flag.actor.id;
    event.value = "callback-viewed";
    from.input.value = new Date(Date.parse(flag.at) - day).toISOString().slice(0, 10);
    till.input.value = flag.at.slice(0, 10);
    void search();
  };
  const search = () =>
    act(async () => {
      const { records } = await read<{ records: Found[] }>(`/audit?${query()}`);
      fill(results, records.length === 0 ? h("p", { class: "empty" }, t("audit.none")) : table(records));
    });

  fill(
    element,
    h("h1", { tabindex: "-1" }, t("audit.title")),
    h("p", { class: "quiet" }, t("audit.explain")),
    flags,
    h(
      "form",
      {
        class: "search",
        onsubmit: (submitted) => {
          submitted.preventDefault();
          void search();
        },
      },
      actor.row,
      subject.row,
      h("p", { class: "field" }, h("label", { for: eventId }, t("audit.event")), event),
      from.row,
      till.row,
      h("p", { class: "buttons" }, h("button", { type: "submit", class: "main" }, t("audit.search"))),
    ),
    h(
      "p",
      { class: "buttons" },
      h(
        "button",
        { type: "button", onclick: () => window.location.assign(`/nurse/api/audit.csv?${query()}`) },
        t("audit.export"),
      ),
      h("button", { type: "button", onclick: () => void act(() => check(results)) }, t("audit.check")),
    ),
    results,
  );
  await search();
  await act(() => showFlags(flags, lookAt));
}

/** Who opened unusually many requests in the last month, above all else: it is why an auditor comes. */
async function showFlags(element: HTMLElement, lookAt: (flag: Found) => void): Promise<void> {
  const from = new Date(now() - month).toISOString();
  const { records } = await read<{ records: Found[] }>(
    `/audit?${new URLSearchParams({ event: "bulk-reading", from })}`,
  );
  if (records.length === 0) return;
  fill(
    element,
    h("h2", { id: "flags" }, t("audit.flags")),
    h("p", {}, t("audit.flags-explain")),
    h(
      "ul",
      {},
      records.map((flag) =>
        h(
          "li",
          {},
          t("audit.flag", {
            name: flag.actor.name || flag.actor.id,
            count: flag.count,
            when: writeTime(Date.parse(flag.at), now(), zone()),
          }),
          " ",
          h("button", { type: "button", class: "small", onclick: () => lookAt(flag) }, t("audit.look")),
        ),
      ),
    ),
  );
  element.hidden = false;
}

async function check(results: HTMLElement): Promise<void> {
  const { records, files, broken } = await read<{
    records: number;
    files: number;
    broken: { file: string; line: number; why: string }[];
  }>("/audit/check");
  fill(
    results,
    broken.length === 0
      ? h("p", { class: "whole" }, "✓ ", t("audit.whole", { records, files }))
      : [
          h("p", { class: "notice" }, t("audit.broken", { count: broken.length })),
          h(
            "ul",
            {},
            broken.map(({ file, line, why }) => h("li", {}, `${file}:${line} ${why}`)),
          ),
        ],
  );
}

function table(records: readonly Found[]): HTMLElement {
  const heads = ["at", "who", "what", "whom", "why", "outcome"];
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": t("audit.title") },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((head) => h("th", { scope: "col" }, t(`audit.${head}`))),
        ),
      ),
      h(
        "tbody",
        {},
        records.map(({ at, actor, event, subject, purpose, outcome }) =>
          h(
            "tr",
            { class: outcome === "granted" ? undefined : "refused" },
            h("td", { class: "nowrap" }, writeTime(Date.parse(at), now(), zone())),
            h("td", {}, actor.name || actor.id),
            h("td", {}, nameOf("event", event)),
            h("td", { class: "code" }, subject ?? ""),
            h("td", {}, purpose ?? ""),
            h("td", {}, nameOf("outcome-of", outcome)),
          ),
        ),
      ),
    ),
  );
}

function field(key: string, type = "text"): { row: HTMLElement; input: HTMLInputElement } {
  const id = freshId();
  const input = h("input", { id, type, maxlength: 120 });
  return { input, row: h("p", { class: "field" }, h("label", { for: id }, t(key)), input) };
}
