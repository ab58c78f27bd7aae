/**
 * The organisation that runs Naast: when its nurses work, what it promises, and where else a parent can go.
 *
 * @module
 */
import { IANAZone } from "luxon";
import { z } from "zod";
import { KnownError } from "../errors.ts";
import { languages, nationalLines } from "../terms.ts";

const date = z.iso.date();
const name = z.string().trim().min(1).max(80);
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/, "lower case letters, digits and hyphens");
const texts = z.strictObject(Object.fromEntries(languages.map((language) => [language, name])) as TextShape);
type TextShape = Record<(typeof languages)[number], typeof name>;

/**
 * One stretch of a day on which nurses can be reached.
 *
 * ```yaml
 * - "08:30-12:30"
 * ```
 */
const stretch = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'a stretch like "08:30-17:00"')
  .transform((words) => ({ from: words.slice(0, 5), till: words.slice(6) }))
  .refine(({ from, till }) => from < till, "the stretch ends before it starts");

/** The stretches of one day, in order and apart. An empty list means closed. */
const day = z
  .array(stretch)
  .max(6)
  .refine((all) => all.every((one, at) => at === 0 || (all[at - 1]?.till ?? "") <= one.from), {
    message: "the stretches overlap or are out of order",
  })
  .default([]);

export const weekdays = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

const hours = z
  .strictObject({
    monday: day,
    tuesday: day,
    wednesday: day,
    thursday: day,
    friday: day,
    saturday: day,
    sunday: day,
  })
  .refine((week) => weekdays.some((weekday) => week[weekday].length > 0), "no day of the week is open");

/** Days on which nobody works, besides the national holidays. */
const closure = z
  .strictObject({ from: date, till: date.optional(), why: name })
  .refine(({ from, till }) => till === undefined || from <= till, "the closure ends before it starts");

/** Where a parent can go while the nurses are away. `line` names a national one, `phone` a regional number. */
const route = z.union([
  z.strictObject({ line: z.enum(nationalLines) }),
  z.strictObject({ name: texts, phone: name, owner: name, checkedOn: date }),
]);

/** Something near the parents: a walk-in hour, a course, a group. Shown with the date it was last checked. */
const localOffer = z.strictObject({
  id,
  name: texts,
  what: z.strictObject(
    Object.fromEntries(languages.map((language) => [language, z.string().trim().min(1).max(600)])) as Record<
      (typeof languages)[number],
      z.ZodString
    >,
  ),
  region: id.optional(),
  link: z.url({ protocol: /^https$/ }).optional(),
  phone: name.optional(),
  owner: name,
  checkedOn: date,
});

/**
 * What a lane promises: in touch before the end of the nth working day after today (0 is today).
 *
 * A day counts only when at least `openMinutes` of it are left, so that nobody is promised a call
 * "today" five minutes before closing.
 */
const lanePromise = z.strictObject({
  workingDays: z.int().min(0).max(10),
  openMinutes: z.int().min(0).max(480).default(60),
});

/** How the parents' page shows whose it is: one colour, a picture beside this file, and where quick exit leads. */
const look = z.strictObject({
  accent: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'a colour like "#7a2e5d"')
    .optional(),
  logo: name.optional(),
  leaveTo: z.url({ protocol: /^https$/ }).optional(),
});

const organisationSchema = z
  .strictObject({
    name,
    /** True for the sample: every screen says that no nurse reads this, and production refuses it. */
    tryOut: z.boolean().default(false),
    zone: z
      .string()
      .default("Europe/Amsterdam")
      .refine((zone) => IANAZone.isValidZone(zone), "not a time zone"),
    /** Parents choose theirs from a list, which on WhatsApp holds nine besides "skip", in 24 characters each. */
    regions: z
      .array(z.strictObject({ id, name: name.max(24) }))
      .min(1)
      .max(9),
    hours,
    /** Closed on Dutch public holidays; they are computed, so the list never runs out. */
    nationalHolidays: z.boolean().default(true),
    closures: z.array(closure).default([]),
    outOfHours: z.array(route).min(1),
    page: look.optional(),
    /** For `/.well-known/security.txt`: where a fault in security can be told, and until when that is right. */
    security: z.strictObject({ contact: z.url({ protocol: /^(https|mailto)$/ }), expires: date }).optional(),
    /** What a parent sees when nurses call: their number, or `hidden`. Absent, nothing is said of it. */
    callsFrom: z
      .union([z.literal("hidden"), z.string().regex(/^\+?[\d ()-]{8,24}$/, 'a number, or "hidden"')])
      .optional(),
    localOffers: z.array(localOffer).default([]),
    promise: z.strictObject({ today: lanePromise, soon: lanePromise, routine: lanePromise }),
    load: z.strictObject({
      /** How many callbacks the team finishes in an hour of work, all nurses together. */
      perHour: z.number().positive().max(1000),
      /** From how many open callbacks on light requests are answered with "please ring us" instead. */
      cap: z.int().positive(),
    }),
  })
  .refine(({ regions }) => new Set(regions.map((one) => one.id)).size === regions.length, {
    message: "two regions have the same id",
    path: ["regions"],
  })
  .refine(({ regions }) => regions.every((one) => one.id !== "all"), {
    message: "`all` means every region and cannot be the id of one",
    path: ["regions"],
  });

export type Organisation = z.output<typeof organisationSchema>;
export type OutOfHoursRoute = Organisation["outOfHours"][number];

/**
 * Checks the parsed ORGANISATION_FILE, and names every fault of it at once.
 *
 * @throws {KnownError} `config.invalid` with one line per fault.
 */
export function readOrganisation(parsed: unknown): Organisation {
  const read = organisationSchema.safeParse(parsed);
  if (read.success) return read.data;
  const faults = read.error.issues.map((issue) => `${issue.path.join(".") || "(file)"}: ${issue.message}`);
  throw new KnownError("config.invalid", `ORGANISATION_FILE\n  ${faults.join("\n  ")}`, {
    faults: faults.length,
  });
}

/** Whether a region as an actor or a request names it exists here. `all` is every region, so it does. */
export function isRegion(organisation: Organisation, region: string): boolean {
  return region === "all" || organisation.regions.some((one) => one.id === region);
}
