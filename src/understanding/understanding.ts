/**
 * What a message may be about: its language, its theme, the child's age, and above all danger.
 *
 * @module
 */
import type { Language } from "../terms.ts";

/** The themes a question can be routed to. `bottle` and solids are `food`; illness, skin, stool and vaccination are `health_minor`. */
export const themes = [
  "sleep",
  "food",
  "breastfeeding",
  "limits",
  "crying",
  "toilet",
  "development",
  "language_bilingual",
  "fears",
  "siblings",
  "teeth",
  "health_minor",
  "parent_wellbeing",
  "screens",
  "childcare_school",
  "local_offers",
  "other",
  "nurse_request",
] as const;
export type Theme = (typeof themes)[number];

/** How loud a concern is: 112 now, a doctor or crisis line today, a callback offered, nothing. */
export const concernLevels = ["emergency", "urgent", "nurse", "none"] as const;
export type ConcernLevel = (typeof concernLevels)[number];

/** What a concern is about. Each `emergency` and `urgent` category has its own fixed card. */
export const concernCategories = [
  "breathing",
  "unconscious",
  "seizure",
  "choking",
  "poisoning",
  "infant_fever",
  "dehydration",
  "rash_meningitis",
  "head_injury",
  "bleeding_burn",
  "blue_grey",
  "floppy",
  "suicidal_parent",
  "harm_child_thought",
  "shaking_baby",
  "violence_home",
  "sexual_abuse",
  "psychosis_postpartum",
  "neglect_no_food",
  "self_harm_teen",
  "exhausted_parent",
  "low_mood",
  "bonding",
  "excessive_crying",
  "weight_growth",
  "development_regression",
  "other",
] as const;
export type ConcernCategory = (typeof concernCategories)[number];

/** The finding that a danger sign may apply. It names the rule that fired, never what the person wrote. */
export interface Concern {
  readonly level: ConcernLevel;
  /** Null only for level `none` without doubt. */
  readonly category: ConcernCategory | null;
  /** The category whose card is shown, where a rule names another than its own. */
  readonly card?: ConcernCategory | undefined;
  /** True when the level is not certain enough for a card: the alarm check is asked instead. */
  readonly doubt: boolean;
  /** The rule that decided, for the nurse and for tests. Null when no rule did. */
  readonly rule: string | null;
}

/** Everything found in one message. */
export interface Understanding {
  /** The language of the words; `other` for a language we do not have. */
  readonly language: Language | "other";
  /** How sure the language is, 0 to 1. A conversation switches only on a sure one. */
  readonly languageConfidence: number;
  /** One to three themes, most likely first, each score a calibrated probability from 0 to 1. */
  readonly themes: readonly { readonly theme: Theme; readonly score: number }[];
  /** Completed months, from the words alone or else from the hint; null when neither says. */
  readonly ageMonths: number | null;
  readonly concern: Concern;
  /** Whether free text may lead straight to advice: the detector is confidently calm. */
  readonly calm: boolean;
  /**
   * The concepts heard, as short names of ours and never words of theirs. A later message of the same
   * conversation is understood together with the traces before it, so that signs split over several
   * messages are joined.
   */
  readonly trace: string;
}

/** What is known before a message is read. */
export interface Hint {
  readonly language?: Language | undefined;
  readonly ageMonths?: number | undefined;
  /** Traces of up to three earlier messages of the last 15 minutes, oldest first. */
  readonly earlier?: readonly string[] | undefined;
}

/** Understands one message. Pure, offline, total: it never throws; what cannot be read counts as doubt. */
export type Understand = (words: string, hint?: Hint) => Understanding;
