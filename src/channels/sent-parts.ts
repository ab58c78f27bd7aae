import type { SendOutcome } from "../conversation/turn-log.ts";

const mostRemembered = 10_000;

/**
 * Remembers how many parts of a reply went out, until it is settled, so that a second try goes on where the
 * first one stopped. In this process only: another one, or the next, starts with the first part.
 */
export interface SentParts {
  of(key: string): number;
  note(key: string): void;
  settle(key: string, outcome: SendOutcome): void;
}

export function sentParts(): SentParts {
  const parts = new Map<string, number>();
  return {
    of: (key) => parts.get(key) ?? 0,
    note(key) {
      const [oldest] = parts.keys();
      if (parts.size >= mostRemembered && oldest !== undefined && !parts.has(key)) parts.delete(oldest);
      parts.set(key, (parts.get(key) ?? 0) + 1);
    },
    settle(key, { kind }) {
      if (kind === "sent" || kind === "dropped") parts.delete(key);
    },
  };
}
