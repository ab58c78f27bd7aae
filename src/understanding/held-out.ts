/**
 * Which writers are kept out of training when the understanding is measured.
 *
 * Whole writers, never lines: a writer's other lines give their words away. These writers were read when rules,
 * concepts and thresholds were tuned; the ones nobody reads stand in `dialogs/understanding/held-out/`.
 *
 * @module
 */
import type { Phrase } from "./lessons.ts";

const readWhileTuning = new Set(["w12", "w14", "w16", "w19", "w21"]);

export function splitByWriter(phrases: readonly Phrase[]): { learned: Phrase[]; unseen: Phrase[] } {
  const unseen = phrases.filter((phrase) => readWhileTuning.has(phrase.writer));
  return { learned: phrases.filter((phrase) => !readWhileTuning.has(phrase.writer)), unseen };
}
