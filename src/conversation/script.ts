import type { Book } from "../dialog/step.ts";
import type { Organisation } from "../escalation/organisation.ts";
import type { Load, PromisedTime } from "../escalation/promise-time.ts";
import type { Catalogue } from "../language/catalogue.ts";
import type { CallbackId, Language, Locale, PersonId } from "../terms.ts";
import type { Understand } from "../understanding/understanding.ts";
import type { CommandWords } from "./read-command.ts";

/** What a source of facts is called, and whether a professional has reviewed a fact. */
export interface FactSource {
  readonly titles: readonly string[];
  readonly reviewed: boolean;
}

/** What a deployment says and looks out for. Read once at start, never changed. */
export interface Script {
  readonly book: Book;
  readonly catalogue: Catalogue;
  readonly understand: Understand;
  readonly commands: CommandWords;
  /** The levels each card has a text for; a level without one uses the card `other`. */
  readonly cards: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly facts: ReadonlyMap<string, FactSource>;
  readonly organisation: Organisation;
  readonly promise: (lane: "today" | "soon" | "routine", now: number, load: Load) => PromisedTime;
  /** `link`: on WhatsApp, parents are sent to the page after the danger check. */
  readonly whatsAppHealthText: "route" | "link";
  /** Where the parents' page is, for links. */
  readonly pageUrl: string;
  readonly defaultLocale: Locale;
  /** Names the wording in which consents are asked. */
  readonly consentVersions: Readonly<Record<Locale, string>>;
  /** Names the callback that one message asks for: the same for every retry of that message. */
  readonly callbackId: (person: PersonId, inboundId: string) => CallbackId;
}

/** What a turn knows of the world outside: the time, and how much work waits for the nurses. */
export interface Present {
  readonly now: number;
  readonly load: Load;
  /** A second opinion on the language of this message, where one was asked. */
  readonly spoken?: Language | undefined;
}
