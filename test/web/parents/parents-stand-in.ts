import { mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import type { PageTheme } from "../../../src/http/page-theme.ts";
import { parentsPage } from "../../../src/http/parents-page.ts";
import { startStandIn } from "../../channels/directline/chat-stand-in.ts";
import { scriptedDialog } from "./scripted-dialog.ts";

/** Builds the pages as the product does, into a folder of their own. */
export async function buildPages(): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), "naast-page-"));
  symlinkSync(resolve("locales"), join(root, "locales"));
  for (const page of ["parents", "statement", "worker", "embed"]) {
    await build({
      entryPoints: [`src/web/${page}/main.ts`],
      outdir: join(root, "dist/web", page),
      bundle: true,
      minify: true,
      format: "esm",
      target: ["chrome90", "firefox90", "safari14.1"],
      logLevel: "error",
    });
  }
  return root;
}

/** Serves the real page and the real web chat, with a small script where the dialogs would be. */
export function startParentsPage(
  root: string,
  {
    theme = {},
    embedOrigins = [],
  }: { readonly theme?: PageTheme; readonly embedOrigins?: readonly string[] } = {},
) {
  return startStandIn(scriptedDialog(), {}, (app, url) =>
    app.use(
      parentsPage({
        root,
        publicUrl: url,
        embedOrigins,
        theme,
        organisation: {
          name: "JGZ Voorbeeld",
          tryOut: true,
          outOfHours: [
            { line: "own_gp" },
            {
              name: {
                nl: "Huisartsenpost",
                en: "Out-of-hours GP",
                pl: "Dyżur lekarza rodzinnego",
                tr: "Nöbetçi aile hekimi",
              },
              phone: "0123-456789",
              owner: "nobody",
              checkedOn: "2026-01-31",
            },
          ],
        },
      }),
    ),
  );
}
