import type { Activity } from "botbuilder-core";
import type { Inbound } from "../../conversation/inbound.ts";
import { TurnAdapter } from "../bot.ts";

/** Shows the bot a WhatsApp message as an Activity. Numbers and Meta's ids stay behind: who wrote is a pseudonym. */
export class WhatsAppAdapter extends TurnAdapter {
  override readActivity(inbound: Inbound): Partial<Activity> {
    const { id, person, sentAt, words, tapped } = inbound;
    return {
      type: inbound.kind === "opened" ? "event" : "message",
      ...(inbound.kind === "opened" ? { name: "opened" } : {}),
      id,
      channelId: "whatsapp",
      serviceUrl: "urn:naast:whatsapp",
      timestamp: new Date(sentAt),
      from: { id: person, name: "" },
      recipient: { id: "naast", name: "" },
      conversation: { id: person, isGroup: false, conversationType: "personal", name: "" },
      text: words.reveal(),
      textFormat: "plain",
      ...(tapped === undefined ? {} : { value: { tapped } }),
      ...(inbound.medium === undefined ? {} : { channelData: { naast: { medium: inbound.medium } } }),
    };
  }
}
