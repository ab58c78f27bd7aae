/**
 * How a channel is watched: counts and log lines that name codes, never a person or their words.
 *
 * @module
 */

/** Counts what happens at a channel's door and on its way out. Both names come from short fixed lists. */
export interface ChannelCount {
  count(event: string, by: string): void;
}

/** Tells whoever is on call. Facts are codes and counts. */
export interface ChannelLog {
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
