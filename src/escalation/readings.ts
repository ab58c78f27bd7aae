import type { CallbackId } from "../terms.ts";

/** Counts how many callbacks a member of staff opens. */
export interface Readings {
  /** Gives how many different ones this reader opened lately, or 0 when this one was among them already. */
  note(reader: string, callback: CallbackId): Promise<number>;
}

/** A full shift of calls and a handover are well below this. */
const unusual = 60;

/** Whether so many is to be flagged: once at the line, and again at each further step of half of it. */
export function isBulkReading(count: number): boolean {
  return count >= unusual && (count - unusual) % (unusual / 2) === 0;
}
