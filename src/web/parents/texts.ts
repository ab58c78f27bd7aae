import type { Language, Locale } from "../../terms.ts";
import { settings } from "./settings.ts";

let texts: Readonly<Record<string, string>> = {};

/** Fetches the words of the page in one locale and uses them from then on. */
export async function loadTexts(locale: Locale): Promise<void> {
  const answer = await fetch(settings.texts[locale]);
  if (!answer.ok) throw answer;
  texts = await answer.json();
}

export function t(key: string): string {
  return texts[key] ?? "";
}

export function languageOf(locale: Locale): Language {
  return locale.slice(0, 2) as Language;
}

export function isSimple(locale: Locale): boolean {
  return locale.length > 2;
}
