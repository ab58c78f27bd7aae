import { z } from "zod";
import { ageBands } from "./age-band.ts";
import { type Dialog, dialogSchema } from "./dialog.ts";
import type { Book } from "./step.ts";

/** One thing wrong with the content, at a place its author can find, and what mends it. */
export interface Fault {
  readonly kind: string;
  readonly file: string;
  /** The node or key, or empty for the whole file. */
  readonly node: string;
  readonly mend: string;
}

/** A file as it was parsed, not yet trusted. */
export interface ParsedFile {
  readonly file: string;
  readonly parsed: unknown;
}

const themesSchema = z.record(
  z.string(),
  z.strictObject({
    start: z.string().optional(),
    else: z.string().optional(),
    ...Object.fromEntries(ageBands.map((band) => [band, z.string().optional()])),
  }),
);

/** Reads all dialogs and the table of themes; gives the book of those that could be read, and every fault of every file. */
export function readDialogs(
  dialogs: readonly ParsedFile[],
  themes: ParsedFile,
): { readonly book: Book; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const read = new Map<string, Dialog>();
  for (const { file, parsed } of dialogs) {
    const result = dialogSchema.safeParse(parsed);
    if (!result.success) faults.push(...faultsOf(file, result.error));
    else if (read.has(result.data.id)) faults.push(twice(file, result.data.id));
    else read.set(result.data.id, result.data);
  }
  const table = themesSchema.safeParse(themes.parsed);
  if (!table.success) faults.push(...faultsOf(themes.file, table.error));
  const byTheme = (table.success ? table.data : {}) as Book["themes"];
  return { book: { dialogs: read, themes: byTheme }, faults };
}

function faultsOf(file: string, error: z.ZodError): readonly Fault[] {
  return error.issues.map((issue) => ({
    kind: "unreadable",
    file,
    node: issue.path[0] === "nodes" ? String(issue.path[1] ?? "") : "",
    mend: `${issue.path.join(".") || "the file"}: ${issue.message}`,
  }));
}

function twice(file: string, id: string): Fault {
  return {
    kind: "dialog-twice",
    file,
    node: "",
    mend: `give the dialog an id of its own: another file is "${id}" already`,
  };
}
