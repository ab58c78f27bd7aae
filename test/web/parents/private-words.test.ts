import { findPrivateWords } from "../../../src/web/parents/private-words.ts";

describe("before words leave the page", () => {
  test.each([
    ["Mijn BSN is 111222333", "bsn"],
    ["bsn: 1112.22.333 en verder", "bsn"],
    ["123456782", "bsn"],
    ["bel me op 06-12345678", "phone"],
    ["0612345678", "phone"],
    ["+31 6 1234 5678", "phone"],
    ["0031612345678", "phone"],
    ["010 - 123 45 67", "phone"],
    ["mój numer to +48 501 234 567", "phone"],
    ["numaram +90 532 123 45 67", "phone"],
    ["mail naar ouder@voorbeeld.nl graag", "email"],
    ["OUDER+KIND@sub.voorbeeld.nl", "email"],
  ])("%s is found out", (words, kind) => {
    expect(findPrivateWords(words)).toBe(kind);
  });

  test.each([
    "mijn baby van 6 weken slaapt niet",
    "38,5 graden sinds 3 uur",
    "hij drinkt 6 x 120 ml, dus 720 ml per dag",
    "geboren op 21-11-2025",
    "van 19.00 tot 07.00 uur",
    "is 112 of 113 goed, of 0800-2000?",
    "0900-1234567 en 0800 0432",
    "123456789",
    "000000000",
    "1234567890123456789012",
    "hij is @ thuis",
    "",
  ])("%s is left alone", (words) => {
    expect(findPrivateWords(words)).toBeUndefined();
  });
});
