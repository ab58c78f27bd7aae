import type { Locale } from "../terms.ts";
import type { LocaleFiles } from "./catalogue.ts";
import { formsOf, type LocaleFault } from "./inspect-locales.ts";

/** Labels that a person chooses between. */
export interface Menu {
  readonly dialog: string;
  readonly node: string;
  readonly keys: readonly string[];
}

/** Up to this many choices become buttons on WhatsApp, which have less room than the rows of a list. */
const mostButtons = 3;
const room = { button: 20, row: 24 } as const;
/** A channel shows no more choices than this as something to tap. */
const mostChoices = 10;
/** Read at a glance. Simple labels aim for three, but "Wordt 's nachts wakker" beats any three words for it. */
const mostWords = 5;

/**
 * Finds labels that do not fit together: two that read the same, too many, too long for the button they become.
 *
 * A label over 20 characters turns three buttons into a list that has to be opened first, so the gate looks at
 * all choices of a node, the shared ones included.
 */
export function inspectMenu(files: LocaleFiles, locale: Locale, menu: Menu): readonly LocaleFault[] {
  const labels = menu.keys.flatMap((key) => {
    const text = formsOf(files, locale, key).at(0)?.[1];
    return text === undefined ? [] : [{ key, text }];
  });
  const fault = (kind: string, key: string, mend: string): LocaleFault => ({
    kind,
    locale,
    key,
    mend,
  });
  const most = menu.keys.length <= mostButtons ? room.button : room.row;
  return [
    ...(menu.keys.length > mostChoices
      ? [fault("too-many-choices", `${menu.dialog}:${menu.node}`, `offer at most ${mostChoices}`)]
      : []),
    ...labels
      .filter(({ text }) => text.length > most)
      .map(({ key, text }) =>
        fault(
          "long-label",
          key,
          `shorten it to ${most} characters: ${menu.keys.length} choices stand in ${menu.dialog}:${menu.node}, and it has ${text.length}`,
        ),
      ),
    ...labels
      .filter(({ text }, at) => labels.findIndex((other) => same(other.text, text)) < at)
      .map(({ key, text }) => fault("same-label", key, `another choice of the node reads “${text}” too`)),
    ...labels
      .filter(({ text }) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length > mostWords)
      .map(({ key }) => fault("wordy-label", key, `say it in ${mostWords} words or fewer`)),
    ...labels
      .filter(({ text }) => /^\d+\s*[.)]/.test(text))
      .map(({ key }) =>
        fault("numbered-label", key, "take the number away: choices are numbered where they are shown"),
      ),
  ];
}

function same(one: string, other: string): boolean {
  return one.trim().toLocaleLowerCase() === other.trim().toLocaleLowerCase();
}

/** What looks like a telephone number: the short ones of Europe, and longer ones with or without a country. */
const phoneNumber =
  /(?<![\p{L}\d.,-])(?:11\d|144|155|911|999|\+\d[\d ()-]{7,}\d|0\d{1,3}[ -]?\d{2,4}(?:[ -]?\d{2,4})*)(?![\d.,:]\d|\d)/gu;

/** Finds telephone numbers that nobody answers for. Those a parent types are read elsewhere. */
export function inspectPhones(
  locale: Locale,
  key: string,
  text: string,
  phones: ReadonlySet<string>,
): readonly LocaleFault[] {
  return [...text.matchAll(phoneNumber)]
    .map(([number]) => number)
    .filter((number) => !phones.has(number))
    .map((number) => ({
      kind: "unknown-phone",
      locale,
      key,
      mend: `name ${number} in dialogs/phones.yaml with an owner, or take it out`,
    }));
}
