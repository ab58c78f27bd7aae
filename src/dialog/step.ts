import type { Dialogs, Place, TextKey } from "./dialog.ts";

/** What was chosen so far: choice ids and our own names, never a person's words. */
export type Slots = Readonly<Record<string, string>>;

/** Where a person is, and what they chose on the way. */
export interface Standing {
  readonly place: Place;
  readonly slots: Slots;
}

/**
 * What a person did at the node where they were waiting.
 *
 * `said` is free words (or a number that could be read) at a node that hears them: the words themselves stay
 * outside the engine. With `several`, what was said could be a number of more than one country: those named.
 */
export type Answer =
  | { readonly kind: "chose"; readonly choice: string }
  | { readonly kind: "said"; readonly several?: readonly string[] }
  | { readonly kind: "unclear" };

/** One button, before it has words. */
export interface Offered {
  readonly id: string;
  readonly text: TextKey;
  readonly pictogram?: string;
  /** True when the parent said that this was tried already. */
  readonly tried?: boolean;
}

/** Something the world must do because the person moved. The engine only asks for it, in this order. */
export type Effect =
  | {
      readonly kind: "say";
      /** Said together, as one text of several lines. */
      readonly texts: readonly TextKey[];
      /** Slots shown in the text, by the name of their place in it. */
      readonly values?: Readonly<Record<string, string>>;
      readonly facts?: readonly string[];
      readonly pictogram?: string;
    }
  | {
      readonly kind: "offer";
      readonly choices: readonly Offered[];
      /** How many of the first choices have no order of their own: shown by alphabet, so that none leads. */
      readonly unordered?: number;
    }
  | { readonly kind: "card"; readonly card: string; readonly level: "emergency" | "urgent" }
  | { readonly kind: "keep-words"; readonly slot: string }
  | { readonly kind: "set-locale"; readonly locale: string }
  | { readonly kind: "show-summary" }
  | { readonly kind: "open-callback" }
  | { readonly kind: "withdraw-callback" }
  | { readonly kind: "check-back" }
  /** `again`: the callback that was asked about is to be back in line for today. */
  | { readonly kind: "tell-team"; readonly answer: string; readonly again: boolean }
  | { readonly kind: "erase" }
  | { readonly kind: "end" };

/** One move: where the person now waits, what they chose, and what to do about it, in order. */
export interface Step extends Standing {
  readonly effects: readonly Effect[];
}

/** What the engine walks through: the dialogs, and which dialog serves a theme at an age. */
export interface Book {
  readonly dialogs: Dialogs;
  /** For each theme the dialog by age band, and `else`. */
  readonly themes: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
