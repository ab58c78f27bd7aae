import type { Detail, Me, Summary } from "./api.ts";

/** All that the page knows. Gone with the tab; nothing of a parent is ever kept in the browser. */
export interface State {
  me: Me | undefined;
  part: "open" | "closed";
  callbacks: readonly Summary[];
  /** The server's clock less ours: waits are shown by the server's. */
  ahead: number;
  chosen: string | undefined;
  detail: Detail | undefined;
  /** The tokens of what this nurse holds, by callback. */
  readonly tokens: Map<string, string>;
  /** The whole number, once shown, for the callback that is open. */
  phone: { readonly id: string; readonly phone: string; readonly shown: string } | undefined;
}

export const state: State = {
  me: undefined,
  part: "open",
  callbacks: [],
  ahead: 0,
  chosen: undefined,
  detail: undefined,
  tokens: new Map(),
  phone: undefined,
};

export function now(): number {
  return Date.now() + state.ahead;
}

export function zone(): string {
  return state.me?.organisation.zone ?? "Europe/Amsterdam";
}

export function regionName(id: string): string | undefined {
  return state.me?.organisation.regions.find((region) => region.id === id)?.name;
}
