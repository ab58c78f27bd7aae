import type { Locale } from "../../terms.ts";

/** A parent who does not exist: what they write, and what they choose along the way. */
export interface Story {
  readonly locale: Locale;
  /** What they write first; empty when they ask for a nurse at once. */
  readonly opening: string;
  /** What they want the nurse to know. */
  readonly request: string;
  readonly country: "NL" | "PL" | "TR";
  readonly interpreter: boolean;
  /** The choice that asks for a visit instead of a call, by its place; a call when left out. */
  readonly visit?: true;
}

/** How a parent asks for a nurse, in each language. */
export const nurseWord = { nl: "verpleegkundige", en: "nurse", pl: "pielęgniarka", tr: "hemşire" } as const;

/** Invented from what parents commonly ask in Dutch youth health care. Nobody wrote these. */
export const stories: readonly Story[] = [
  {
    locale: "nl",
    opening: "mijn baby van 5 maanden wordt elk uur wakker",
    request: "We wisselen elkaar af, maar we zijn allebei op. Hoe krijgen we rust in de nacht?",
    country: "NL",
    interpreter: false,
  },
  {
    locale: "pl-simple",
    opening: "moje dziecko nie chce jeść warzyw, ma 2 lata",
    request: "Córka je tylko chleb i jogurt. Chcę wiedzieć, co mogę zrobić.",
    country: "PL",
    interpreter: true,
  },
  {
    locale: "tr-simple",
    opening: "çocuğum 3 yaşında ve çok öfkeleniyor",
    request: "Markette yere yatıyor ve bağırıyor. Ne yapabilirim?",
    country: "TR",
    interpreter: true,
  },
  {
    locale: "en",
    opening: "I am so exhausted, I cannot go on like this",
    request: "I have not slept for weeks and I cry a lot. I would like to talk to someone.",
    country: "NL",
    interpreter: false,
  },
  {
    locale: "nl-simple",
    opening: "mijn kind van 2 jaar eet bijna niks",
    request: "Hij wil alleen brood. Is dat erg?",
    country: "NL",
    interpreter: false,
  },
  {
    locale: "tr",
    opening: "bebeğim 4 aylık, gece hiç uyumuyor",
    request: "Gece sık sık uyanıyor. Evde üç kişiyiz ve hepimiz yorgunuz.",
    country: "NL",
    interpreter: false,
  },
  {
    locale: "pl",
    opening: "",
    request: "Niedawno się przeprowadziliśmy. Gdzie mogę poznać innych rodziców w okolicy?",
    country: "PL",
    interpreter: false,
    visit: true,
  },
  {
    locale: "en-simple",
    opening: "my child of 3 years does not listen to me",
    request: "He says no to everything. I get angry and I do not want that.",
    country: "NL",
    interpreter: true,
  },
  {
    locale: "nl",
    opening: "",
    request: "Ik wil graag overleggen over tweetalig opvoeden: Nederlands en Pools thuis.",
    country: "NL",
    interpreter: false,
    visit: true,
  },
  {
    locale: "nl",
    opening: "ik voel niks voor mijn baby",
    request: "Ik geniet niet van mijn baby en durf het bijna niet te zeggen.",
    country: "NL",
    interpreter: false,
  },
];
