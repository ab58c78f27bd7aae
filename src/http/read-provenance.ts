import { z } from "zod";
import type { ParsedFile } from "../dialog/read-dialogs.ts";
import { KnownError } from "../errors.ts";

const source = z.strictObject({
  title: z.string().min(1),
  owner: z.string().optional(),
  version: z.string().optional(),
  url: z.string().optional(),
  /** A guideline that is being revised: still leading, to be looked at again. */
  moving: z.boolean().optional(),
  note: z.string().optional(),
});

const fact = z.strictObject({
  /** The fact itself, in English, with its figures. */
  says: z.string().min(1),
  sources: z.array(z.string()).min(1),
  /** Null until a professional reviewed it. */
  reviewedBy: z.string().nullable(),
  /** The date from which the fact must be looked at again. */
  reviewBefore: z.union([z.iso.date(), z.date().transform((date) => date.toISOString().slice(0, 10))]),
  note: z.string().optional(),
});

const provenanceSchema = z.strictObject({
  sources: z.record(z.string(), source),
  facts: z.record(z.string(), fact),
});

/** Where every fact comes from, and who has reviewed it. */
export type Provenance = z.output<typeof provenanceSchema>;

const cardsSchema = z.record(
  z.string(),
  z.strictObject({
    emergency: z.array(z.string()).min(1).optional(),
    urgent: z.array(z.string()).min(1).optional(),
  }),
);

/** The levels each card has a text for, and the facts it rests on. */
export type Cards = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** @throws {KnownError} `dialog.invalid` with every fault of the file. */
export function readProvenance(file: ParsedFile): Provenance {
  return readAs(provenanceSchema, file);
}

/** @throws {KnownError} `dialog.invalid` with every fault of the file. */
export function readCards(file: ParsedFile): Cards {
  return readAs(cardsSchema, file) as Cards;
}

function readAs<Shape extends z.ZodType>(schema: Shape, { file, parsed }: ParsedFile): z.output<Shape> {
  const read = schema.safeParse(parsed);
  if (read.success) return read.data;
  const faults = read.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new KnownError("dialog.invalid", `${file}\n  ${faults.join("\n  ")}`, { faults: faults.length });
}
