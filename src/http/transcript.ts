import type { Line } from "../console/show-callback.ts";
import { keyOf } from "../dialog/present.ts";
import type { Book } from "../dialog/step.ts";
import type { Catalogue } from "../language/catalogue.ts";
import type { Language } from "../terms.ts";

const shared: Readonly<Record<string, string>> = {
  skip: "common:skip",
  nurse: "common:nurse",
  menu: "common:menu",
  guideline: "common:guideline",
  misfit: "common:misfit",
  other: "common:something-else",
  no: "alarm:no",
  yes: "alarm:yes",
};

/**
 * Tells what was said on a path of `dialog:node` and `dialog:node=choice` entries, in the reader's language: the
 * parallel texts, not a translation.
 */
export function readTranscript(
  path: readonly string[],
  language: Language,
  book: Book,
  catalogue: Catalogue,
): readonly Line[] {
  return path.flatMap((entry) => {
    const [spot = "", choice] = entry.split("=");
    const [dialog = "", id = ""] = spot.split(":");
    const node = book.dialogs.get(dialog)?.nodes[id];
    if (node === undefined) return [];
    const text = (key: string | undefined): string | undefined =>
      key !== undefined && catalogue.has(language, key) ? catalogue.text(language, key) : undefined;
    const key = keyOf({ dialog, id, node });
    const asked = text(key) ?? text(node.kind === "alarm-check" ? "alarm:check" : undefined);
    const chosen =
      choice === undefined
        ? undefined
        : (text(`${key}.${choice}`) ?? text(shared[choice]) ?? text(`ages:${choice}`) ?? choice);
    return [
      ...(asked === undefined ? [] : [{ by: "naast", text: asked } as const]),
      ...(chosen === undefined ? [] : [{ by: "parent", text: chosen } as const]),
    ];
  });
}
