/**
 * The few words every room shares. Names only, no logic.
 *
 * @module
 */

declare const brand: unique symbol;
type Named<Name extends string> = string & { readonly [brand]: Name };

/** Stands for one person on one channel. A pseudonym: no number or platform id can be read from it. */
export type PersonId = Named<"PersonId">;

/** Names one callback. Unguessable, and the same for every retry of the request that made it. */
export type CallbackId = Named<"CallbackId">;

/** The four languages that every word exists in. */
export const languages = ["nl", "en", "pl", "tr"] as const;
export type Language = (typeof languages)[number];

/** The eight locales: each language in a standard and a plain-language form. All are valid BCP 47 tags. */
export const locales = ["nl", "nl-simple", "en", "en-simple", "pl", "pl-simple", "tr", "tr-simple"] as const;
export type Locale = (typeof locales)[number];

/** Lines and places everyone in the Netherlands has; an organisation's file may name them for when its nurses are away. */
export const nationalLines = [
  "emergency",
  "own_gp",
  "gp_out_of_hours",
  "suicide_prevention",
  "veilig_thuis",
  "child_line",
] as const;

/** How a message reached us. */
const channelNames = ["whatsapp", "directline", "azure"] as const;
export type ChannelName = (typeof channelNames)[number];

/** Reads the time in milliseconds since 1970. Rooms take one instead of calling `Date.now`, so tests own the clock. */
export type Clock = () => number;

/** Writes one line for whoever is on call: what happened, with ids and counts, never a person's words. */
export interface Log {
  info(facts: LogFacts, message: string): void;
  warn(facts: LogFacts, message: string): void;
  error(facts: LogFacts, message: string): void;
}
export type LogFacts = Readonly<Record<string, string | number | boolean>>;
