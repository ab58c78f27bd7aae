/**
 * Which writers are kept out of training when the understanding is measured.
 *
 * Whole writers, never lines: a writer's other lines give their words away. Nobody who writes rules or concepts
 * reads these writers.
 *
 * @module
 */
import type { Phrase } from "./lessons.ts";

const heldOut = new Set(["w12", "w14", "w16", "w19", "w21"]);

export function splitByWriter(phrases: readonly Phrase[]): { learned: Phrase[]; unseen: Phrase[] } {
  const unseen = phrases.filter((phrase) => heldOut.has(phrase.writer));
  return { learned: phrases.filter((phrase) => !heldOut.has(phrase.writer)), unseen };
}
