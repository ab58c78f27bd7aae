import type { Inbound, Medium } from "../../conversation/inbound.ts";
import { Private } from "../../privacy/private.ts";
import type { PersonId } from "../../terms.ts";
import { readSender, writeAddress } from "./address.ts";
import type { Delivered } from "./read-webhook.ts";
import type { WireMessage } from "./wire.ts";

/** What a message says, before it is known whose it is. */
type Said = Pick<Inbound, "kind" | "words"> & { readonly tapped?: string; readonly medium?: Medium };

/**
 * Reads one WhatsApp message as everyone else takes it; undefined when it calls for no answer.
 *
 * Words beside a photo, and the new words of an edited message, are kept as words of a `medium`: a danger
 * sign in them is found, and no question of a dialog takes them for its answer. Photos, voices, places and
 * contact cards themselves are never looked at.
 */
export function readMessage(delivered: Delivered, person: PersonId, now: number): Inbound | undefined {
  const { message } = delivered;
  const said = readSaid(message);
  if (said === undefined) return undefined;
  return {
    id: message.id,
    person,
    channel: "whatsapp",
    ...said,
    sentAt: readTime(message.timestamp, now),
    address: writeAddress(readSender(delivered), message.id),
  };
}

/**
 * Reads Meta's seconds as milliseconds. A time that is missing counts as now, and so does one in the future:
 * clocks differ, and a message must not look late or early because of it.
 */
export function readTime(timestamp: string | number | undefined, now: number): number {
  const milliseconds = Number(timestamp) * 1000;
  return Number.isFinite(milliseconds) && milliseconds > 0 ? Math.min(milliseconds, now) : now;
}

function readSaid(message: WireMessage): Said | undefined {
  switch (message.type) {
    case "text":
      return typed(message.text?.body);
    case "interactive":
      return readTap(message.interactive?.button_reply ?? message.interactive?.list_reply);
    case "button":
      return readTap({ id: message.button?.payload, title: message.button?.text });
    case "audio":
    case "voice":
      return medium("voice");
    case "image":
      return medium("image", message.image?.caption);
    case "video":
      return medium("video", message.video?.caption);
    case "document":
      return medium("document", message.document?.caption);
    case "sticker":
      return medium("sticker");
    case "location":
      return medium("location");
    case "contacts":
      return medium("contact");
    case "reaction":
      return message.reaction?.emoji ? medium("reaction") : undefined;
    case "edit":
      return readEdit(message.edit);
    case "request_welcome":
      return { kind: "opened", words: new Private("") };
    case "revoke":
    case "system":
      return undefined;
    default:
      return medium("other");
  }
}

const wireIdForm = /^\d{1,9}\.[\w.:-]{1,190}$/;

interface Tap {
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
}

/**
 * Reads a tapped button, list row or template button. Its id is ours, `<turn>.<choice>`; an id that is not
 * (a template of another product on the same number) leaves the label, read as if it had been typed.
 */
function readTap(tap: Tap | undefined): Said {
  const label = labelOf(tap);
  if (tap?.id === undefined) return label === "" ? medium("other") : typed(label);
  return wireIdForm.test(tap.id) ? { ...typed(label), tapped: tap.id } : typed(label);
}

/** A label that was too long for its row stands whole beneath it. */
function labelOf({ title = "", description }: Tap = {}): string {
  return title.endsWith("…") && description ? description : title;
}

function readEdit(edit: WireMessage["edit"]): Said | undefined {
  const { text, image, video } = edit?.message ?? {};
  const words = text?.body ?? image?.caption ?? video?.caption;
  return words ? medium("edited", words) : undefined;
}

function typed(words = ""): Said {
  return { kind: "message", words: new Private(words) };
}

function medium(kind: Medium, words = ""): Said {
  return { kind: "medium", medium: kind, words: new Private(words) };
}
