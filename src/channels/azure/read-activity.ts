import { z } from "zod";
import type { Inbound, Medium } from "../../conversation/inbound.ts";
import { Private } from "../../privacy/private.ts";
import { type Locale, locales, type PersonId } from "../../terms.ts";

const id = z.string().min(1).max(1024);
const account = z.object({ id });
const text = z.string().optional().catch(undefined);

/** An activity as far as we look at it. Names, pictures, tenants and tokens that come along are dropped. */
const activitySchema = z.object({
  type: z.string(),
  id: id.optional().catch(undefined),
  channelId: z.string().min(1).max(100),
  serviceUrl: z.string().min(1).max(2048),
  timestamp: text,
  from: account,
  recipient: account,
  conversation: z.object({ id, isGroup: z.boolean().optional().catch(undefined) }),
  text,
  locale: text,
  attachments: z
    .array(z.object({ contentType: z.string() }))
    .optional()
    .catch(undefined),
  membersAdded: z.array(account).optional().catch(undefined),
});
export type WireActivity = z.infer<typeof activitySchema>;

/** Reads an activity; undefined when it is none. */
export function readWireActivity(body: unknown): WireActivity | undefined {
  return activitySchema.safeParse(body).data;
}

const addressSchema = z.object({
  serviceUrl: z.string(),
  channelId: z.string(),
  conversation: z.string(),
  bot: z.string(),
  person: z.string(),
  activity: z.string().optional(),
});
/** Where a reply goes, and which activity it answers. */
export type AzureAddress = z.infer<typeof addressSchema>;

export function readAzureAddress(address: Private<string>): AzureAddress | undefined {
  try {
    return addressSchema.safeParse(JSON.parse(address.reveal())).data;
  } catch {
    return undefined;
  }
}

/**
 * Reads an activity as everyone else takes it; undefined when it calls for no answer: typing, receipts, and
 * whatever is said in a group, where others would read along.
 */
export function readActivity(
  activity: WireActivity,
  pseudonym: (name: string) => PersonId,
  now: number,
): Inbound | undefined {
  if (activity.conversation.isGroup === true) return undefined;
  const person = whoSpeaks(activity);
  const said = person === undefined ? undefined : readSaid(activity);
  if (person === undefined || said === undefined) return undefined;
  const { channelId, conversation, serviceUrl, recipient } = activity;
  const address: AzureAddress = {
    serviceUrl,
    channelId,
    conversation: conversation.id,
    bot: recipient.id,
    person,
    ...(activity.id === undefined ? {} : { activity: activity.id }),
  };
  return {
    id: activity.id ?? `${activity.type}:${activity.timestamp ?? conversation.id}`,
    person: pseudonym(JSON.stringify([channelId, conversation.id, person])),
    channel: "azure",
    ...said,
    ...readLocale(activity.locale),
    sentAt: readTime(activity.timestamp, now),
    address: new Private(JSON.stringify(address)),
  };
}

/** Who joined, when somebody did: the channel itself may be named as the sender of that. */
function whoSpeaks({ type, from, recipient, membersAdded }: WireActivity): string | undefined {
  if (type !== "conversationUpdate") return from.id;
  return membersAdded?.find((member) => member.id !== recipient.id)?.id;
}

function readSaid({ type, text: words, attachments }: WireActivity) {
  if (type === "conversationUpdate") return { kind: "opened", words: new Private("") } as const;
  if (type !== "message") return undefined;
  const typed = new Private(words ?? "");
  const medium = attachments
    ?.map(({ contentType }) => mediumOf(contentType))
    .find((one) => one !== undefined);
  return medium === undefined
    ? ({ kind: "message", words: typed } as const)
    : ({ kind: "medium", medium, words: typed } as const);
}

/** Some channels send typed words a second time as an attachment in HTML: that is no medium. */
function mediumOf(contentType: string): Medium | undefined {
  if (contentType.startsWith("text/html") || contentType.startsWith("text/plain")) return undefined;
  if (contentType.startsWith("audio/")) return "voice";
  if (contentType.startsWith("image")) return "image";
  if (contentType.startsWith("video/")) return "video";
  return "document";
}

function readLocale(told: string | undefined): { readonly locale?: Locale } {
  const locale = locales.find((one) => one === told?.toLowerCase());
  return locale === undefined ? {} : { locale };
}

function readTime(timestamp: string | undefined, now: number): number {
  const time = Date.parse(timestamp ?? "");
  return Number.isNaN(time) ? now : Math.min(time, now);
}
