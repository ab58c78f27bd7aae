import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { type Organisation, readOrganisation } from "../../src/escalation/organisation.ts";

/** The shipped sample as parsed YAML, to be changed by a test. */
export function parsedSample(): Record<string, unknown> {
  return parse(readFileSync("organisation.sample.yaml", "utf8")) as Record<string, unknown>;
}

export function organisationWith(changes: Record<string, unknown> = {}): Organisation {
  return readOrganisation({ ...parsedSample(), ...changes });
}

/** A time as Dutch clocks show it, written with its offset so that both sides of a clock change can be named. */
export function at(iso: string): number {
  return Date.parse(iso);
}
