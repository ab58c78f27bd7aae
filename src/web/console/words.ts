export type Values = Readonly<Record<string, string | number>>;
export type ConsoleLanguage = "nl" | "en";

let words: Readonly<Record<string, string>> = {};
let language: ConsoleLanguage = "nl";

const kept = "naast.console.language";

/** Loads the console's words in the language that was chosen last on this machine, or the browser's. */
export async function loadWords(chosen: ConsoleLanguage = preferred()): Promise<void> {
  const answer = await fetch(`/nurse/words/${chosen}.json`);
  words = (await answer.json()) as Record<string, string>;
  language = chosen;
  document.documentElement.lang = chosen;
  try {
    localStorage.setItem(kept, chosen);
  } catch {
    // a browser that keeps nothing asks the browser's language again
  }
}

/** Gives a text; `count` picks the plural form. A key without a text shows itself, which a test looks for. */
export function t(key: string, values: Values = {}): string {
  const plural =
    typeof values["count"] === "number" ? `${key}_${values["count"] === 1 ? "one" : "other"}` : key;
  const text = words[plural] ?? words[key] ?? key;
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** Gives a text for one of our own names, or the name itself made readable. */
export function nameOf(kind: string, name: string): string {
  return words[`${kind}.${name}`] ?? name.replace(/[-_]+/g, " ");
}

export function currentLanguage(): ConsoleLanguage {
  return language;
}

function preferred(): ConsoleLanguage {
  try {
    const before = localStorage.getItem(kept);
    if (before === "nl" || before === "en") return before;
  } catch {
    // fall through to the browser's language
  }
  return navigator.language.startsWith("en") ? "en" : "nl";
}
