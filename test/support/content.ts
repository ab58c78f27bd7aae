import { join } from "node:path";
import type { Script } from "../../src/conversation/script.ts";
import { type Content, loadContent } from "../../src/http/load-content.ts";
import { composeScript, loadOrganisation } from "../../src/http/load-script.ts";
import type { CallbackId } from "../../src/terms.ts";
import type { Understand } from "../../src/understanding/understanding.ts";

/** The folder of `package.json`. */
export const root = join(import.meta.dirname ?? __dirname, "../..");

let content: Content | undefined;

/** The content that goes to production. */
export function productionContent(): Content {
  content ??= loadContent(root);
  return content;
}

/** The script that goes to production, with an understanding of one's choice. */
export function productionScript(understand: Understand, more: Partial<Script> = {}): Script {
  return {
    ...composeScript(root, productionContent(), understand, {
      organisation: loadOrganisation(root, undefined, false),
      whatsAppHealthText: "route",
      pageUrl: "https://naast.example/",
      callbackId: (person, id) => `callback-${person}-${id}`.replaceAll(/[^\w-]/g, "-") as CallbackId,
    }),
    ...more,
  };
}
