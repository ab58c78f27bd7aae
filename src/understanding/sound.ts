/**
 * Spelling by ear: words that sound much alike become one, whoever wrote them down.
 *
 * @module
 */

/** In order. Deliberately coarse, and the same for all four languages: "gegete", "oddyha", "breeth", "cocuk". */
const alike: readonly (readonly [RegExp, string])[] = [
  [/sz|sch|sh|rz|zh/g, "s"],
  [/cz|tsch|tch|tj/g, "c"],
  [/ck|q|kw(?=[aeiou])/g, "k"],
  [/ph|v/g, "f"],
  [/th/g, "t"],
  [/ch|gh/g, "h"],
  [/ij|ei|ey|ay|ai|y/g, "i"],
  [/ou|au|ow|aw|oo|oe/g, "o"],
  [/ee|ea|ie/g, "e"],
  [/d/g, "t"],
  [/z/g, "s"],
  [/c(?=[aouklrt]|$)/g, "k"],
  [/(.)\1+/g, "$1"],
  [/(?<=[a-z]{3})n$/, ""],
];

export function soundOf(word: string): string {
  return alike.reduce((sofar, [spelling, sound]) => sofar.replace(spelling, sound), word);
}
