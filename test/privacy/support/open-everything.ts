import { createDecipheriv, hkdfSync } from "node:crypto";
import type { Keyring } from "../../../src/privacy/keyring.ts";
import type { Place } from "../../support/canaries.ts";

/**
 * Opens all that is sealed in these places, as somebody would who has every key and every salt that is left, and who
 * does not care whether a seal is broken.
 */
export function openEverything(
  places: readonly Place[],
  keyring: Keyring,
  salts: readonly string[],
): readonly Place[] {
  return places.map(({ name, bytes }) => {
    const sealed = bytes.toString("latin1").matchAll(/v1\.([a-z0-9-]+)\.([\w-]{38,})/g);
    const opened = [...sealed].flatMap(([, id = "", body = ""]) =>
      ["", ...salts].map((salt) => open(keyring, id, salt, Buffer.from(body, "base64url"))),
    );
    return { name: `${name}, opened`, bytes: Buffer.concat(opened) };
  });
}

/** The secrets of persons that are left in these places: who has every key opens those first. */
export function secretsIn(places: readonly Place[], keyring: Keyring): readonly string[] {
  const files = places.filter(({ name }) => /(^|\W)\d+\/keys$/.test(name));
  return openEverything(files, keyring, []).flatMap(({ bytes }) =>
    [...bytes.toString("latin1").matchAll(/[\w-]{22}/g)].map(([secret]) => secret),
  );
}

/** Counter mode is what is left of GCM for who leaves the check out. */
function open({ byId }: Keyring, id: string, salt: string, sealed: Buffer): Buffer {
  const ring = byId.get(id)?.bytes;
  if (ring === undefined) return Buffer.alloc(0);
  const key = Buffer.from(hkdfSync("sha256", ring, salt, "naast seal v1", 32));
  const counter = Buffer.concat([sealed.subarray(0, 12), Buffer.from([0, 0, 0, 2])]);
  return createDecipheriv("aes-256-ctr", key, counter).update(sealed.subarray(28));
}
