/**
 * Judges what happened by what was written down of it, and by nothing else: it knows no code of the product.
 *
 * @module
 */

/** One line of a history. */
export type Happened =
  /** A parent wrote something; `key` is the name under which its reply has to come. */
  | { readonly kind: "wrote"; readonly parent: string; readonly number: number; readonly key: string }
  /** A door said 200 to it, for the first time. */
  | { readonly kind: "accepted"; readonly key: string }
  /** Meta took a reply, so the parent sees it. `promises`: it says that a nurse will call. */
  | {
      readonly kind: "seen";
      readonly parent: string;
      readonly key: string;
      readonly turn: number;
      readonly promises: boolean;
      /** A card of a danger sign: it goes before everything else on its way to the parent, on purpose. */
      readonly card?: boolean;
      /** How it begins, for whoever reads the history. */
      readonly says: string;
    }
  /** Asked or told about danger while the store was away, which is no answer yet: that comes when it is back. */
  | { readonly kind: "warned"; readonly parent: string; readonly key: string }
  /** What stood in the queue of callbacks at the end. */
  | { readonly kind: "callback"; readonly parent: string; readonly requests: number }
  /** What was done to the machines. */
  | { readonly kind: "nemesis"; readonly what: string };

export interface Verdict {
  readonly accepted: number;
  readonly promises: number;
  /** Asked or told about danger while the store was away. */
  readonly warned: number;
  /** Accepted and never answered. */
  readonly lost: readonly string[];
  /** Answered more than once. */
  readonly duplicated: readonly string[];
  /** Answered after an answer to something later, or by an earlier turn. */
  readonly outOfOrder: readonly string[];
  /** Replies to nothing that was written. */
  readonly unasked: readonly string[];
  /** Parents who were told that a nurse will call, without a callback, or the other way round, or twice. */
  readonly brokenPromises: readonly string[];
}

export function checkHistory(history: readonly Happened[]): Verdict {
  const wrote = new Map(of(history, "wrote").map((one) => [one.key, one]));
  const accepted = of(history, "accepted").map(({ key }) => key);
  const seen = of(history, "seen");
  const answers = countBy(seen.map(({ key }) => key));
  const warned = new Set(of(history, "warned").map(({ key }) => key));
  return {
    accepted: new Set(accepted).size,
    promises: seen.filter(({ promises }) => promises).length,
    warned: warned.size,
    lost: [...new Set(accepted)].filter((key) => !answers.has(key) && !warned.has(key)),
    duplicated: [...answers].filter(([, times]) => times > 1).map(([key]) => key),
    outOfOrder: overtaken(seen, wrote),
    unasked: [...answers.keys(), ...warned].filter((key) => !wrote.has(key)),
    brokenPromises: brokenPromises(seen, of(history, "callback")),
  };
}

/** Whether nothing is wrong; a history in which nothing happened proves nothing and is no success. */
export function isSpotless(verdict: Verdict): boolean {
  const { accepted, lost, duplicated, outOfOrder, unasked, brokenPromises } = verdict;
  return (
    accepted > 0 && [lost, duplicated, outOfOrder, unasked, brokenPromises].every((one) => one.length === 0)
  );
}

type Of<Kind> = Extract<Happened, { readonly kind: Kind }>;

function of<Kind extends Happened["kind"]>(history: readonly Happened[], kind: Kind): readonly Of<Kind>[] {
  return history.filter((one): one is Of<Kind> => one.kind === kind);
}

/**
 * Those that came after an answer to something later, or by a turn that was not later than the one before. A card
 * overtakes by right.
 */
function overtaken(seen: readonly Of<"seen">[], wrote: ReadonlyMap<string, Of<"wrote">>): readonly string[] {
  const lastOf = new Map<string, Of<"seen">>();
  const numberOf = ({ key }: Of<"seen">): number => wrote.get(key)?.number ?? 0;
  const isOvertaken = (one: Of<"seen">): boolean => {
    const last = lastOf.get(one.parent);
    lastOf.set(one.parent, one);
    if (last === undefined || last.key === one.key) return false;
    return numberOf(one) < numberOf(last) || one.turn <= last.turn;
  };
  return seen
    .filter(({ card }) => card !== true)
    .filter(isOvertaken)
    .map(({ key }) => key);
}

function brokenPromises(
  seen: readonly Of<"seen">[],
  callbacks: readonly Of<"callback">[],
): readonly string[] {
  const told = countBy(seen.filter(({ promises }) => promises).map(({ parent }) => parent));
  const kept = new Map(callbacks.map(({ parent, requests }) => [parent, requests]));
  const parents = new Set([...told.keys(), ...kept.keys()]);
  return [...parents].filter((parent) => (told.get(parent) ?? 0) !== (kept.get(parent) ?? 0));
}

function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
