/**
 * Callbacks: who waits for a nurse, how urgently, who took it, and how it ended.
 *
 * @module
 */
import type { CallbackId, ChannelName, Locale, PersonId } from "../terms.ts";

/** How urgent a callback is. `today` within working hours of today, `soon` next working day, `routine` within three. */
export const lanes = ["today", "soon", "routine"] as const;
export type Lane = (typeof lanes)[number];

export const callbackStates = ["waiting", "claimed", "called", "not_reached", "closed"] as const;
export type CallbackState = (typeof callbackStates)[number];

/** When a call suits the parent. */
export const moments = ["morning", "afternoon", "evening", "any"] as const;
type Moment = (typeof moments)[number];

/** How the parent wants to be met. */
export const meetings = ["call", "visit", "walk_in"] as const;
type Meeting = (typeof meetings)[number];

/** What a parent can agree to, each by itself. Only `passing-on` is needed for a callback. */
export const consents = ["passing-on", "voicemail", "afterwards"] as const;
export type Consent = (typeof consents)[number];

/** What the parent saw and confirmed, and nothing else (R-H2). */
export interface CallbackRequest {
  readonly person: PersonId;
  readonly channel: ChannelName;
  readonly locale: Locale;
  readonly lane: Lane;
  /** The theme or concern it is about, as one of our names (`sleep`, `infant_fever`, `asked-for-nurse`). */
  readonly reason: string;
  /** The parent's own words, as they left them after reading; empty when they chose not to add any. */
  readonly words: string;
  /** Age band of the child, `P1` to `P7`, or null when not said. */
  readonly ageBand: string | null;
  /** E.164, confirmed by the parent; null when the channel's own address is to be used or a visit was asked. */
  readonly phone: string | null;
  readonly moment: Moment;
  readonly voicemailSafe: boolean;
  readonly interpreter: boolean;
  readonly meeting: Meeting;
  readonly preferredNurse: string | null;
  /** Region of the organisation; `all` when there is one. */
  readonly region: string;
  /** Where the parent stood in the dialogs: `dialog:node` pairs, for the transcript in the nurse's language. */
  readonly path: readonly string[];
  /** The rules that fired, for the nurse. */
  readonly rules: readonly string[];
  /** What the parent agreed to, and in which wording. */
  readonly consents: readonly Consent[];
  readonly consentVersion: string;
  /** True when two explanations of who reads the request did not come across; the parent knows that it is passed on. */
  readonly toExplain?: boolean;
  readonly requestedAt: number;
  /** The time told to the parent before which a nurse is in touch. */
  readonly promisedAt: number;
}

/** How a callback ended. */
export const outcomes = [
  "advice_given",
  "appointment_made",
  "referred",
  "not_needed",
  "not_reached",
  "withdrawn",
] as const;
export type Outcome = (typeof outcomes)[number];

export interface CallbackEvent {
  readonly kind:
    | "opened"
    | "merged"
    | "claimed"
    | "renewed"
    | "released"
    | "expired"
    | "attempted"
    | "breached"
    | "withdrawn"
    | "handed_over"
    | "closed"
    | "reopened"
    /** A message to the parent did not arrive; `detail`: it `waits` for them behind a fixed one, or is `lost`. */
    | "undelivered"
    /** The parent answered a question about it; `detail` is `called=no`, `helped=better` and the like. */
    | "answered";
  readonly at: number;
  /** The nurse's id, or `parent`, or `system`. */
  readonly by: string;
  readonly detail?: string;
}

export interface Callback {
  readonly id: CallbackId;
  readonly state: CallbackState;
  readonly lane: Lane;
  readonly request: CallbackRequest;
  readonly holder: { readonly nurse: string; readonly name: string; readonly until: number } | null;
  readonly attempts: number;
  readonly outcome: Outcome | null;
  readonly parentInformed: boolean;
  /** True once the promised time went by without a nurse in touch. */
  readonly breached: boolean;
  /** Open callbacks of other people with the same telephone number: shown to the nurse, never joined (P-08). */
  readonly samePhone: readonly CallbackId[];
  readonly closedAt: number | null;
  readonly history: readonly CallbackEvent[];
}

/** A callback as it is listed: without what only its details need. */
export type ListedCallback = Omit<Callback, "samePhone">;

/** Who acts at the console. */
export interface Nurse {
  readonly id: string;
  readonly name: string;
  readonly regions: readonly string[];
}
