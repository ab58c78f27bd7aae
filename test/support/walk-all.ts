import { advance, canHear } from "../../src/dialog/advance.ts";
import { offer } from "../../src/dialog/present.ts";
import type { Answer, Book, Slots, Standing, Step } from "../../src/dialog/step.ts";
import { enter, waitingAt } from "../../src/dialog/walk.ts";

/** One move of a walk: from which node, by which answer, and what came of it. */
export interface Move {
  readonly edge: string;
  readonly before: Standing;
  readonly answer: Answer;
  readonly step: Step;
}

/** Everything a walk through all dialogs came by. */
export interface Walk {
  readonly moves: readonly Move[];
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
  readonly pairs: ReadonlySet<string>;
}

/**
 * Walks every answer at every node reachable from the start of any dialog, once for each way of arriving there:
 * so every node, every edge, and every pair of edges that can follow each other is walked.
 */
export function walkAll(
  book: Book,
  slots: Slots,
  dialogs: readonly string[] = [...book.dialogs.keys()],
): Walk {
  const arrived = new Set<string>();
  const moves: Move[] = [];
  const nodes = new Set<string>();
  const edges = new Set<string>();
  const pairs = new Set<string>();
  const waiting: { readonly at: Standing; readonly by: string }[] = dialogs.map((dialog) => ({
    at: enter(book, dialog, slots),
    by: `start > ${dialog}`,
  }));

  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const spot = waitingAt(book, next.at.place);
    if (spot === undefined) continue;
    const arrival = `${next.by} >> ${spot.dialog}:${spot.id}`;
    if (arrived.has(arrival)) continue;
    arrived.add(arrival);
    nodes.add(`${spot.dialog}:${spot.id}`);
    const answers: readonly Answer[] = [
      ...offer(spot, next.at.slots).choices.map(({ id }) => ({ kind: "chose", choice: id }) as const),
      ...(canHear(spot.node) ? [{ kind: "said" } as const] : []),
      ...(spot.node.kind === "hear" && spot.node.several !== undefined
        ? [{ kind: "said", several: ["nl", "pl"] } as const]
        : []),
      { kind: "unclear" },
    ];
    for (const answer of answers) {
      const edge = `${spot.dialog}:${spot.id} > ${answer.kind === "chose" ? answer.choice : answer.kind}`;
      edges.add(edge);
      pairs.add(`${next.by} >> ${edge}`);
      const step = advance(book, next.at, answer);
      moves.push({ edge, before: next.at, answer, step });
      waiting.push({ at: step, by: edge });
    }
  }
  return { moves, nodes, edges, pairs };
}
