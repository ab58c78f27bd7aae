import type { Language, Locale } from "../../terms.ts";

/** What the server tells the page about itself, as an attribute of the body. */
export interface Settings {
  readonly texts: Readonly<Record<Locale, string>>;
  readonly pictograms: string;
  readonly organisation: string;
  /** The languages by their own names. */
  readonly names: Readonly<Record<Language, string>>;
  readonly tryOut: boolean;
  readonly outOfHours: readonly {
    readonly names: Readonly<Record<Language, string>>;
    readonly number: string;
  }[];
  readonly theme: Theme;
}

/** How an organisation makes the page its own. */
export interface Theme {
  readonly name?: string;
  /** A colour as `#rrggbb`. Darkened or lightened until words on it are readable. */
  readonly accent?: string;
  /** A picture: of ours, or as a `data:` address of the site that embeds us. */
  readonly logo?: string;
}

export const settings: Settings = JSON.parse(document.body.dataset["settings"] ?? "{}");
