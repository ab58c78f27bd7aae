/**
 * Joins what the rules found with what the trained model suspects. Only a rule sets a level; the model asks where the
 * rules are silent or doubt, lets a rule speak that only whispers, and chooses among the dangers that rules name.
 *
 * @module
 */
import type { Finding } from "./judge.ts";
import { type Concern, type ConcernCategory, type ConcernLevel, concernLevels } from "./understanding.ts";

/** From this suspicion on the alarm check is asked. Measured on writers held out: `npm run understand:report`. */
const thresholds = {
  /** No rule fired. */
  silent: 0.05,
  /** No rule fired, or only one that hints, and it plainly asks about something ordinary. */
  ordinary: 0.16,
  /** A rule fired, but the words around it speak of the past, of "what if", of others or in jest. */
  quiet: 0.15,
  /**
   * A rule found an emergency but would only ask, only hints, or speaks of what was said: this sure of an emergency,
   * the model lets it speak at once. Upwards only; level and card stay those of a rule.
   */
  sure: 0.42,
  /** The same for a rule that the words around it quieted: they are to be outweighed. */
  surer: 0.6,
  /**
   * A rule is certain of an emergency the model sees little of: asked first, never dropped. Unless the model is this sure
   * that it is grave: then the rule decides how grave.
   */
  unlikely: 0.38,
  grave: 0.6,
  /** A rule that only doubts is dropped below this. */
  soft: 0.05,
  /** A rule fired for less than an emergency: how sure of an emergency the model has to be to ask. */
  higher: 0.3,
  /** Below this, with no rule at all, free text may lead straight to advice. */
  calm: 0.045,
};

/** How much likelier it makes a danger that a rule spoke of it in that voice. */
const plainness: Readonly<Record<Finding["voice"], number>> = {
  loud: 4.5,
  soft: 2.7,
  quiet: 1.6,
  faint: 1.6,
  touched: 1.3,
};

interface Circumstances {
  /** What is wrong cannot be known: part of the message was too long to be read, or it only cries for help. */
  readonly unsaid: boolean;
  /** A question like any other, about a theme that is sure; or one word, whose letters alone tell too little. */
  readonly ordinary: boolean;
  /** Completed months, if known. */
  readonly ageMonths: number | null;
  /** The words are in a language we do not have. */
  readonly foreign: boolean;
}

type Scores = ReadonlyMap<string, number>;

export function concernOf(
  findings: readonly Finding[],
  level: Scores,
  category: Scores,
  { unsaid, foreign, ordinary, ageMonths }: Circumstances,
): { concern: Concern; calm: boolean } {
  const suspicion = (level.get("emergency") ?? 0) + (level.get("urgent") ?? 0);
  const concern =
    decided(findings, level, category, suspicion) ??
    suspected(
      findings,
      possible(category, ageMonths),
      suspicion,
      ordinary ? thresholds.ordinary : thresholds.silent,
    );
  const doubt = concern.doubt || unsaid;
  return {
    concern: { ...concern, doubt, category: concern.category ?? (doubt ? "other" : null) },
    calm: concern.level === "none" && !doubt && !foreign && suspicion < thresholds.calm,
  };
}

/** Fever of a young baby is not suspected in a child known to be older. */
function possible(category: Scores, ageMonths: number | null): Scores {
  if (ageMonths === null || ageMonths < 3) return category;
  return new Map([...category].filter(([name]) => name !== "infant_fever"));
}

/** The loudest rule that spoke with certainty, or that the model is sure of. */
function decided(
  findings: readonly Finding[],
  level: Scores,
  category: Scores,
  suspicion: number,
): Concern | null {
  const emergency = level.get("emergency") ?? 0;
  const loud = findings
    .filter((finding) => finding.voice === "loud" || mayBeRaised(finding, emergency))
    .sort(byLevel)[0];
  if (!loud || loud.rule.level === "none") return null;
  const found = loud.rule.level;
  const { category: about, card, id } = mostFitting(findings, found, category).rule;
  const least = found === "nurse" ? thresholds.silent : thresholds.higher;
  const asked =
    (found === "nurse" ? suspicion : emergency) >= least || louderIsSoft(findings, loud, suspicion);
  const isUnlikely = emergency < thresholds.unlikely && suspicion < thresholds.grave;
  const doubt = found === "emergency" ? isUnlikely : asked;
  return { level: found, category: about, card, doubt, rule: id };
}

/**
 * Which of the dangers that rules of this level name in any voice is meant, so that its card is shown: the one the
 * model finds likeliest, unless another was said much more plainly.
 */
function mostFitting(findings: readonly Finding[], level: ConcernLevel, category: Scores): Finding {
  const odds = ({ rule, voice }: Finding) => (category.get(rule.category) ?? 0) * plainness[voice];
  return findings
    .filter(({ rule }) => rule.level === level)
    .reduce((best, finding) => (odds(finding) > odds(best) ? finding : best));
}

function mayBeRaised({ rule, voice }: Finding, emergency: number): boolean {
  if (rule.level !== "emergency" || voice === "loud") return false;
  return emergency >= (voice === "quiet" ? thresholds.surer : thresholds.sure);
}

/** Whether a graver rule than the loud one has at least a doubt. */
function louderIsSoft(findings: readonly Finding[], loud: Finding, suspicion: number): boolean {
  return (
    suspicion >= thresholds.soft &&
    findings.some((finding) => finding.voice === "soft" && byLevel(finding, loud) < 0)
  );
}

/** The best of what only doubts: a rule that asks, one that was softened, a hint, and at last the model alone. */
function suspected(
  findings: readonly Finding[],
  category: Scores,
  suspicion: number,
  least: number,
): Concern {
  const heard = (voice: Finding["voice"]) => findings.filter((finding) => finding.voice === voice);
  const likeliest = byCategory(category);
  const gravest = (voice: Finding["voice"]) =>
    heard(voice).sort((a, b) => byLevel(a, b) || likeliest(a, b))[0];
  const soft = gravest("soft");
  const suspects = suspicion >= least;
  if (soft && (suspicion >= thresholds.soft || soft.rule.category === "infant_fever"))
    return doubted(soft, suspects);
  const quiet = gravest("quiet");
  if (quiet && suspicion >= thresholds.quiet) return doubted(quiet, suspects);
  if (!suspects) return { level: "none", category: null, doubt: false, rule: null };
  const faint = heard("faint").sort(likeliest)[0];
  return faint
    ? doubted(faint, suspects)
    : { level: "none", category: likeliestOf(category), doubt: true, rule: null };
}

/** A doubt keeps the level of its rule, so that the right card follows a "yes". A nurse is no answer to a suspicion. */
function doubted({ rule }: Finding, suspects: boolean): Concern {
  const doubt = rule.level !== "nurse" || suspects;
  return { level: rule.level, category: rule.category, doubt, rule: rule.id };
}

const rank = (level: ConcernLevel) => concernLevels.indexOf(level);
const byCategory = (scores: Scores) => (a: Finding, b: Finding) =>
  (scores.get(b.rule.category) ?? 0) - (scores.get(a.rule.category) ?? 0);
const byLevel = (a: Finding, b: Finding) => rank(a.rule.level) - rank(b.rule.level);

function likeliestOf(category: Scores): ConcernCategory {
  const best = [...category].sort(([, a], [, b]) => b - a)[0];
  return (best?.[0] ?? "other") as ConcernCategory;
}
