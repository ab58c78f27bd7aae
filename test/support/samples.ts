import { randomUUID } from "node:crypto";
import type { Conversation } from "../../src/conversation/conversation.ts";
import type { Inbound, Reply } from "../../src/conversation/inbound.ts";
import type { CallbackRequest, Nurse } from "../../src/escalation/callback.ts";
import { readKeyring } from "../../src/privacy/keyring.ts";
import { Private } from "../../src/privacy/private.ts";
import type { CallbackId, PersonId } from "../../src/terms.ts";
import { parents } from "./canaries.ts";

export const keyring = readKeyring(
  `test:${Buffer.alloc(32, 7).toString("base64")},person:${Buffer.alloc(32, 9).toString("base64")}`,
);

export function aPerson(): PersonId {
  return `P-${randomUUID().slice(0, 18)}` as PersonId;
}

export function aCallbackId(): CallbackId {
  return `cb-${randomUUID()}` as CallbackId;
}

export function anInbound(
  person: PersonId,
  given: Partial<Inbound> & { readonly text?: string } = {},
): Inbound {
  const { text, address = new Private(aNumber("address").slice(1)), words = wordsOf(text), ...rest } = given;
  return {
    id: randomUUID(),
    person,
    channel: "whatsapp",
    kind: "message",
    words,
    sentAt: Date.now(),
    address,
    ...rest,
  };
}

function wordsOf(text = `slaapt slecht ${parents.word("words of a message")}`): Private<string> {
  return new Private(text);
}

/** A number of nobody else, so that it can be searched for. */
function aNumber(field: string): string {
  return `+31${parents.phone(field).slice(1)}`;
}

export function aConversation(person: PersonId, given: Partial<Conversation> = {}): Conversation {
  const { address = aNumber("address").slice(1), ...rest } = given;
  return {
    v: 1,
    person,
    channel: "whatsapp",
    address,
    locale: "nl",
    localeChosen: false,
    place: [],
    slots: {},
    said: {},
    offered: [],
    turn: 1,
    ageMonths: null,
    traces: [],
    path: [],
    callback: null,
    lastInboundAt: Date.now(),
    greetedAt: null,
    ...rest,
  };
}

export function aReply(text: string, given: Partial<Reply> = {}): Reply {
  return {
    bubbles: [{ text }],
    choices: [],
    listLabel: "Kies",
    locale: "nl",
    turn: 1,
    dialog: "menu",
    node: "start",
    card: null,
    ...given,
  };
}

export function aRequest(person: PersonId, given: Partial<CallbackRequest> = {}): CallbackRequest {
  const {
    words = `Mijn kind slaapt slecht ${parents.word("words of a request")}`,
    phone = aNumber("number to call"),
    ...rest
  } = given;
  return {
    person,
    channel: "whatsapp",
    locale: "nl",
    lane: "soon",
    reason: "sleep",
    words,
    ageBand: "P2",
    phone,
    moment: "any",
    voicemailSafe: true,
    interpreter: false,
    meeting: "call",
    preferredNurse: null,
    region: "north",
    path: ["sleep:check"],
    rules: [],
    consents: ["passing-on"],
    consentVersion: "1",
    requestedAt: Date.now(),
    promisedAt: Date.now() + 86_400_000,
    ...rest,
  };
}

export function aNurse(name: string, given: Partial<Nurse> = {}): Nurse {
  return { id: `nurse-${name}`, name, regions: ["all"], ...given };
}
