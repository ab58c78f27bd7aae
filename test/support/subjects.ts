import { join } from "node:path";
import type { Subjects } from "../../src/console/audit.ts";
import { personKeys } from "../../src/storage/person-keys.ts";
import { personNumbers } from "../../src/storage/person-seals.ts";
import { keyring } from "./samples.ts";

/** The numbers of persons, by secrets of their own in a folder. */
export function subjectsIn(folder: string): Subjects {
  return personNumbers(personKeys(join(folder, "persons"), keyring), keyring);
}
