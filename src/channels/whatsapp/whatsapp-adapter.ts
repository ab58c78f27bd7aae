import type { Activity } from "botbuilder-core";
import type { Inbound } from "../../conversation/inbound.ts";
import { TurnAdapter, writeInbound } from "../bot.ts";

/** Shows the bot a WhatsApp message as an Activity. Numbers and Meta's ids stay behind: who wrote is a pseudonym. */
export class WhatsAppAdapter extends TurnAdapter {
  override readActivity(inbound: Inbound): Partial<Activity> {
    return writeInbound(inbound);
  }
}
