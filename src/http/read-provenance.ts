import { z } from "zod";
import type { ParsedFile } from "../dialog/read-dialogs.ts";
import { KnownError } from "../errors.ts";

/** A day, which YAML may read as a date. */
const day = z.union([z.iso.date(), z.date().transform((date) => date.toISOString().slice(0, 10))]);

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
  reviewBefore: day,
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

const phonesSchema = z.record(
  z.string().regex(/^\+?[\d -]+$/, "write the number as it stands in the texts"),
  z.strictObject({
    name: z.string().min(1),
    owner: z.string().min(1),
    hours: z.string().min(1),
    source: z.string().min(1),
    /** Null until a person called it. */
    dialledOn: day.nullable(),
  }),
);

/** Every telephone number that may stand in a text, by the number. */
export type Phones = z.output<typeof phonesSchema>;

/** @throws {KnownError} `dialog.invalid` with every fault of the file. */
export function readPhones(file: ParsedFile): Phones {
  return readAs(phonesSchema, file);
}

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
