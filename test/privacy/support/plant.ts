import type { Aviary } from "../../support/canaries.ts";

/** Fields whose value decides how a webhook is read; everything else in it is somebody's. */
const structure = new Set([
  ...["object", "field", "type", "messaging_product", "status", "phone_number_id"],
  ...["display_phone_number", "category", "pricing_model", "origin", "event", "action"],
]);

/**
 * Writes a webhook again with a canary in every field that could hold something of a person: names, numbers,
 * ids, words, captions, places, adverts, file names, cards of others, and fields nobody knows yet.
 */
export function plant(value: unknown, birds: Aviary, field: string): unknown {
  if (Array.isArray(value)) return value.map((one, at) => plant(one, birds, `${field}[${at}]`));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        key,
        structure.has(key) && typeof one !== "object" ? one : plant(one, birds, `${field}.${key}`),
      ]),
    );
  }
  if (field.endsWith(".timestamp")) return String(Math.floor(Date.now() / 1000));
  if (typeof value !== "string" || value === "") return value;
  if (/^\+?\d{6,}$/.test(value)) return birds.digits(field, 11);
  if (/\.(body|caption|title|text|description)$/.test(field)) return `slapen lukt niet ${birds.word(field)}`;
  return birds.word(field);
}
