import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, Tooltip } from "chart.js";
import { read } from "./api.ts";
import { fill, freshId, h } from "./dom.ts";
import { showPeople } from "./people.ts";
import { regionName } from "./state.ts";
import { nameOf, t } from "./words.ts";

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, Tooltip);
Chart.defaults.font.family = "system-ui, sans-serif";
Chart.defaults.font.size = 13;
Chart.defaults.color = "#1b2430";
Chart.defaults.animation = false;

type Cell = number | null;
type Cells = Readonly<Record<string, Cell>>;

interface Week {
  readonly week: string;
  readonly region: string;
  readonly asked: Cell;
  readonly kept: Cell;
  readonly broken: Cell;
  readonly reopened: Cell;
  readonly medianWaitMinutes: number | null;
  readonly lanes: Cells;
  readonly outcomes: Cells;
  readonly themes: Cells;
  readonly languages: Cells;
}

interface RuleCount {
  readonly rule: string;
  readonly region: string;
  readonly fired: Cell;
  readonly right: Cell;
  readonly wrong: Cell;
}

interface Counts {
  readonly weeks: readonly Week[];
  readonly rules: readonly RuleCount[];
}

/** Told apart by light and dark as well as by colour. */
const shades = ["#0b5c66", "#d07a1c", "#8fb8bd", "#5a3b7a", "#c9a227", "#7b8794", "#1b2430", "#b9d7a8"];

/** Shows a lead how the work goes: charts to see it, and the same numbers as a table to read it. */
export async function showFigures(element: HTMLElement): Promise<void> {
  const [{ weeks }, { rules }, people] = await Promise.all([
    read<{ weeks: Week[] }>("/figures"),
    read<{ rules: RuleCount[] }>("/figures/rules"),
    showPeople(),
  ]);
  const regions = [...new Set(weeks.map(({ region }) => region))].sort();
  const id = freshId();
  const body = h("div", { class: "figures" });
  const select: HTMLSelectElement = h(
    "select",
    { id, onchange: () => draw(body, { weeks, rules }, select.value) },
    regions.map((region) =>
      h("option", { value: region }, region === "all" ? t("figures.all") : (regionName(region) ?? region)),
    ),
  );
  fill(
    element,
    h("h1", { tabindex: "-1" }, t("figures.title")),
    h("p", { class: "quiet" }, t("figures.explain")),
    h(
      "p",
      { class: "buttons" },
      h("span", { class: "field inline" }, h("label", { for: id }, t("figures.region")), select),
      h("a", { class: "download", href: "/nurse/api/figures.csv", download: "" }, t("figures.export")),
      h(
        "a",
        { class: "download", href: "/nurse/api/figures/rules.csv", download: "" },
        t("figures.export-rules"),
      ),
    ),
    body,
    people,
  );
  draw(body, { weeks, rules }, regions.includes("all") ? "all" : (regions[0] ?? ""));
}

function draw(body: HTMLElement, { weeks, rules }: Counts, region: string): void {
  const shown = weeks.filter((one) => one.region === region && one.asked !== null);
  if (shown.length === 0) {
    fill(body, h("p", { class: "empty" }, t("figures.none")));
    return;
  }
  const rows = (name: keyof Week & ("lanes" | "outcomes" | "themes" | "languages"), kind: string) =>
    [...new Set(shown.flatMap((week) => Object.keys(week[name])))]
      .map((key) => ({ label: nameOf(kind, key), cells: shown.map((week) => week[name][key] ?? null) }))
      .filter(({ cells }) => cells.some((cell) => cell !== null));
  const promise = [
    { label: t("figures.kept"), cells: shown.map(({ kept }) => kept) },
    { label: t("figures.broken"), cells: shown.map(({ broken }) => broken) },
  ];
  const asked = [
    { label: t("figures.asked"), cells: shown.map((week) => week.asked) },
    { label: t("figures.reopened"), cells: shown.map((week) => week.reopened) },
    {
      label: t("figures.wait"),
      cells: shown.map(({ medianWaitMinutes: wait }) => (wait === null ? null : Math.round(wait / 6) / 10)),
    },
  ];
  const names = shown.map(({ week }) => week);
  fill(
    body,
    chart("figures.promise", names, promise),
    chart("figures.lanes", names, rows("lanes", "lane")),
    chart("figures.outcomes", names, rows("outcomes", "outcome")),
    chart("figures.themes", names, rows("themes", "reason")),
    chart("figures.languages", names, rows("languages", "lang")),
    showRules(rules.filter((one) => one.region === region)),
    h("section", { class: "block" }, h("h2", {}, t("figures.title")), table(names, asked)),
  );
}

/** What nurses thought of what fired: where they often say "not right", a rule is to be looked at. */
function showRules(rules: readonly RuleCount[]): HTMLElement | undefined {
  if (rules.length === 0) return undefined;
  const measures = ["fired", "right", "wrong"] as const;
  const rows = rules.map((one) => ({
    label: nameOf("rule", one.rule),
    cells: measures.map((measure) => one[measure]),
  }));
  return h(
    "section",
    { class: "block" },
    h("h2", {}, t("figures.rules")),
    h("p", { class: "quiet" }, t("figures.rules-explain")),
    table(
      measures.map((measure) => t(`figures.rules-${measure}`)),
      rows,
      t("figures.rule"),
    ),
  );
}

interface Row {
  readonly label: string;
  readonly cells: readonly Cell[];
}

function chart(key: string, weeks: readonly string[], rows: readonly Row[]): HTMLElement | undefined {
  if (rows.every(({ cells }) => cells.every((cell) => cell === null))) return undefined;
  const canvas = h("canvas", { role: "img", "aria-label": t(key) });
  const made = h(
    "section",
    { class: "block" },
    h("h2", {}, t(key)),
    h("div", { class: "chart" }, canvas),
    h("details", {}, h("summary", {}, t("figures.table")), table(weeks, rows)),
  );
  // drawn once it is in the page and has a size
  requestAnimationFrame(() => {
    new Chart(canvas, {
      type: "bar",
      data: {
        labels: [...weeks],
        datasets: rows.map(({ label, cells }, at) => ({
          label,
          data: [...cells],
          backgroundColor: shades[at % shades.length] ?? "#7b8794",
          maxBarThickness: 44,
        })),
      },
      options: {
        responsive: true,
        maintainAspectRatio: false,
        scales: {
          x: { stacked: true, grid: { display: false } },
          y: { stacked: true, beginAtZero: true, ticks: { precision: 0 } },
        },
        plugins: { legend: { position: "bottom" } },
      },
    });
  });
  return made;
}

function table(heads: readonly string[], rows: readonly Row[], first = t("figures.week")): HTMLElement {
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": t("figures.table") },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, first),
          heads.map((head) => h("th", { scope: "col" }, head)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map(({ label, cells }) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, label),
            cells.map((cell) => h("td", {}, cell === null ? t("figures.hidden") : String(cell))),
          ),
        ),
      ),
    ),
  );
}
