import type { Callback } from "./callback.ts";

/**
 * How the last try to reach the parent went, or undefined while nobody tried: since they asked, or since they
 * told us that nobody called.
 */
export function triedSince({ history }: Pick<Callback, "history">): string | undefined {
  const told = history.findLastIndex(({ kind, detail }) => kind === "answered" && detail === "called=no");
  return history.slice(told + 1).findLast(({ kind }) => kind === "attempted")?.detail;
}
