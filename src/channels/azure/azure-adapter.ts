import type { Activity } from "botbuilder-core";
import type { Inbound } from "../../conversation/inbound.ts";
import { TurnAdapter, writeInbound } from "../bot.ts";

/** Shows the bot a message that came by Azure Bot Service. The far side's names for people stay behind. */
export class AzureAdapter extends TurnAdapter {
  override readActivity(inbound: Inbound): Partial<Activity> {
    return writeInbound(inbound);
  }
}
