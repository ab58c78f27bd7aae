import fc from "fast-check";
import { maskPhone, readPhone, writePhone } from "../../src/escalation/read-phone.ts";

describe("reading a phone number", () => {
  test.each([
    ["06 12345678", "+31612345678", "06 12345678", "NL"],
    ["06-12 34 56 78", "+31612345678", "06 12345678", "NL"],
    ["0031 6 12345678", "+31612345678", "06 12345678", "NL"],
    ["+31 (0)6 12345678", "+31612345678", "06 12345678", "NL"],
    ["bel me op 0612345678 graag", "+31612345678", "06 12345678", "NL"],
    ["030 2345678", "+31302345678", "030 234 5678", "NL"],
    ["+48 512 345 678", "+48512345678", "+48 512 345 678", "PL"],
    ["0048 512 345 678", "+48512345678", "+48 512 345 678", "PL"],
    ["+90 532 123 45 67", "+905321234567", "+90 532 123 45 67", "TR"],
    ["+49 1512 3456789", "+4915123456789", "+49 1512 3456789", "DE"],
    ["+32 470 12 34 56", "+32470123456", "+32 470 12 34 56", "BE"],
    ["+380 50 123 4567", "+380501234567", "+380 50 123 4567", "UA"],
  ])("%s is %s, shown as %s", (typed, e164, shown, country) => {
    expect(readPhone(typed)).toEqual({ kind: "read", e164, shown, country });
  });

  test.each([
    ["nee", "no-number"],
    ["", "no-number"],
    ["112", "too-short"],
    ["06 1234567", "too-short"],
    ["0612345678 of 0687654321", "several"],
    ["0900 1450", "not-callable"],
    ["+31 900 1450", "not-callable"],
    ["0800-2000", "not-callable"],
    ["06123456789012345", "too-long"],
    ["+31 6 1234", "too-short"],
  ])("%s is not read: %s", (typed, why) => {
    expect(readPhone(typed)).toMatchObject({ kind: "unread", why });
  });

  test("a number of another country without its code is asked about, not guessed", () => {
    const read = readPhone("512 345 678");
    expect(read).toMatchObject({ kind: "unread", why: "country-unclear" });
    expect(read.kind === "unread" && read.guesses).toContainEqual({
      e164: "+48512345678",
      shown: "+48 512 345 678",
      country: "PL",
    });
  });

  test("nothing a parent types breaks it, and what is read is E.164", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (typed) => {
        const read = readPhone(typed);
        if (read.kind === "read") expect(read.e164).toMatch(/^\+[1-9]\d{6,14}$/);
      }),
      { numRuns: 500 },
    );
  });

  test("a masked number shows its last two digits only", () => {
    expect(maskPhone("+31612345678")).toBe("••••••••••78");
    expect(writePhone("+31612345678")).toBe("06 12345678");
  });
});
