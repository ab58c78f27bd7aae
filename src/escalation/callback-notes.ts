import type { CallbackId } from "../terms.ts";

/** What a nurse wrote for the next one, or for herself. Never shown to the parent. */
export interface CallbackNote {
  readonly at: number;
  readonly by: string;
  readonly name: string;
  readonly words: string;
}

/** Whether a nurse thought that a rule fired rightly. Counted in a report; carries no words. */
export interface RuleVerdict {
  readonly at: number;
  readonly by: string;
  readonly rule: string;
  readonly right: boolean;
}

/**
 * Notes between shifts and nurses' judgement of the rules, kept encrypted beside the callback and as long.
 *
 * What belongs in the child's record goes there, by the nurse's own hand; these notes are no record.
 */
export interface CallbackNotes {
  add(id: CallbackId, note: CallbackNote): Promise<void>;
  judge(id: CallbackId, verdict: RuleVerdict): Promise<void>;
  of(
    id: CallbackId,
  ): Promise<{ readonly notes: readonly CallbackNote[]; readonly verdicts: readonly RuleVerdict[] }>;
}
