/** Draws numbers from 0 to 1, the same ones for the same seed. */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Chance = () => number;

export const pick = <One>(all: readonly One[], chance: Chance): One =>
  all[Math.floor(chance() * all.length)] as One;

/** What programs trip over: wrong kinds, edges of numbers, other people's markup, signs that count double. */
const nasty: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1e308,
    -0,
    2 ** 53,
    Number.MIN_VALUE,
    "",
    " ",
    "\u0000",
    "\ud800",
    "﷽".repeat(300),
  ],
  ...[
    `e${"\u0301".repeat(2_000)}`,
    "👩‍👩‍👧‍👦".repeat(200),
    "\u202e\u2066",
    "<img src=x onerror=alert(1)>",
    "{{7*7}}",
    "$t(common:menu)",
  ],
  ...[
    "../../../etc/passwd",
    "'; DROP TABLE x; --",
    "%00%0a%0d",
    "\r\nSet-Cookie: a=b",
    "=cmd|' /C calc'!A0",
    "a".repeat(5_000),
  ],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "NaN",
    "1e999",
    "0x7f",
    "(a+)+$",
    "{cb}:open",
    "*\r\n$3\r\nDEL",
  ],
  ...[
    [],
    {},
    [[[[[[[[]]]]]]]],
    { $gt: "" },
    { toString: 1 },
    Array(300).fill(0),
    { length: 1e9 },
    "9".repeat(400),
  ],
];

/** Changes something in a value: a leaf, a key, a whole branch; sometimes it adds a key that pollutes. */
export function mutateJson(value: unknown, chance: Chance): unknown {
  if (chance() < 0.12) return pick(nasty, chance);
  if (Array.isArray(value)) {
    if (value.length === 0 || chance() < 0.15) return [...value, pick(nasty, chance), ...value];
    const at = Math.floor(chance() * value.length);
    return value.map((one, place) => (place === at ? mutateJson(one, chance) : one));
  }
  if (typeof value !== "object" || value === null) return chance() < 0.5 ? pick(nasty, chance) : value;
  const entries = Object.entries(value);
  if (entries.length === 0 || chance() < 0.1) return polluted(value, chance);
  const at = Math.floor(chance() * entries.length);
  if (chance() < 0.1) return Object.fromEntries(entries.filter((_, place) => place !== at));
  return Object.fromEntries(
    entries.map(([key, one], place) => [key, place === at ? mutateJson(one, chance) : one]),
  );
}

/** Written as text, because a program that reads it makes the key its own. */
function polluted(value: object, chance: Chance): unknown {
  const key = pick(["__proto__", "constructor", "prototype"], chance);
  const text = JSON.stringify(value).replace(/^\{/, `{"${key}":{"isNurse":true,"toString":1},`);
  try {
    return JSON.parse(text.replace(/,\}$/, "}"));
  } catch {
    return {};
  }
}

/** Changes bytes: flips, cuts, doubles, nests deep, or leaves them. */
export function mutateText(text: string, chance: Chance): string {
  const at = Math.floor(chance() * (text.length + 1));
  switch (Math.floor(chance() * 12)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + String.fromCharCode(Math.floor(chance() * 256)) + text.slice(at + 1);
    case 2:
      return text + text;
    case 3:
      return `${"[".repeat(1_000)}${text}`;
    case 4:
      return `${'{"a":'.repeat(40)}${text}${"}".repeat(40)}`;
    case 6:
      // quotes that never close: what looks for strings by trying from each of them never ends
      return chance() < 0.05 ? `"${'\\"'.repeat(15_000)}` : text;
    case 5:
      return text.replace(/"/, '"__proto__":{"x":1},"');
    default:
      return text;
  }
}
