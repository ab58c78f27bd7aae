import { freshId, h } from "./dom.ts";
import { nameOf, t } from "./words.ts";

const languages = ["nl", "en", "pl", "tr"] as const;
const kept = "naast.console.speaks";

/** Which languages a nurse speaks, kept on this machine: "take the next" gives her parents of these only. */
export function showLanguages(): HTMLElement {
  const spoken = new Set(read());
  const summary = h("summary", {}, "");
  const name = (): void => {
    const named = languages.filter((one) => spoken.has(one)).map((one) => nameOf("lang", one));
    summary.textContent = t("speaks", { languages: isAny(spoken) ? t("speaks.any") : named.join(", ") });
  };
  name();
  return h(
    "details",
    { class: "speaks" },
    summary,
    h(
      "fieldset",
      {},
      h("legend", {}, t("speaks.title")),
      languages.map((one) => {
        const id = freshId();
        const box: HTMLInputElement = h("input", {
          type: "checkbox",
          id,
          checked: isAny(spoken) || spoken.has(one),
          onchange: () => {
            if (spoken.size === 0) for (const each of languages) spoken.add(each);
            if (box.checked) spoken.add(one);
            else spoken.delete(one);
            keep([...spoken]);
            name();
          },
        });
        return h("span", { class: "choice" }, box, h("label", { for: id }, nameOf("lang", one)));
      }),
    ),
  );
}

/** The wish that goes with "take the next"; with an interpreter every language can be hers. */
export function spokenLanguages(): { readonly languages?: readonly string[] } {
  const spoken = read();
  return isAny(new Set(spoken)) ? {} : { languages: spoken };
}

/** None chosen says as little as all. */
function isAny(spoken: ReadonlySet<string>): boolean {
  return spoken.size === 0 || languages.every((one) => spoken.has(one));
}

function read(): readonly string[] {
  try {
    const words = (localStorage.getItem(kept) ?? "").split(" ");
    return languages.filter((one) => words.includes(one));
  } catch {
    return [];
  }
}

function keep(spoken: readonly string[]): void {
  try {
    localStorage.setItem(kept, spoken.join(" "));
  } catch {
    // a browser that keeps nothing asks again
  }
}
