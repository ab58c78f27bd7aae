import type { Outgoing } from "../../conversation/turn-log.ts";
import { type Locale, locales, type PersonId } from "../../terms.ts";

/**
 * What Meta gives back with every status of a message.
 *
 * It carries all that a status needs: whose message, which one, and how to knock should it have arrived too
 * late. A status may come without any sender, so nothing is left to be looked up. Meta reads a pseudonym
 * here, of someone whose number it has anyway.
 */
export interface Opaque {
  readonly key: string;
  readonly person: PersonId;
  readonly locale: Locale;
  readonly turn: number;
}

export function writeOpaque({ key, person, reply }: Pick<Outgoing, "key" | "person" | "reply">): string {
  return [key, person, reply.locale, reply.turn].join("~");
}

const form = new RegExp(`^(?<key>.+)~(?<person>[^~]+)~(?<locale>${locales.join("|")})~(?<turn>\\d+)$`);

/** Reads it back; undefined when another product on the same number sent the message. */
export function readOpaque(opaque: string | undefined): Opaque | undefined {
  const parts = form.exec(opaque ?? "")?.groups;
  if (parts === undefined) return undefined;
  const { key = "", person = "", locale, turn } = parts;
  return { key, person: person as PersonId, locale: locale as Locale, turn: Number(turn) };
}
