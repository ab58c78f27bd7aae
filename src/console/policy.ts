import type { Actor, Role } from "./actor.ts";

/** What the rules below are called in the audit record; raised with every change of who may do what. */
export const policyVersion = "3";

interface Rule {
  /** Who may. Nobody else, ever. */
  readonly roles: readonly Role[];
  /** `callback`: only within the actor's regions. `own`: only what is the actor's own. */
  readonly object: "callback" | "callbacks" | "figures" | "audit" | "sessions" | "own";
  /** What the audit record calls it; null for what shows nothing of anyone but the actor. */
  readonly event: string | null;
}

/**
 * Who may do what at the console: the one place that says so.
 *
 * Every route names its line here, and what has no line cannot be served. A lead sees how the work goes
 * and nothing of persons; an auditor sees who looked and nothing of what they saw.
 */
export const policy = {
  "see-me": { roles: ["nurse", "lead", "auditor"], object: "own", event: null },
  "list-callbacks": { roles: ["nurse"], object: "callbacks", event: "callbacks-listed" },
  "watch-callbacks": { roles: ["nurse"], object: "callbacks", event: "callbacks-watched" },
  "open-callback": { roles: ["nurse"], object: "callback", event: "callback-viewed" },
  "claim-callback": { roles: ["nurse"], object: "callback", event: "callback-claimed" },
  "claim-next": { roles: ["nurse"], object: "callbacks", event: "callback-claimed" },
  "renew-callback": { roles: ["nurse"], object: "callback", event: "callback-renewed" },
  "release-callback": { roles: ["nurse"], object: "callback", event: "callback-released" },
  "hand-over-callback": { roles: ["nurse"], object: "callback", event: "callback-handed-over" },
  "show-phone": { roles: ["nurse"], object: "callback", event: "phone-viewed" },
  "note-attempt": { roles: ["nurse"], object: "callback", event: "attempt-noted" },
  "message-parent": { roles: ["nurse"], object: "callback", event: "parent-messaged" },
  "note-callback": { roles: ["nurse"], object: "callback", event: "note-written" },
  "judge-rule": { roles: ["nurse"], object: "callback", event: "rule-judged" },
  "close-callback": { roles: ["nurse"], object: "callback", event: "callback-closed" },
  "reopen-callback": { roles: ["nurse"], object: "callback", event: "callback-reopened" },
  "list-colleagues": { roles: ["nurse"], object: "own", event: null },
  "list-signed-in": { roles: ["lead"], object: "sessions", event: "sessions-listed" },
  "end-sessions": { roles: ["lead"], object: "sessions", event: "sessions-ended" },
  "see-figures": { roles: ["lead"], object: "figures", event: "figures-viewed" },
  "export-figures": { roles: ["lead"], object: "figures", event: "figures-exported" },
  "see-rule-figures": { roles: ["lead"], object: "figures", event: "figures-viewed" },
  "export-rule-figures": { roles: ["lead"], object: "figures", event: "figures-exported" },
  "search-audit": { roles: ["auditor"], object: "audit", event: "audit-viewed" },
  "export-audit": { roles: ["auditor"], object: "audit", event: "audit-exported" },
  "check-audit": { roles: ["auditor"], object: "audit", event: "audit-checked" },
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof policy;

export function ruleOf(action: Action): Rule {
  return policy[action];
}

export function may(actor: Actor, action: Action): boolean {
  return ruleOf(action).roles.some((role) => actor.roles.includes(role));
}
