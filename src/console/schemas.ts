/**
 * What the console's API takes and gives. The description of the API is made from these.
 *
 * @module
 */
import { z } from "zod";
import { type Knock, knocks } from "../conversation/inbound.ts";
import { callbackStates, consents, lanes, meetings, moments, outcomes } from "../escalation/callback.ts";
import { languages, locales } from "../terms.ts";
import { roles } from "./actor.ts";
import { auditRecordSchema } from "./audit.ts";

const time = z.int().meta({ description: "Milliseconds since 1970" });
const token = z.string().min(1).max(200).meta({ description: "The token that claiming gave" });
/** No control characters: what a nurse types goes to screens, messages and the access record. */
const words = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(
      (typed) => !/[\p{Cc}\p{Bidi_Control}]/u.test(typed.replaceAll(/[\n\t]/g, "")),
      "control characters",
    );

const holderSchema = z.object({ name: z.string(), until: time, mine: z.boolean() });

/** Every knock but the one that own words are kept behind. */
const fixedMessages = ["tried", "still-wanted"] as const satisfies readonly Knock[];

/** A callback as the list shows it: enough to choose by, nothing of what it is about. */
export const summarySchema = z
  .object({
    id: z.string(),
    state: z.enum(callbackStates),
    lane: z.enum(lanes),
    region: z.string(),
    language: z.enum(languages),
    simple: z.boolean().meta({ description: "The parent reads the plain form" }),
    interpreter: z.boolean(),
    meeting: z.enum(meetings),
    moment: z.enum(moments),
    requestedAt: time,
    promisedAt: time,
    late: z.boolean().meta({ description: "The promised time has passed and nobody tried to call yet" }),
    attempts: z.int(),
    undelivered: z.enum(["waits", "lost"]).nullable().meta({
      description: "What became of the last message that did not reach the parent, until a call is tried",
    }),
    forMe: z.boolean().meta({ description: "The parent asked for the nurse who is signed in" }),
    holder: holderSchema.nullable(),
  })
  .meta({ id: "CallbackSummary" });

const lineSchema = z.object({
  by: z.enum(["naast", "parent"]),
  text: z.string(),
});

const historySchema = z.object({ kind: z.string(), at: time, by: z.string(), detail: z.string().optional() });

export const detailSchema = summarySchema
  .extend({
    person: z.string().meta({ description: "A pseudonym" }),
    channel: z.string(),
    locale: z.enum(locales),
    reason: z.string(),
    words: z.string().meta({ description: "The parent's own words, as confirmed by the parent" }),
    ageBand: z.string().nullable(),
    phone: z.string().nullable().meta({ description: "Masked but for two digits" }),
    voicemailSafe: z.boolean(),
    preferredNurse: z.string().nullable(),
    rules: z.array(
      z.object({
        id: z.string(),
        verdict: z.boolean().nullable().meta({ description: "Whether a nurse thought it fired rightly" }),
      }),
    ),
    transcript: z.array(lineSchema).meta({ description: "The bot's lines in the nurse's language" }),
    consents: z.array(z.enum(consents)).meta({ description: "What the parent agreed to, each by itself" }),
    consentVersion: z.string().meta({ description: "Names the wording the parent agreed to" }),
    toExplain: z
      .boolean()
      .meta({ description: "Who reads the request did not come across; explain it first" }),
    mayAskLater: z
      .boolean()
      .meta({ description: "Whether the parent wants to be asked later whether it helped" }),
    windowEndsAt: time.nullable().meta({ description: "Until when WhatsApp lets a free message through" }),
    fixed: z
      .object({
        suggested: z.enum(knocks),
        messages: z.array(z.object({ name: z.enum(knocks), theirs: z.string(), yours: z.string() })),
      })
      .nullable()
      .meta({ description: "What may be sent after the window, in the parent's and the nurse's language" }),
    reachable: z.boolean().meta({ description: "Whether a message can be sent to the parent" }),
    samePhone: z.boolean().meta({ description: "Another person's open callback has the same number" }),
    outcome: z.enum(outcomes).nullable(),
    parentInformed: z.boolean(),
    history: z.array(historySchema),
    notes: z.array(z.object({ at: time, name: z.string(), words: z.string() })),
    others: z.array(z.object({ id: z.string(), state: z.enum(callbackStates), requestedAt: time })).meta({
      description: "Other callbacks of the same person that are still kept",
    }),
  })
  .meta({ id: "CallbackDetail" });

export const listQuery = z.object({
  part: z.enum(["open", "closed"]).default("open"),
  limit: z.coerce.number().int().min(1).max(500).default(200),
});
export const listAnswer = z.object({ now: time, callbacks: z.array(summarySchema) });

