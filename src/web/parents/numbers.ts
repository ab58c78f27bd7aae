import type { Language } from "../../terms.ts";
import { h, icon } from "./dom.ts";
import { nationalLines } from "./phone-lines.ts";
import { settings } from "./settings.ts";
import { t } from "./texts.ts";

/** A link that calls. The number stands by itself, so that no language has to bend it. */
export function callLink(label: Node | string, number: string, isFirst = false): HTMLElement {
  return h(
    "a",
    { class: isFirst ? "call first" : "call", href: `tel:${number.replace(/[^\d+]/g, "")}` },
    icon("phone"),
    label === "" ? undefined : h("span", {}, label),
    h("b", { dir: "ltr" }, number),
  );
}

/** The doctors of nights and weekends, as far as we know their numbers. */
export function doctors(language: Language): HTMLElement[] {
  return settings.outOfHours.map(({ names, number }) => callLink(names[language], number));
}

/** Fills the panel behind the emergency button: danger first, then the doctor, then the other lines. */
export function fillEmergencyPanel(panel: HTMLElement, language: Language): void {
  const [danger, suicide, home] = nationalLines;
  panel.replaceChildren(
    h("h2", {}, t("emergency")),
    callLink(t("emergency.danger"), danger, true),
    h("p", {}, t("emergency.doctor")),
    ...doctors(language),
    callLink(t("emergency.suicide"), suicide),
    callLink(t("emergency.home"), home),
  );
}
