import type { Private } from "../privacy/private.ts";
import type { CallbackId, ChannelName, Locale, PersonId } from "../terms.ts";

/** What a person sent when it was not words or a tap. Never downloaded; answered with choices. */
export type Medium =
  | "voice"
  | "image"
  | "video"
  | "document"
  | "sticker"
  | "location"
  | "contact"
  | "reaction"
  /** New words for a message that was answered already. */
  | "edited"
  | "other";

/**
 * The fixed messages that may be sent when a channel lets nothing else through, because the parent was silent for
 * too long: something is ready to read, a call was missed, is a call still wanted. None says what it is about.
 */
export const knocks = ["ready", "tried", "still-wanted"] as const;
export type Knock = (typeof knocks)[number];

/** Something to be passed on to a parent who did not just write. */
export interface Told {
  /** Which of our texts it is: `nurse-says`, `outcome.referred` and the like. */
  readonly text: string;
  readonly knock: Knock;
  /** Whether the words wait for the parent to open the way; false where the knock says it all. */
  readonly waits: boolean;
  /** The callback that it is about. */
  readonly about?: CallbackId;
  /**
   * Set where the channel refused these words already, when the parent had last written at this time: they wait
   * unless the parent wrote since. With a turn they are that turn's reply, and are nothing once another was taken.
   */
  readonly refused?: { readonly lastInboundAt: number; readonly turn?: number };
}

/** One message as every channel hands it over: who, what, when, and the id under which it may arrive again. */
export interface Inbound {
  /** The channel's own id of the message, or the client's; the deduplication key within one person. */
  readonly id: string;
  readonly person: PersonId;
  readonly channel: ChannelName;
  /**
   * `message`: words or a tap. `opened`: the person opened the chat without saying anything (web).
   * `medium`: a photo, voice note and so on. `due`: nobody wrote; a question of our own is to be asked. `told`:
   * nobody wrote; `words` are a nurse's or ours, to be passed on.
   */
  readonly kind: "message" | "opened" | "medium" | "due" | "told";
  /** What was typed, or the label of what was tapped; empty when neither. */
  readonly words: Private<string>;
  /** The wire id of a tapped choice, `<turn>.<choice>`, on channels that carry one. */
  readonly tapped?: string;
  readonly medium?: Medium;
  /** The dialog to begin, for `due`. */
  readonly asks?: string;
  /** The callback that `asks` is about. */
  readonly about?: CallbackId;
  /** What is passed on, for `told`. */
  readonly told?: Told;
  /** The locale the channel was asked to use (web chat's `activity.locale`), when it is one of the eight. */
  readonly locale?: Locale;
  /** When the person sent it, by the channel's clock, in milliseconds since 1970. */
  readonly sentAt: number;
  /** Where replies go. Opaque to the centre; only the channel that wrote it reads it. Kept encrypted. */
  readonly address: Private<string>;
}

/** One button of a reply. `id` is stable, `label` is in the person's locale and unique within the reply. */
export interface Choice {
  readonly id: string;
  readonly label: string;
  /** A second line where the channel has room for one (WhatsApp list rows, 72 characters). */
  readonly description?: string;
  /** Name of a pictogram of the product's own set, shown beside the label and never instead of it. */
  readonly pictogram?: string;
}

/** One text of a reply, small enough to be one idea. */
export interface Bubble {
  readonly text: string;
  /** What to read aloud where the text would be read badly. */
  readonly speech?: string;
  /** True for what a person may want to keep: the web page offers to print, save and share it. */
  readonly keep?: boolean;
  readonly pictogram?: string;
}

/** Which fixed card a reply is, so that a channel can show it as one. */
export type CardKind = "emergency" | "urgent" | "doubt";

/** Tells whether it is a fixed card that sends to help: shown alone, and before everything else. */
export function isDangerCard(card: CardKind | null): boolean {
  return card === "emergency" || card === "urgent";
}

/**
 * All that is answered to one message, as every channel takes it.
 *
 * Channels with little room join the bubbles into one message; the web page shows them one by one with
 * the choices beneath the last.
 */
export interface Reply {
  readonly bubbles: readonly Bubble[];
  readonly choices: readonly Choice[];
  /** The label of the button that opens a list of choices, in the person's locale (20 characters). */
  readonly listLabel: string;
  readonly locale: Locale;
  /** The turn that wrote it: a tapped choice carries it back, so that a stale button is recognised. */
  readonly turn: number;
  readonly dialog: string;
  readonly node: string;
  readonly card: CardKind | null;
  /** Set where only this fixed message may be sent, and no bubble. */
  readonly knock?: Knock;
  /** The callback that a message of the team's is about: they hear of it when it does not arrive. */
  readonly about?: CallbackId;
}
