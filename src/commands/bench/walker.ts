import { createHash } from "node:crypto";
import type { Conversation } from "../../conversation/conversation.ts";
import type { Inbound } from "../../conversation/inbound.ts";
import type { Script } from "../../conversation/script.ts";
import { loadContent } from "../../http/load-content.ts";
import { composeScript, loadOrganisation } from "../../http/load-script.ts";
import { loadUnderstanding } from "../../http/load-understanding.ts";
import { Private } from "../../privacy/private.ts";
import type { CallbackId, PersonId } from "../../terms.ts";

/** What a parent says in the benchmark: a question in words, then taps, over and over. */
const lines = [
  "mijn baby van 6 weken slaapt alleen op mij",
  "no",
  "skip",
  "1",
  "fits",
  "skip",
  "skip",
  "skip",
  "menu",
] as const;

/** The production script, with or without understanding words. */
export function benchScript(root: string, understanding: boolean): Script {
  const calm: Script["understand"] = (words) => ({
    language: "nl",
    languageConfidence: 1,
    themes: [{ theme: words.includes("slaapt") ? "sleep" : "other", score: 0.9 }],
    ageMonths: 1,
    concern: { level: "none", category: null, doubt: false, rule: null },
    calm: true,
    trace: "",
  });
  return composeScript(root, loadContent(root), understanding ? loadUnderstanding(root) : calm, {
    organisation: loadOrganisation(root, undefined, false),
    whatsAppHealthText: "route",
    pageUrl: "http://127.0.0.1/",
    callbackId: (person, id) => createHash("sha256").update(`${person}${id}`).digest("hex") as CallbackId,
  });
}

/** The next message of a person: words first, then taps on what the last reply offered. */
export function nextInbound(person: PersonId, at: number, conversation: Conversation | undefined): Inbound {
  const line = lines[at % lines.length] ?? "menu";
  const offered = conversation?.offered ?? [];
  const choice = at % lines.length === 0 ? undefined : (offered.find((id) => id === line) ?? offered[0]);
  return {
    id: `${person}-${at}`,
    person,
    channel: "directline",
    kind: "message",
    words: new Private(choice === undefined ? line : "choice"),
    ...(choice === undefined ? {} : { tapped: `${conversation?.turn}.${choice}` }),
    sentAt: Date.now(),
    address: new Private("bench"),
  };
}
