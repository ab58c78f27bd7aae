import type { Activity } from "botbuilder-core";
import type { Inbound } from "../../conversation/inbound.ts";
import { TurnAdapter } from "../bot.ts";
import { readAddress } from "./address.ts";

/** Shows a message of the web chat to the bot as the Activity it once was. */
export class DirectLineAdapter extends TurnAdapter {
  override readActivity(inbound: Inbound): Partial<Activity> {
    return {
      type: inbound.kind === "opened" ? "event" : "message",
      id: inbound.id,
      channelId: "directline",
      serviceUrl: "",
      from: { id: inbound.person, name: "", role: "user" },
      recipient: { id: "naast", name: "Naast", role: "bot" },
      conversation: {
        id: readAddress(inbound.address).conversation,
        isGroup: false,
        conversationType: "",
        name: "",
      },
      text: inbound.words.reveal(),
      ...(inbound.locale === undefined ? {} : { locale: inbound.locale }),
    };
  }
}
