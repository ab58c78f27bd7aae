import { createHash } from "node:crypto";
import type { LocaleFiles } from "../language/catalogue.ts";
import { type Locale, locales } from "../terms.ts";

/** The texts of `callback` in which a parent agrees to something; of the dialog `consent` it is all of them. */
const asks = /^(intro|voicemail|confirm)(\.|$)/;

/**
 * Names the wording of the consents in each locale by what it says, so that a text that changes cannot keep the name
 * of the one before.
 */
export function consentVersions(files: LocaleFiles): Readonly<Record<Locale, string>> {
  const named = locales.map((locale) => [locale, versionOf(files[locale])]);
  return Object.fromEntries(named) as Record<Locale, string>;
}

function versionOf(texts: LocaleFiles[Locale]): string {
  const callback = Object.entries(texts["callback"] ?? {}).filter(([key]) => asks.test(key));
  const all = [...callback, ...Object.entries(texts["consent"] ?? {})].map(
    ([key, text]) => `${key}\n${text}`,
  );
  return createHash("sha256").update(all.toSorted().join("\n\n")).digest("hex").slice(0, 12);
}
