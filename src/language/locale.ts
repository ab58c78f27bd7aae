import { type Language, type Locale, languages, locales } from "../terms.ts";

/** The language that a locale is written in: what `<html lang>` and speech need. */
export function languageOf(locale: Locale): Language {
  return languages.find((language) => locale === language || locale === `${language}-simple`) ?? "nl";
}

export function isSimple(locale: Locale): boolean {
  return locale.endsWith("-simple");
}

/** The locale of a language, in the form asked for. */
export function localeOf(language: Language, simple: boolean): Locale {
  return simple ? `${language}-simple` : language;
}

/** Reads a locale from what a browser or a channel says, such as `nl-NL` or `pl-simple`. */
export function readLocale(tag: string | undefined): Locale | undefined {
  const wanted = tag?.trim().toLowerCase() ?? "";
  const exact = locales.find((locale) => locale === wanted);
  return exact ?? languages.find((language) => wanted.startsWith(`${language}-`));
}
