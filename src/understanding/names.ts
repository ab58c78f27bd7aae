/**
 * Words that are written as names. Yara is a daughter in all four languages, and a wound in one; Adem a son in two, and
 * breath in one.
 *
 * @module
 */
import { fold } from "./normalise.ts";

/** A capital in the midst of a sentence. */
const inside = /(?<=[\p{Ll}\d,] )\p{Lu}\p{Ll}+/gu;

/** A capital between a son or a daughter and a word without one: whoever writes every word so, names nobody. */
const ofChild =
  /(?<=(?:zoon|zoontje|dochter|dochtertje|dochters|zoons|son|daughter|syn|synek|c[oó]rka|c[oó]reczka|c[oó]rcia|o[gğ]lum|k[ıi]z[ıi]m) )\p{Lu}\p{Ll}+(?= \p{Ll})/gu;

/** What may be a name, as the words of the message are folded. */
export const namesIn = (text: string): ReadonlySet<string> => foundBy(inside, text);

/** What is surely the name of a child: it says nothing else. */
export const childNamesIn = (text: string): ReadonlySet<string> => foundBy(ofChild, text);

function foundBy(pattern: RegExp, text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(pattern)].map(([name]) => fold(name)));
}
