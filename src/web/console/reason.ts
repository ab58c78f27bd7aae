import type { Summary } from "./api.ts";
import { freshId, h } from "./dom.ts";
import { showLane, showWait } from "./list.ts";
import { now, zone } from "./state.ts";
import { writeTime } from "./times.ts";
import { nameOf, t } from "./words.ts";

/** Asks why a callback is opened, before anything of it is shown. One press for the usual reason. */
export function askWhy(
  summary: Summary | undefined,
  acts: { call(): void; open(reason: string): void },
): HTMLElement {
  const id = freshId();
  const other = h("input", { id, type: "text", maxlength: 200, autocomplete: "off" });
  const free =
    summary !== undefined && summary.state !== "closed" && (summary.holder === null || summary.holder.mine);
  return h(
    "section",
    { class: "why" },
    summary && h("p", { class: "detail-lane" }, showLane(summary.lane), showWait(summary)),
    summary &&
      h(
        "p",
        { class: "quiet" },
        nameOf("lang", summary.language),
        " · ",
        t("promised", { when: writeTime(summary.promisedAt, now(), zone()) }),
      ),
    h("h2", { class: "title", tabindex: "-1" }, t("why.title")),
    h(
      "p",
      { class: "buttons" },
      free && h("button", { type: "button", class: "main", onclick: () => acts.call() }, t("why.call")),
      ["handover", "contact", "check"].map((reason) =>
        h("button", { type: "button", onclick: () => acts.open(t(`why.${reason}`)) }, t(`why.${reason}`)),
      ),
    ),
    h(
      "form",
      {
        class: "field",
        onsubmit: (event) => {
          event.preventDefault();
          if (other.value.trim().length > 0) acts.open(other.value.trim());
          else other.focus();
        },
      },
      h("label", { for: id }, t("why.other")),
      other,
      h("button", { type: "submit" }, t("why.open")),
    ),
    h("p", { class: "quiet" }, t("why.explain")),
  );
}
