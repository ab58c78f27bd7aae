/**
 * The body temperature a parent measured, in degrees Celsius.
 *
 * @module
 */
import type { Word } from "./normalise.ts";

/** A temperature and the word it stands on. */
export interface Temperature {
  readonly celsius: number;
  readonly at: number;
}

const spoken = new Map<string, number>(
  Object.entries({
    achtendertig: 38,
    negenendertig: 39,
    veertig: 40,
    eenenveertig: 41,
    forty: 40,
    czterdziesci: 40,
    kirk: 40,
  }),
);
const tens = /^(?:thirty|trzydziesci|otuz)$/;
const eights: Readonly<Record<string, number>> = {
  seven: 37,
  eight: 38,
  nine: 39,
  siedem: 37,
  osiem: 38,
  dziewiec: 39,
  yedi: 37,
  sekiz: 38,
  dokuz: 39,
};
const heat =
  /^(?:koort?s|koorst|fever|feever|temp|goracz|ates|graden|graad|degree|derece|stopni|termomet|thermomet|meet|measure|olct|mierz|grad|celsius|c|f|gorac|heet|hot|warm|verhoging)/;
const otherUnit =
  /^(?:weken|weeks?|wkn?|tydzien|tygodni|tc|haftalik|cm|kg|kilo|maat|jaar|years?|lat|yas|euro|minut|min|keer|uur|ml|rozmiar|numara|weeken)/;

/** Every temperature in the words. A bare "39" counts only when the words around it speak of heat. */
export function temperaturesIn(words: readonly Word[]): Temperature[] {
  const texts = words.map((word) => word.text);
  const warm = texts.some((text) => heat.test(text));
  return texts.flatMap((_, at) => {
    const celsius = celsiusAt(texts, at, warm);
    return celsius === null ? [] : [{ celsius, at }];
  });
}

function celsiusAt(texts: readonly string[], at: number, warm: boolean): number | null {
  const text = texts[at] ?? "";
  const next = texts[at + 1] ?? "";
  if (otherUnit.test(next)) return null;
  if (/^(?:3[5-9]|4[0-2])[.,:]\d+$/.test(text)) return Number(text.replace(/[,:]/, "."));
  if (/^1?0[0-7][.,]\d$/.test(text)) return fromFahrenheit(Number(text.replace(",", ".")));
  if (!warm) return null;
  if (/^10[0-7]$/.test(text)) return fromFahrenheit(Number(text));
  if (/^(?:3[5-9]|4[0-2])$/.test(text)) return Number(text) + (/^\d$/.test(next) ? Number(next) / 10 : 0);
  if (tens.test(text)) return eights[next] ?? null;
  return spoken.get(text) ?? null;
}

const fromFahrenheit = (degrees: number) => Math.round(((degrees - 32) / 1.8) * 10) / 10;
