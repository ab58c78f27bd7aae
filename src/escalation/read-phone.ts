import {
  type CountryCode,
  findPhoneNumbersInText,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from "libphonenumber-js/max";

/** Why a number cannot be called. Each has its own sentence for the parent. */
type UnreadPhone =
  | "no-number"
  | "too-short"
  | "too-long"
  | "several"
  | "country-unclear"
  | "not-callable"
  | "not-a-number";

export type ReadPhone =
  | {
      readonly kind: "read";
      /** The form that is kept: `+31612345678`. */
      readonly e164: string;
      /** The form that is shown for confirming, as people in that country write it. */
      readonly shown: string;
      readonly country: string;
    }
  | {
      readonly kind: "unread";
      readonly why: UnreadPhone;
      /** With `country-unclear`: the readings that would be numbers, to choose from. */
      readonly guesses: readonly {
        readonly e164: string;
        readonly shown: string;
        readonly country: string;
      }[];
    };

/** Where else the parents of this product have their phones from, the most likely first. */
const otherCountries: readonly CountryCode[] = ["PL", "TR", "DE", "BE"];

/** Numbers that cost the nurse or nobody answers. */
const uncallable = new Set(["PREMIUM_RATE", "SHARED_COST", "TOLL_FREE", "UAN", "VOICEMAIL", "PAGER"]);

/**
 * Reads a phone number out of what a parent typed, as they typed it: with words around it, with spaces,
 * dashes, `0031`, `+31 (0)6` or without a country.
 *
 * Nothing is guessed: a number that would be one in Poland or Turkey but not here is asked about, and
 * the parent confirms what was read in either case.
 */
export function readPhone(words: string, defaultCountry: CountryCode = "NL"): ReadPhone {
  const typed = words.slice(0, 200).replace(/\b00(?=[1-9])/, "+");
  const digits = typed.replace(/[^\p{Nd}]/gu, "").length;
  if (digits === 0) return unread("no-number");

  const found = numbersIn(typed, defaultCountry);
  if (found.length > 1) return unread("several");
  const [number] = found;
  const elsewhere = mobilesElsewhere(typed, defaultCountry);
  if (number === undefined)
    return elsewhere.length > 0 ? unread("country-unclear", elsewhere) : unread(lengthOf(digits));
  if (!callable(number)) return unread("not-callable");
  return elsewhere.length > 0 && !isWrittenForHome(typed)
    ? unread("country-unclear", [number, ...elsewhere])
    : read(number);
}

/** Hides all of a number but its last two digits, for screens on which it is not yet needed. */
export function maskPhone(e164: string): string {
  return `${"•".repeat(Math.max(0, e164.length - 2))}${e164.slice(-2)}`;
}

/** Writes an E.164 number as people read it; foreign ones with their country code. */
export function writePhone(e164: string, homeCountry: CountryCode = "NL"): string {
  const number = parsePhoneNumberFromString(e164);
  if (number === undefined) return e164;
  return number.country === homeCountry ? number.formatNational() : number.formatInternational();
}

function numbersIn(typed: string, country: CountryCode): readonly PhoneNumber[] {
  const whole = parsePhoneNumberFromString(typed, { defaultCountry: country, extract: false });
  if (whole?.isValid() === true) return [whole];
  const found = findPhoneNumbersInText(typed, country).map(({ number }) => number);
  return [...new Map(found.filter((one) => one.isValid()).map((one) => [one.number, one])).values()];
}

/** A mobile number of another country, written without that country's code. */
function mobilesElsewhere(typed: string, country: CountryCode): readonly PhoneNumber[] {
  if (typed.includes("+")) return [];
  return otherCountries
    .filter((other) => other !== country)
    .flatMap((other) => numbersIn(typed, other))
    .filter((number) => number.getType() === "MOBILE");
}

/** Whether a number starts as people at home write it, with a trunk zero or with the country's code. */
function isWrittenForHome(typed: string): boolean {
  return /^\D*[+0]/.test(typed) || typed.includes("+");
}

function lengthOf(digits: number): UnreadPhone {
  if (digits < 10) return "too-short";
  return digits > 13 ? "too-long" : "not-a-number";
}

function callable(number: PhoneNumber): boolean {
  return !uncallable.has(number.getType() ?? "");
}

function read(number: PhoneNumber): ReadPhone {
  return { kind: "read", ...written(number) };
}

function unread(why: UnreadPhone, guesses: readonly PhoneNumber[] = []): ReadPhone {
  return { kind: "unread", why, guesses: guesses.map(written) };
}

function written(number: PhoneNumber): { e164: string; shown: string; country: string } {
  return { e164: number.number, shown: writePhone(number.number), country: number.country ?? "" };
}
