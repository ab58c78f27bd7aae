import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { menusOf, passagesOf, sharedPassages } from "../dialog/shown-together.ts";
import type { LocaleFault } from "../language/inspect-locales.ts";
import { inspectMenu, inspectPhones } from "../language/labels.ts";
import { type Passage, type Reading, readPassage } from "../language/reading-gates.ts";
import { inspectWording, readWording, textsOf, type Wording } from "../language/wording.ts";
import { locales } from "../terms.ts";
import { themes } from "../understanding/understanding.ts";
import type { Content } from "./load-content.ts";

/** What was found in the words of all locales, apart from what keeps the product from starting. */
export interface Inspection {
  /** Every passage in every locale, measured. */
  readonly readings: readonly Reading[];
  readonly faults: readonly LocaleFault[];
  /** Worth a look, but nothing to stop for. */
  readonly advice: readonly LocaleFault[];
}

/**
 * Looks at every text as a reader would: how long, how hard, in which words, beside which other labels.
 *
 * Nothing here keeps the product from starting: a sentence that is two words too long on the day of a release
 * must not be what keeps parents from a danger card. `npm run check` and the tests do not let it pass.
 */
export function inspectContent(content: Content, wording: Wording): Inspection {
  const { files, needed } = content;
  const passages = passagesIn(content);
  const menus = [...content.book.dialogs.values()].flatMap(menusOf);
  const phones = new Set(Object.keys(content.phones));
  const known = { known: wording.syllables, names: wording.names };
  const readings = locales.flatMap((locale) =>
    passages.flatMap((passage) => readPassage(files, locale, passage, known, wording.excuses) ?? []),
  );
  const said = inspectWording(files, needed, wording);
  return {
    readings,
    faults: [
      ...readings.flatMap(({ faults }) => faults),
      ...said.filter(({ advice }) => !advice),
      ...locales.flatMap((locale) => menus.flatMap((menu) => inspectMenu(files, locale, menu))),
      ...locales.flatMap((locale) =>
        textsOf(files, locale).flatMap(([key, text]) => inspectPhones(locale, key, text, phones)),
      ),
    ],
    advice: said.filter(({ advice }) => advice),
  };
}

/** Reads `dialogs/wording.yaml`. */
export function loadWording(root: string): Wording {
  return readWording(parse(readFileSync(join(root, "dialogs/wording.yaml"), "utf8")));
}

/** All that is read in one go: what dialogs say, what is shared between them, and the cards. */
function passagesIn({ book, cards }: Content): readonly Passage[] {
  const ofCards = Object.entries(cards).flatMap(([card, levels]) =>
    Object.keys(levels).map((level) => ({
      dialog: "cards",
      node: `${card}.${level}`,
      keys: [`cards:${card}.${level}`],
    })),
  );
  return [...[...book.dialogs.values()].flatMap(passagesOf), ...sharedPassages(themes), ...ofCards];
}
