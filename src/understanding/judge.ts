/**
 * Holds the signs of a message against the rules.
 *
 * @module
 */
import type { Cluster, Pattern, Rule, Term } from "./rules.ts";
import { type Sign, softeners } from "./signs.ts";

/** A rule that fired, and how sure the words around it let it be. */
export interface Finding {
  readonly rule: Rule;
  /**
   * `loud`: the card. `soft`: the rule itself only doubts, or it needed an earlier message.
   * `faint`: only a hint.
   * `touched`: something of what the rule speaks of is there, and not what makes it a sign.
   * `quiet`: the words around it speak of the past, of "what if", of others or in jest.
   */
  readonly voice: "loud" | "soft" | "faint" | "quiet" | "touched";
}

/** Words that may stand between the first and the last sign of one cluster. */
const widestCluster = 9;

/** Signs by their concept: rules ask for them by name. */
type Heard = ReadonlyMap<string, readonly Sign[]>;

/** Signs kept per concept: a message that repeats itself says no more and must not cost more. */
const mostPerConcept = 24;

export function judge(rules: readonly Rule[], all: readonly Sign[]): Finding[] {
  const heard = new Map<string, Sign[]>();
  for (const sign of all) {
    const same = heard.get(sign.concept);
    if (same === undefined) heard.set(sign.concept, [sign]);
    else if (same.length < mostPerConcept) same.push(sign);
  }
  return judged(rules, heard);
}

function judged(rules: readonly Rule[], signs: Heard): Finding[] {
  return raised(
    rules.flatMap((rule) => findingOf(rule, signs) ?? []),
    signs,
  );
}

/**
 * Two emergencies that each only raise a doubt are no doubt together, and neither is one with a cry for help:
 * the first of them becomes loud.
 */
function raised(findings: readonly Finding[], signs: Heard): Finding[] {
  const soft = findings.filter((finding) => finding.voice === "soft" && finding.rule.level === "emergency");
  const grave = findings.filter(
    (finding) => (finding.voice === "soft" || finding.voice === "loud") && isGrave(finding.rule.level),
  );
  const cries = (signs.get("panic") ?? []).some((sign) => isHere(sign) && !sign.denied);
  const [first] = soft;
  const kinds = new Set(grave.map((finding) => finding.rule.category));
  if (first === undefined || (kinds.size < 2 && !cries)) return [...findings];
  return findings.map((finding) => (finding === first ? { ...finding, voice: "loud" } : finding));
}

const isGrave = (level: Rule["level"]) => level === "emergency" || level === "urgent";

function findingOf(rule: Rule, signs: Heard): Finding | null {
  if (rule.unless.some((pattern) => meets(pattern, signs) !== null)) return null;
  const certain = matches(rule.when, signs);
  const loud = certain.find((match) => match.every(isHere) && !isSoftened(rule, match, signs));
  if (loud) return { rule, voice: "loud" };
  if (certain.some((match) => !isSoftened(rule, match, signs))) return { rule, voice: "soft" };
  const doubtful = matches(rule.doubt, signs);
  if (doubtful.some((match) => !isSoftened(rule, match, signs))) return { rule, voice: "soft" };
  if (matches(rule.hint, signs).some((match) => !isSoftened(rule, match, signs)))
    return { rule, voice: "faint" };
  if (certain.length + doubtful.length > 0) return { rule, voice: "quiet" };
  return rule.level === "emergency" && isTouched(rule, signs) ? { rule, voice: "touched" } : null;
}

function isTouched(rule: Rule, signs: Heard): boolean {
  return rule.parts.some((term) =>
    (signs.get(term.concept) ?? []).some(
      (sign) => isHere(sign) && isTerm(sign, term) && !isSoftened(rule, [sign], signs),
    ),
  );
}

const isHere = (sign: Sign) => sign.ago === 0;

function matches(patterns: readonly Pattern[], signs: Heard): Sign[][] {
  return patterns.flatMap((pattern) => {
    const match = meets(pattern, signs);
    return match === null ? [] : [match];
  });
}

/** The signs that meet a pattern, at least one of them of this message; null when it is not met. */
function meets(pattern: Pattern, signs: Heard): Sign[] | null {
  const all: Sign[] = [];
  for (const cluster of pattern) {
    const match = clusterIn(cluster, signs);
    if (match === null) return null;
    all.push(...match);
  }
  return all.some(isHere) ? all : null;
}

function clusterIn(cluster: Cluster, signs: Heard): Sign[] | null {
  const candidates: Sign[][] = [];
  for (const terms of cluster) {
    const list = signsOf(terms, signs);
    if (list.length === 0) return null;
    candidates.push(list);
  }
  const here = candidates.map((list) => list.filter(isHere));
  return together(here, []) ?? together(candidates, []);
}

function signsOf(terms: readonly Term[], signs: Heard): Sign[] {
  const found: Sign[] = [];
  for (const term of terms) {
    for (const sign of signs.get(term.concept) ?? []) if (isTerm(sign, term)) found.push(sign);
  }
  return found;
}

function together(candidates: readonly (readonly Sign[])[], chosen: readonly Sign[]): Sign[] | null {
  const [first, ...rest] = candidates;
  if (first === undefined) return [...chosen];
  for (const sign of first) {
    if (!chosen.every((other) => other !== sign && isNear(sign, other))) continue;
    const all = together(rest, [...chosen, sign]);
    if (all) return all;
  }
  return null;
}

function isTerm(sign: Sign, term: Term): boolean {
  return term.denied === null || term.denied === sign.denied;
}

/** Signs of different messages are near each other: that is how split signs are joined. */
function isNear(a: Sign, b: Sign): boolean {
  if (a.ago !== b.ago || a.sentence < 0 || b.sentence < 0) return Math.abs(a.ago - b.ago) <= 1;
  return a.sentence === b.sentence && Math.max(a.from - b.to, b.from - a.to) <= widestCluster;
}

function isSoftened(rule: Rule, match: readonly Sign[], signs: Heard): boolean {
  return softeners
    .filter((softener) => !rule.despite.includes(softener))
    .some((softener) => (signs.get(softener) ?? []).some((sign) => !sign.denied && touches(sign, match)));
}

/** A softener works in its own sentence and on the sentence beside it, never across messages. */
function touches(softener: Sign, match: readonly Sign[]): boolean {
  if (softener.ago > 0) return false;
  const reach = softener.concept === "idiom" || softener.concept === "play_animal" ? 0 : 1;
  return match.some(
    (sign) => isHere(sign) && sign.sentence >= 0 && Math.abs(sign.sentence - softener.sentence) <= reach,
  );
}
