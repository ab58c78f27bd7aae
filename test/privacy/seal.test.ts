import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openKeyringFile, readKeyring } from "../../src/privacy/keyring.ts";
import { pseudonyms } from "../../src/privacy/pseudonym.ts";
import { sealer } from "../../src/privacy/seal.ts";

const key = (fill: number): string => Buffer.alloc(32, fill).toString("base64");
const ring = readKeyring(`new:${key(1)},old:${key(2)},person:${key(3)}`);
const target = { context: "conversation:p1", salt: "s1" };

describe("a sealed text", () => {
  test.each(["", "żółć 👶\u0000\n", "x".repeat(100_000)])("opens as it was", (text) => {
    const at = sealer(ring);
    expect(at.open(at.seal(text, target), target)).toBe(text);
  });

  test("is never twice the same, and shows nothing of what it holds", () => {
    const at = sealer(ring);
    const [one, two] = [at.seal("koorts", target), at.seal("koorts", target)];
    expect(one).not.toBe(two);
    expect(Buffer.from(one.split(".")[2] ?? "", "base64url").includes("koorts")).toBe(false);
  });

  test.each([
    ["another owner", { context: "conversation:p2", salt: "s1" }],
    ["another kind", { context: "dead:p1", salt: "s1" }],
    ["another salt", { context: "conversation:p1", salt: "s2" }],
    ["no salt", { context: "conversation:p1" }],
  ])("does not open for %s", (_, other) => {
    const at = sealer(ring);
    expect(() => at.open(at.seal("koorts", target), other)).toThrow(
      expect.objectContaining({ code: "privacy.unreadable" }),
    );
  });

  test("does not open when any byte was changed or cut", () => {
    const at = sealer(ring);
    const [version, id, body = ""] = at.seal("koorts", target).split(".");
    const bytes = Buffer.from(body, "base64url");
    for (let byte = 0; byte < bytes.length; byte += 1) {
      const changed = Buffer.from(bytes);
      changed[byte] = (changed[byte] ?? 0) ^ 1;
      expect(() => at.open(`${version}.${id}.${changed.toString("base64url")}`, target)).toThrow(
        expect.objectContaining({ code: "privacy.unreadable" }),
      );
    }
    for (const length of [0, 10, 27, bytes.length - 1]) {
      const cut = bytes.subarray(0, length).toString("base64url");
      expect(() => at.open(`${version}.${id}.${cut}`, target)).toThrow(
        expect.objectContaining({ code: "privacy.unreadable" }),
      );
    }
    expect(() => at.open(`${version}.old.${body}`, target)).toThrow(
      expect.objectContaining({ code: "privacy.unreadable" }),
    );
    expect(() => at.open("v0.new.AA", target)).toThrow(
      expect.objectContaining({ code: "privacy.unreadable" }),
    );
  });

  test("opens after its key was rotated, until the key is taken off the ring", () => {
    const before = sealer(readKeyring(`old:${key(2)}`)).seal("koorts", target);
    expect(sealer(ring).open(before, target)).toBe("koorts");
    expect(sealer(ring).seal("x", target)).toMatch(/^v1\.new\./);
    expect(() => sealer(readKeyring(`new:${key(1)}`)).open(before, target)).toThrow(
      expect.objectContaining({ code: "privacy.key-missing" }),
    );
  });
});

describe("the keyring", () => {
  test.each([
    "",
    "new",
    "new:short",
    `new:${key(1)},new:${key(2)}`,
    `person:${key(1)}`,
    `New:${key(1)}`,
    `a.b:${key(1)}`,
  ])("refuses %j without showing a key", (text) => {
    let message = "";
    try {
      readKeyring(text);
    } catch (error) {
      message = String(error);
      expect(error).toMatchObject({ code: "config.invalid" });
    }
    expect(message).not.toBe("");
    expect(message).not.toContain(key(1));
  });

  test("is made once in a file that only its owner can read", () => {
    const directory = mkdtempSync(join(tmpdir(), "naast-keys-"));
    const path = join(directory, "keys", "data-keys");
    const made = openKeyringFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(openKeyringFile(path).current.bytes).toEqual(made.current.bytes);
    expect(openKeyringFile(path).pseudonyms.bytes).toEqual(made.pseudonyms.bytes);
    expect(made.pseudonyms.bytes).not.toEqual(made.current.bytes);
    rmSync(directory, { recursive: true });
  });
});

describe("a pseudonym", () => {
  const names = pseudonyms(ring);

  test("is the same for the same person, and another for another channel or number", () => {
    expect(names.person("whatsapp", "31612345678")).toBe(names.person("whatsapp", "31612345678"));
    expect(names.person("directline", "31612345678")).not.toBe(names.person("whatsapp", "31612345678"));
    expect(names.person("whatsapp", "31612345679")).not.toBe(names.person("whatsapp", "31612345678"));
    expect(names.phone("+31612345678")).not.toContain("612345678");
  });

  test("stays when the content key is rotated, and depends on the key", () => {
    const rotated = pseudonyms(readKeyring(`newer:${key(9)},new:${key(1)},person:${key(3)}`));
    const other = pseudonyms(readKeyring(`new:${key(1)},person:${key(4)}`));
    expect(rotated.person("whatsapp", "1")).toBe(names.person("whatsapp", "1"));
    expect(other.person("whatsapp", "1")).not.toBe(names.person("whatsapp", "1"));
  });

  test("parts cannot be shifted between its fields", () => {
    const at = (person: string, id: string) => names.message(person as never, id);
    expect(at("ab", "c")).not.toBe(at("a", "bc"));
  });
});
