/** What the page asks the API. The shapes are those of `/nurse/api/openapi.json`. */

export interface Summary {
  readonly id: string;
  readonly state: "waiting" | "claimed" | "called" | "not_reached" | "closed";
  readonly lane: "today" | "soon" | "routine";
  readonly region: string;
  readonly language: string;
  readonly simple: boolean;
  readonly interpreter: boolean;
  readonly meeting: string;
  readonly moment: string;
  readonly requestedAt: number;
  readonly promisedAt: number;
  readonly late: boolean;
  readonly attempts: number;
  readonly undelivered: "waits" | "lost" | null;
  readonly forMe: boolean;
  readonly holder: { readonly name: string; readonly until: number; readonly mine: boolean } | null;
}

export interface Detail extends Summary {
  readonly person: string;
  readonly channel: string;
  readonly locale: string;
  readonly reason: string;
  readonly words: string;
  readonly ageBand: string | null;
  readonly phone: string | null;
  readonly voicemailSafe: boolean;
  readonly consents: readonly string[];
  readonly consentVersion: string;
  readonly toExplain: boolean;
  readonly mayAskLater: boolean;
  readonly preferredNurse: string | null;
  readonly rules: readonly { readonly id: string; readonly verdict: boolean | null }[];
  readonly transcript: readonly { readonly by: "naast" | "parent"; readonly text: string }[];
  readonly windowEndsAt: number | null;
  readonly fixed: {
    readonly suggested: string;
    readonly messages: readonly { readonly name: string; readonly theirs: string; readonly yours: string }[];
  } | null;
  readonly reachable: boolean;
  readonly samePhone: boolean;
  readonly outcome: string | null;
  readonly history: readonly { readonly kind: string; readonly at: number; readonly detail?: string }[];
  readonly notes: readonly { readonly at: number; readonly name: string; readonly words: string }[];
  readonly others: readonly { readonly id: string }[];
}

export interface Me {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly regions: readonly string[];
  readonly organisation: {
    readonly name: string;
    readonly tryOut: boolean;
    readonly zone: string;
    readonly regions: readonly { readonly id: string; readonly name: string }[];
  };
}

/** What the API answered instead of a result. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly holder: string | undefined;

  constructor(status: number, problem: { code?: string; holder?: string }) {
    super(problem.code ?? String(status));
    this.status = status;
    this.code = problem.code ?? "";
    this.holder = problem.holder;
  }
}

/** Reads. `background` is for what the page does by itself: it does not keep a session alive. */
export function read<Answer>(path: string, background = false): Promise<Answer> {
  return ask<Answer>(path, { headers: background ? { "x-naast-background": "1" } : {} });
}

export function write<Answer>(path: string, body: unknown = {}): Promise<Answer> {
  return ask<Answer>(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const answer = await fetch(`/nurse/api${path}`, { credentials: "same-origin", ...init });
  const isJson = /json/.test(answer.headers.get("content-type") ?? "");
  const body: unknown = isJson ? await answer.json() : {};
  if (!answer.ok) throw new Refusal(answer.status, body as { code?: string; holder?: string });
  return body as Answer;
}
