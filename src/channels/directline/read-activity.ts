import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import type { Inbound, Medium } from "../../conversation/inbound.ts";
import { KnownError } from "../../errors.ts";
import { Private } from "../../privacy/private.ts";
import { type Locale, languages, locales, type PersonId } from "../../terms.ts";
import { readJson as readBytes } from "../read-json.ts";

const maxDepth = 16;
const maxWaitMilliseconds = 7 * 24 * 60 * 60 * 1000;

const channelDataSchema = z.object({
  clientActivityID: z.string().min(1).max(500).optional().catch(undefined),
  /** The wire id of a tapped choice, `<turn>.<choice>`; our own page sends it beside the label. */
  choice: z.string().max(200).optional().catch(undefined),
  /** How long the message waited in a browser without a connection. Browser clocks are wrong, spans are not. */
  waitedMilliseconds: z.number().min(0).max(maxWaitMilliseconds).optional().catch(undefined),
});

/** What is read of an activity. Everything else a client may send is dropped at the door. */
const activitySchema = z.object({
  type: z.string().min(1).max(100),
  name: z.string().max(200).optional().catch(undefined),
  text: z.string().nullish(),
  locale: z.string().max(100).optional().catch(undefined),
  attachments: z
    .array(z.object({ contentType: z.string().max(200).catch("") }))
    .max(100)
    .optional()
    .catch(undefined),
  channelData: channelDataSchema.optional().catch(undefined),
});
export type ChatActivity = z.infer<typeof activitySchema>;

/** Reads the body of a posted activity. @throws {KnownError} `channel.payload-unreadable`. */
export function readActivity(body: string): ChatActivity {
  const read = activitySchema.safeParse(readJson(body));
  if (!read.success) throw unreadable("the body is no activity");
  return read.data;
}

/** Reads JSON of a bounded depth, so that no body can exhaust the stack. */
export function readJson(body: string): unknown {
  const read = readBytes(Buffer.from(body), maxDepth);
  if (read === undefined) throw unreadable(`the body is not JSON, or nested more than ${maxDepth} deep`);
  return read;
}

/**
 * Says what an activity is to the conversation, or undefined when it is nothing to it.
 *
 * Whatever comes first opens the chat, because clients differ in what they send first. Later on only words,
 * media and the wish for another locale count; typing, receipts and the unknown are accepted and ignored.
 */
export function kindOf(activity: ChatActivity, isFirst: boolean): Inbound["kind"] | undefined {
  if (activity.type === "message" && (activity.text ?? "").trim() !== "") return "message";
  if (activity.type === "message" && (activity.attachments ?? []).length > 0) return "medium";
  if (isFirst) return "opened";
  return activity.type === "event" && activity.name === localeEvent ? "opened" : undefined;
}

/** The event with which a page asks for the present question in another locale. */
const localeEvent = "naast/locale";

/** Writes an activity as the centre takes it. Whoever it claims to come from, it is the owner of the token. */
export function readInbound(
  activity: ChatActivity,
  arrived: {
    readonly id: string;
    readonly kind: Inbound["kind"];
    readonly person: PersonId;
    readonly at: number;
    readonly address: Private<string>;
  },
): Inbound {
  const tapped = activity.channelData?.choice;
  const locale = readLocale(activity.locale);
  return {
    id: arrived.id,
    person: arrived.person,
    channel: "directline",
    kind: arrived.kind,
    words: new Private(arrived.kind === "message" ? (activity.text ?? "").trim() : ""),
    sentAt: arrived.at - (activity.channelData?.waitedMilliseconds ?? 0),
    address: arrived.address,
    ...(tapped === undefined ? {} : { tapped }),
    ...(arrived.kind === "medium" ? { medium: mediumOf(activity) } : {}),
    ...(locale === undefined ? {} : { locale }),
  };
}

/** Derives the deduplication key: the client's own id, else a new one, so that only the former can repeat. */
export function inboundIdOf(activity: ChatActivity): string {
  const own = activity.channelData?.clientActivityID;
  if (own === undefined) return `server-${randomUUID()}`;
  return `client-${createHash("sha256").update(own).digest("base64url")}`;
}

/** Reads the watermark of a request; whatever is no number means "from the start". */
export function readWatermark(value: unknown): number {
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : 0;
}

/** Finds the one of the eight that a tag such as `nl-NL` or `tr-simple` asks for. */
function readLocale(tag: string | undefined): Locale | undefined {
  const [base, ...rest] = (tag ?? "").toLowerCase().split(/[-_]/);
  const language = languages.find((one) => one === base);
  if (language === undefined) return undefined;
  const wanted = rest.includes("simple") ? `${language}-simple` : language;
  return locales.find((one) => one === wanted);
}

const mediumOfType: readonly (readonly [RegExp, Medium])[] = [
  [/^image\//, "image"],
  [/^audio\//, "voice"],
  [/^video\//, "video"],
  [/^(application|text)\/(?!vnd\.microsoft)/, "document"],
];

function mediumOf(activity: ChatActivity): Medium {
  const type = activity.attachments?.[0]?.contentType ?? "";
  return mediumOfType.find(([pattern]) => pattern.test(type))?.[1] ?? "other";
}

function unreadable(message: string): KnownError {
  return new KnownError("channel.payload-unreadable", message);
}
