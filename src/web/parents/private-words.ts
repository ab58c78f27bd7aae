/** What a parent may have typed by habit and nobody needs for an answer. */
export type PrivateWords = "bsn" | "phone" | "email";

/**
 * Finds a citizen service number, an e-mail address or a phone number in words that are about to be sent.
 *
 * Helplines (112, 113, 0800 and 0900) are not private. Nothing is stored or sent to find this out.
 */
export function findPrivateWords(words: string): PrivateWords | undefined {
  if (/[^\s@]+@[^\s@]+\.[a-z]{2,}/i.test(words)) return "email";
  const numbers = words.match(/\+?\d(?:[\s./()-]{0,3}\d)+/g) ?? [];
  if (numbers.some(isPhone)) return "phone";
  return numbers.some(isBsn) ? "bsn" : undefined;
}

/** The national check: nine digits whose weighed sum, the last one counted against, is a multiple of eleven. */
function isBsn(number: string): boolean {
  const digits = number.replace(/\D/g, "");
  if (digits.length !== 9 || /^0+$/.test(digits)) return false;
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (at === 8 ? -1 : 9 - at), 0);
  return sum % 11 === 0;
}

function isPhone(number: string): boolean {
  const digits = number.replace(/[^\d+]/g, "");
  return /^0(?!800|90[069])[1-9]\d{8}$/.test(digits) || /^(\+|00)[1-9]\d{8,13}$/.test(digits);
}