export const openBody = z.strictObject({
  reason: words(200).meta({ description: "Why the details are needed; kept in the access record" }),
  language: z.enum(["nl", "en"]).default("nl"),
});

export const nextBody = z.strictObject({ languages: z.array(z.enum(languages)).min(1).optional() });
export const nothing = z.strictObject({});
export const holdAnswer = z.object({ id: z.string(), token: z.string(), until: time });
export const nextAnswer = holdAnswer.nullable().meta({ description: "Null when nobody waits" });
export const tokenBody = z.strictObject({ token });
export const releaseBody = z.strictObject({
  token,
  notBefore: time.optional().meta({ description: "Keeps it from being given out before this time" }),
});
export const renewAnswer = z.object({ until: time });
export const phoneAnswer = z.object({
  phone: z.string().nullable().meta({ description: "E.164; null: the parent asked for no call" }),
  shown: z.string().nullable(),
});
export const attemptBody = z.strictObject({
  token,
  result: z.enum(["called", "not_reached"]),
  retryAt: time.optional().meta({ description: "With `not_reached`: puts it back in line until then" }),
  tellParent: z
    .boolean()
    .default(false)
    .meta({ description: "Sends the parent a message that names no content" }),
});
export const closeBody = z.strictObject({
  token,
  outcome: z.enum(outcomes),
  parentInformed: z.boolean(),
  note: words(2000).optional(),
  checkBackDays: z.int().min(1).max(60).optional().meta({
    description:
      "Asks the parent after so many days whether it helped; left out where `mayAskLater` is false",
  }),
});
export const messageBody = z
  .strictObject({
    token,
    words: words(1000).optional().meta({ description: "The nurse's own words" }),
    fixed: z.enum(fixedMessages).optional().meta({
      description: "One of the messages that may be sent after the window, instead of own words",
    }),
  })
  .refine((message) => (message.words === undefined) !== (message.fixed === undefined), {
    message: "either own words or a fixed message",
  });
export const messageAnswer = z.object({
  done: z.literal(true),
  waits: z
    .boolean()
    .meta({ description: "The words wait until the parent opens the chat; a knock was sent" }),
});
export const noteBody = z.strictObject({ words: words(2000) });
export const judgeBody = z.strictObject({ rule: words(80), right: z.boolean() });
export const handOverBody = z.strictObject({ token, to: words(120), note: words(2000).optional() });
export const done = z.object({ done: z.literal(true) });

export const meAnswer = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(z.enum(roles)),
  regions: z.array(z.string()),
  organisation: z.object({
    name: z.string(),
    tryOut: z.boolean(),
    zone: z.string(),
    regions: z.array(z.object({ id: z.string(), name: z.string() })),
  }),
});
export const colleaguesAnswer = z.object({
  colleagues: z.array(z.object({ id: z.string(), name: z.string() })),
});

const cell = z.int().nullable().meta({ description: "To the nearest five; null below ten" });
const cells = z.record(z.string(), cell);
export const figuresAnswer = z.object({
  now: time,
  weeks: z.array(
    z.object({
      week: z.string(),
      region: z.string(),
      asked: cell,
      kept: cell,
      broken: cell,
      reopened: cell,
      medianWaitMinutes: z.int().nullable(),
      lanes: z.record(z.enum(lanes), cell),
      outcomes: z.record(z.enum(outcomes), cell),
      themes: cells,
      languages: cells,
    }),
  ),
});
export const ruleFiguresAnswer = z.object({
  rules: z.array(z.object({ rule: z.string(), region: z.string(), fired: cell, right: cell, wrong: cell })),
});
export const signedInAnswer = z.object({
  people: z.array(z.object({ id: z.string(), name: z.string(), roles: z.array(z.enum(roles)) })),
});
export const endSessionsInput = z.strictObject({
  who: z.string().min(1).max(300).meta({ description: "The id of somebody who is signed in" }),
});
export const endSessionsAnswer = z.object({
  ended: z.int().meta({ description: "How many sessions stood" }),
});
export const csvAnswer = z.string();

const name = z.string().trim().max(120).optional();
export const auditQuery = z.object({
  actor: name,
  subject: name,
  object: name,
  event: name,
  from: z.iso.datetime({ offset: true }).optional(),
  till: z.iso.datetime({ offset: true }).optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(200),
});
export const auditAnswer = z.object({ records: z.array(auditRecordSchema) });
export const auditCheckAnswer = z.object({
  records: z.int(),
  files: z.int(),
  broken: z.array(z.object({ file: z.string(), line: z.int(), why: z.string() })),
});
