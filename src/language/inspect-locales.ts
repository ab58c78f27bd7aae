import { type Locale, locales } from "../terms.ts";
import type { LocaleFiles } from "./catalogue.ts";
import { languageOf } from "./locale.ts";

/** One thing wrong with the words of a locale. */
export interface LocaleFault {
  readonly kind: string;
  readonly locale: Locale;
  readonly key: string;
  readonly mend: string;
}

/** A text that must exist in every locale. */
export interface NeededKey {
  readonly key: string;
  readonly role: "text" | "label" | "rule";
  /** The most room a label has, in UTF-16 units. */
  readonly room?: number;
}

/** The channels' own limits, in UTF-16 units: the stricter reading of what WhatsApp calls a character. */
const longestText = 1024;
const longestLabel = 24;

/**
 * Finds every fault in the words: a text that is missing in a locale, a plural form that is, a place that
 * differs between locales, a label that is too long, a text no dialog asks for.
 */
export function inspectLocales(files: LocaleFiles, needed: readonly NeededKey[]): readonly LocaleFault[] {
  return locales.flatMap((locale) => [
    ...needed.flatMap((one) => inspectKey(files, locale, one)),
    ...unused(files, locale, needed),
  ]);
}

function inspectKey(files: LocaleFiles, locale: Locale, needed: NeededKey): readonly LocaleFault[] {
  const forms = formsOf(files, locale, needed.key);
  if (forms.length === 0)
    return [{ kind: "missing-text", locale, key: needed.key, mend: "write it in this locale too" }];
  return [
    ...missingPlurals(locale, needed.key, forms),
    ...forms.flatMap(([key, text]) => tooLong(locale, key, text, needed)),
    ...forms.flatMap(([key, text]) => otherPlaces(files, locale, key, text)),
  ];
}

/** The text of a key, or its plural forms. */
export function formsOf(
  files: LocaleFiles,
  locale: Locale,
  key: string,
): readonly (readonly [string, string])[] {
  const colon = key.indexOf(":");
  const [file, name] = [key.slice(0, colon), key.slice(colon + 1)];
  const texts = files[locale][file] ?? {};
  return Object.entries(texts)
    .filter(([at]) => at === name || (at.startsWith(`${name}_`) && pluralForm.test(at)))
    .map(([at, text]) => [`${file}:${at}`, text] as const);
}

export const pluralForm = /_(zero|one|two|few|many|other)$/;

function missingPlurals(
  locale: Locale,
  key: string,
  forms: readonly (readonly [string, string])[],
): readonly LocaleFault[] {
  const written = new Set(forms.flatMap(([at]) => pluralForm.exec(at)?.[1] ?? []));
  if (written.size === 0) return [];
  return new Intl.PluralRules(languageOf(locale))
    .resolvedOptions()
    .pluralCategories.filter((category) => !written.has(category))
    .map((category) => ({
      kind: "missing-plural",
      locale,
      key: `${key}_${category}`,
      mend: `this language needs the form "${category}" as well`,
    }));
}

function tooLong(
  locale: Locale,
  key: string,
  text: string,
  { role, room }: NeededKey,
): readonly LocaleFault[] {
  const most = role === "label" ? (room ?? longestLabel) : longestText;
  return text.length <= most
    ? []
    : [{ kind: "too-long", locale, key, mend: `shorten it to ${most} characters; it has ${text.length}` }];
}

/** A place such as {{phone}} must stand in the text of every locale, or in none. */
function otherPlaces(files: LocaleFiles, locale: Locale, key: string, text: string): readonly LocaleFault[] {
  const model =
    formsOf(files, "nl", key).at(0)?.[1] ?? formsOf(files, "nl", key.replace(pluralForm, "")).at(0)?.[1];
  if (locale === "nl" || model === undefined) return [];
  const [here, there] = [placesOf(text), placesOf(model)];
  return here === there
    ? []
    : [
        {
          kind: "other-places",
          locale,
          key,
          mend: `use the places {${there}}, as in Dutch; it has {${here}}`,
        },
      ];
}

function placesOf(text: string): string {
  return [...new Set([...text.matchAll(/\{\{\s*([^}\s]+)\s*\}\}/g)].map(([, name]) => name))]
    .toSorted()
    .join(", ");
}

/** Files whose keys are asked for by code rather than by dialogs. */
const ownFiles = new Set(["page", "console", "followup", "locale", "locales", "templates"]);

function unused(files: LocaleFiles, locale: Locale, needed: readonly NeededKey[]): readonly LocaleFault[] {
  const keys = new Set(needed.map(({ key }) => key));
  return Object.entries(files[locale])
    .filter(([file]) => !ownFiles.has(file))
    .flatMap(([file, texts]) =>
      Object.keys(texts)
        .map((name) => `${file}:${name}`)
        .filter((key) => !keys.has(key.replace(/#speech$/, "").replace(pluralForm, "")) && !keys.has(key))
        .map((key) => ({
          kind: "unused-text",
          locale,
          key,
          mend: "no dialog asks for it: remove it, or mend its name",
        })),
    );
}
