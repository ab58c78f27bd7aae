import type { Activity } from "botbuilder-core";
import type { Inbound } from "../../conversation/inbound.ts";
import { TurnAdapter, writeInbound } from "../bot.ts";

/** Shows a message of the web chat to the bot as an Activity. */
export class DirectLineAdapter extends TurnAdapter {
  override readActivity(inbound: Inbound): Partial<Activity> {
    return writeInbound(inbound);
  }
}
