import type { Locale } from "../../terms.ts";

/** An activity of Direct Line 3.0, as far as the page looks into it. */
export interface Activity {
  readonly type: string;
  readonly id?: string;
  readonly text?: string;
  readonly speak?: string;
  readonly locale?: Locale;
  readonly from?: { readonly role?: string };
  readonly suggestedActions?: { readonly actions: readonly ActivityChoice[] };
  readonly channelData?: {
    readonly clientActivityID?: string;
    readonly naast?: {
      readonly dialog: string;
      readonly node: string;
      readonly card: string | null;
      readonly turn?: number;
      readonly keep?: boolean;
      readonly pictogram?: string;
    };
  };
}

export interface ActivityChoice {
  readonly title: string;
  readonly value: string;
  readonly channelData?: {
    readonly choice?: string;
    readonly description?: string;
    readonly pictogram?: string;
  };
}
