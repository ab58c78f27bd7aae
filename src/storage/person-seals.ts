import type { Keyring } from "../privacy/keyring.ts";
import { pseudonyms } from "../privacy/pseudonym.ts";
import { retention } from "../privacy/retention.ts";
import { type Sealer, sealer } from "../privacy/seal.ts";
import type { PersonId } from "../terms.ts";
import type { PersonKeys } from "./person-keys.ts";

/** Seals what is written beside Redis so that nobody opens it once its person was erased, in whatever copy. */
export interface PersonSeals {
  /** Seals a line and has it put away; again with another key where its person was erased in between. */
  write(person: PersonId, context: string, text: string, put: (line: string) => Promise<void>): Promise<void>;
  /** Another process retired a person's key: what is remembered of it is looked up again. */
  drop(person: PersonId): void;
  /** Gives what opens lines: undefined comes of one whose person was erased. */
  reader(): Promise<(line: string, context: string) => string | undefined>;
}

/** `<id of the person's key>.<sealed>`: the keyring alone opens none of it. */
export function personSeals(keys: PersonKeys, keyring: Keyring): PersonSeals {
  const seals = sealer(keyring);
  return {
    async write(person, context, text, put) {
      for (;;) {
        const { key, ready } = keys.of(person, retention.lineKey);
        // both go to disk at the same time
        await Promise.all([put(`${key.id}.${seals.seal(text, { context, salt: key.secret })}`), ready]);
        if (keys.isLive(person, key)) return;
      }
    },

    drop: keys.drop,

    async reader() {
      const secretOf = await keys.reader();
      return (line, context) => openLine(seals, secretOf, line, context);
    },
  };
}

function openLine(
  seals: Sealer,
  secretOf: (id: string) => string | undefined,
  line: string,
  context: string,
): string | undefined {
  const dot = line.indexOf(".");
  const salt = secretOf(line.slice(0, dot));
  return salt === undefined ? undefined : seals.open(line.slice(dot + 1), { context, salt });
}

/** What a person is called on the access record: a number that only their secret leads to. */
export function personNumbers(keys: PersonKeys, keyring: Keyring) {
  const names = pseudonyms(keyring);
  return {
    numberOf: async (person: string): Promise<string> =>
      names.subject((await keys.sharedOf(person as PersonId, retention.lookKey)).secret),
    numbersOf: async (person: string): Promise<readonly string[]> =>
      (await keys.secretsOf(person as PersonId)).map(names.subject),
  };
}
