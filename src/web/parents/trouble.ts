import type { Language } from "../../terms.ts";
import { at, h } from "./dom.ts";
import { callLink, doctors } from "./numbers.ts";
import { nationalLines } from "./phone-lines.ts";
import { t } from "./texts.ts";

/** Tells in plain sight that nobody may be listening now, and whom to call. @returns whether that is new. */
export function showTrouble(words: string | undefined): boolean {
  const place = at("#trouble");
  if (place.dataset["words"] === (words ?? "")) return false;
  place.dataset["words"] = words ?? "";
  if (words === undefined) {
    place.replaceChildren();
    return false;
  }
  place.replaceChildren(
    h(
      "div",
      { class: "trouble" },
      h("p", {}, words),
      h("p", {}, h("strong", {}, t("offline.danger"))),
      callLink("", nationalLines[0], true),
      ...doctors(document.documentElement.lang as Language),
    ),
  );
  return true;
}
