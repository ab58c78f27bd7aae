import type { Understand, Understanding } from "../../src/understanding/understanding.ts";

/** What is understood of words that say nothing: no danger, no theme, no language. */
export const calm: Understanding = {
  language: "nl",
  languageConfidence: 0.1,
  themes: [{ theme: "other", score: 0 }],
  ageMonths: null,
  concern: { level: "none", category: null, doubt: false, rule: null },
  calm: true,
  trace: "",
};

/** Hears nothing in any words. */
export const hearsNothing: Understand = () => calm;
