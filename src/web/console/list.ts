import type { Summary } from "./api.ts";
import { fill, h } from "./dom.ts";
import { now, regionName, state } from "./state.ts";
import { shareGone, writeStretch } from "./times.ts";
import { nameOf, t } from "./words.ts";

const groups = ["mine", "late", "today", "soon", "routine", "paused", "held", "closed"] as const;
type Group = (typeof groups)[number];

/** The shape that stands for a lane beside its name, for whoever does not see its colour. */
const laneShapes: Readonly<Record<Summary["lane"], string>> = { today: "▲", soon: "◆", routine: "●" };

/** Shows the list in groups: what is mine and what is late first, what a colleague has last. */
export function showList(element: HTMLElement, choose: (id: string) => void): void {
  const focused =
    document.activeElement instanceof HTMLElement ? document.activeElement.dataset["callback"] : undefined;
  const shown = groups.flatMap((group) => {
    const members = inOrder(
      group,
      state.callbacks.filter((callback) => groupOf(callback) === group),
    );
    return members.length === 0 ? [] : [showGroup(group, members, choose)];
  });
  const empty = h("p", { class: "empty" }, t(`empty.${state.part}`));
  fill(element, shown.length > 0 ? shown : empty);
  rove(element, focused);
}

/** The line's own order, but for those who are late: there, who waits longest past the promise comes first. */
function inOrder(group: Group, members: readonly Summary[]): readonly Summary[] {
  return group === "late" ? [...members].sort((one, other) => one.promisedAt - other.promisedAt) : members;
}

export function groupOf(callback: Summary): Group {
  if (callback.state === "closed") return "closed";
  if (callback.holder?.mine === true) return "mine";
  if (callback.holder !== null) return "held";
  if (callback.late) return "late";
  if (callback.state === "not_reached") return "paused";
  return callback.lane;
}

function showGroup(group: Group, members: readonly Summary[], choose: (id: string) => void): HTMLElement {
  const id = `group-${group}`;
  return h(
    "section",
    { class: `group group-${group}`, "aria-labelledby": id },
    h("h2", { id }, t(`group.${group}`), h("span", { class: "number" }, String(members.length))),
    h(
      "ul",
      {},
      members.map((callback) => h("li", {}, showRow(callback, choose))),
    ),
  );
}

function showRow(callback: Summary, choose: (id: string) => void): HTMLElement {
  const { id, lane, late, holder } = callback;
  return h(
    "button",
    {
      type: "button",
      class: `row lane-${lane}${late ? " late" : ""}`,
      "data-callback": id,
      "aria-current": state.chosen === id ? "true" : undefined,
      onclick: () => choose(id),
    },
    h("span", { class: "row-top" }, showWho(callback), showWait(callback)),
    h("span", { class: "row-tags" }, tagsOf(callback).join(" · ")),
    callback.state !== "closed" && showBar(callback),
    holder !== null &&
      !holder.mine &&
      h("span", { class: "row-holder" }, t("held-by", { name: holder.name })),
  );
}

export function showLane(lane: Summary["lane"]): HTMLElement {
  return h("span", { class: `lane lane-${lane}` }, shapeOf(lane), t(`lane.${lane}`));
}

function shapeOf(lane: Summary["lane"]): HTMLElement {
  return h("span", { class: "shape", "aria-hidden": "true" }, laneShapes[lane]);
}

/** The wait against the promise, the one thing a nurse looks for first. */
export function showWait({ state: at, late, promisedAt, requestedAt, attempts }: Summary): HTMLElement {
  if (at === "closed") return h("span", { class: "wait" }, t("closed-as"));
  if (late)
    return h("strong", { class: "wait wait-late" }, t("late-by", { time: writeStretch(now() - promisedAt) }));
  const text =
    attempts > 0 || promisedAt < now()
      ? t("waits", { time: writeStretch(now() - requestedAt) })
      : t("left", { time: writeStretch(promisedAt - now()) });
  return h("span", { class: "wait" }, text);
}

function showBar({ requestedAt, promisedAt, late }: Summary): SVGSVGElement {
  const share = Math.round(shareGone(requestedAt, promisedAt, now()) * 100);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = (width: number, name: string) => {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    rect.setAttribute("width", `${width}%`);
    rect.setAttribute("height", "3");
    rect.setAttribute("class", name);
    return rect;
  };
  svg.setAttribute("class", "bar");
  svg.setAttribute("aria-hidden", "true");
  svg.append(line(100, "bar-all"), line(share, late ? "bar-late" : "bar-gone"));
  return svg;
}

/** Which language, and whether an interpreter is needed: what decides who can call. */
function showWho(callback: Summary): HTMLElement {
  const { lane, language, interpreter, forMe } = callback;
  return h(
    "span",
    { class: "who" },
    h("span", { class: `lane lane-${lane}` }, shapeOf(lane)),
    h("span", { class: "hidden" }, t(`lane.${lane}`), ", "),
    h("strong", {}, nameOf("lang", language)),
    interpreter && h("span", { class: "chip" }, t("interpreter")),
    forMe && h("span", { class: "chip chip-me" }, t("for-me")),
  );
}

function tagsOf(callback: Summary): readonly string[] {
  const { lane, simple, region, moment, meeting, attempts, undelivered } = callback;
  return [
    // the heading of a lane's own group says it already
    ...(groupOf(callback) === lane ? [] : [t(`lane.${lane}`)]),
    ...(attempts > 0 ? [t("tries", { count: attempts })] : []),
    ...(undelivered === null ? [] : [t("undelivered.short")]),
    ...(meeting === "call" ? [] : [nameOf("meeting", meeting)]),
    ...(moment === "any" ? [] : [nameOf("moment", moment)]),
    ...(simple ? [t("simple")] : []),
    regionName(region) ?? nameOf("region", region),
  ];
}

/** One stop for the tab key; arrows, Home and End move within. */
function rove(element: HTMLElement, focused: string | undefined): void {
  const rows = [...element.querySelectorAll<HTMLElement>("[data-callback]")];
  const stop =
    rows.find(({ dataset }) => dataset["callback"] === focused) ??
    rows.find(({ dataset }) => dataset["callback"] === state.chosen) ??
    rows[0];
  for (const row of rows) row.tabIndex = row === stop ? 0 : -1;
  if (focused !== undefined) stop?.focus({ preventScroll: true });
}

export function moveInList(element: HTMLElement, event: KeyboardEvent): void {
  const rows = [...element.querySelectorAll<HTMLElement>("[data-callback]")];
  const at = rows.indexOf(event.target as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  const row = to === undefined ? undefined : rows[to];
  if (at < 0 || row === undefined) return;
  event.preventDefault();
  for (const each of rows) each.tabIndex = each === row ? 0 : -1;
  row.focus();
}
