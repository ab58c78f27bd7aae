import type { ChatEntry, NewChatEntry } from "../../conversation/chat-log.ts";
import type { Choice, Reply } from "../../conversation/inbound.ts";
import { Private } from "../../privacy/private.ts";
import { writeActivities } from "../bot.ts";
import type { ChatActivity } from "./read-activity.ts";

const hour = 60 * 60 * 1000;

/**
 * How long the log of a chat keeps each kind of entry for browsers that still have to fetch it.
 *
 * A person's own words fade once they are answered; the short rest is for their other tabs and for clients
 * that poll. An answer waits a day for a lost connection; what comes later, such as a nurse's message, waits
 * for their return.
 */
export const entryLifetimes = {
  unanswered: 24 * hour,
  answered: hour / 30,
  promptReply: 24 * hour,
  lateReply: 30 * 24 * hour,
} as const;

/** An activity as stored: without what the reading of it adds. */
type Stored = Readonly<Record<string, unknown>>;

/** Writes what a person sent as the echo that every client of the chat gets to see. */
export function writeEcho(activity: ChatActivity, user: string): NewChatEntry {
  const { type, name, text, locale, channelData } = activity;
  return entry(
    { type, name, text: text ?? undefined, locale, channelData, from: { id: user, role: "user" } },
    entryLifetimes.unanswered,
  );
}

/** Writes a reply as the activities of the wire, the choices with what our own page needs to send them back. */
export function writeReply(reply: Reply, replyToId: string | undefined): readonly Stored[] {
  return writeActivities(reply).map((activity, at) => ({
    ...activity,
    ...(activity.suggestedActions === undefined ? {} : { suggestedActions: writeChoices(reply) }),
    channelData: {
      naast: {
        ...activity.channelData.naast,
        turn: reply.turn,
        ...named("pictogram", reply.bubbles[at]?.pictogram),
        ...(reply.bubbles[at]?.keep === true ? { keep: true } : {}),
      },
    },
    ...named("replyToId", replyToId),
    from: { id: "naast", name: "Naast", role: "bot" },
  }));
}

/** Wraps a written reply for the log. */
export function replyEntries(stored: readonly Stored[], lifetimeMilliseconds: number): NewChatEntry[] {
  return stored.map((activity) => entry(activity, lifetimeMilliseconds));
}

/** Writes an entry of the log as the wire shows it. */
export function writeEntry(logged: ChatEntry, conversation: string): Stored {
  return {
    ...JSON.parse(logged.activity.reveal()),
    id: activityId(conversation, logged.sequence),
    timestamp: new Date(logged.at).toISOString(),
    channelId: "directline",
    conversation: { id: conversation },
  };
}

/** The form Direct Line's own ids have; clients sort by it. */
export function activityId(conversation: string, sequence: number): string {
  return `${conversation}|${String(sequence).padStart(7, "0")}`;
}

function writeChoices(reply: Reply) {
  return { to: [], actions: reply.choices.map((choice) => writeChoice(choice, reply.turn)) };
}

function writeChoice(choice: Choice, turn: number) {
  return {
    type: "imBack",
    title: choice.label,
    value: choice.label,
    channelData: {
      choice: `${turn}.${choice.id}`,
      ...named("description", choice.description),
      ...named("pictogram", choice.pictogram),
    },
  };
}

function named(key: string, value: string | undefined): Stored {
  return value === undefined ? {} : { [key]: value };
}

function entry(activity: Stored, lifetimeMilliseconds: number): NewChatEntry {
  return { activity: new Private(JSON.stringify(activity)), lifetimeMilliseconds };
}
