import { ActivityHandler, BotAdapter, TurnContext } from "botbuilder-core";
import type { Activity, ResourceResponse } from "botframework-schema";
import type { Inbound, Reply } from "../conversation/inbound.ts";
import type { Claim, Commit } from "../conversation/turn-log.ts";

/** Decides one turn. Pure: nothing is sent or stored before the whole of it is committed. */
export type TakeTurn = (claim: Claim) => Commit;

const claimOfTurn = Symbol("claim");
const commitOfTurn = Symbol("commit");

/**
 * The one bot behind every channel.
 *
 * The Bot Framework ends here: a `TurnContext` comes in, a {@link Claim} goes on, and nothing further inside
 * has heard of either Microsoft or activities. Replies handed to `sendActivities` during a turn are held by
 * the adapter; what the commit stores is sent afterwards from the outbox.
 */
export function naastBot(takeTurn: TakeTurn): ActivityHandler {
  const bot = new ActivityHandler();
  bot.onTurn(async (context, next) => {
    const commit = takeTurn(context.turnState.get(claimOfTurn));
    context.turnState.set(commitOfTurn, commit);
    if (commit.reply !== undefined) await context.sendActivities([...writeActivities(commit.reply)]);
    await next();
  });
  return bot;
}

/**
 * What all our adapters share: a turn whose replies wait for the commit, and none of the SDK's own sending.
 *
 * The SDK sends during the turn and saves after it, which loses and doubles messages when a process dies in
 * between. So `sendActivities` only counts; the outbox sends what was committed.
 */
export abstract class TurnAdapter extends BotAdapter {
  /** Turns a message of this channel into the Activity that the bot sees. */
  abstract readActivity(inbound: Inbound): Partial<Activity>;

  /** Runs the bot for one claimed message and gives back what to commit. */
  async answer(claim: Claim, bot: ActivityHandler): Promise<Commit> {
    const context = new TurnContext(this, this.readActivity(claim.inbound) as Activity);
    context.turnState.set(claimOfTurn, claim);
    await this.runMiddleware(context, (turn) => bot.run(turn));
    return context.turnState.get(commitOfTurn);
  }

  override async sendActivities(
    _context: TurnContext,
    held: Partial<Activity>[],
  ): Promise<ResourceResponse[]> {
    return held.map((_, at) => ({ id: `held-${at}` }));
  }

  override async updateActivity(): Promise<void> {
    throw new Error("a sent message cannot be changed");
  }

  override async deleteActivity(): Promise<void> {
    throw new Error("a sent message cannot be taken back");
  }

  override async continueConversation(): Promise<void> {
    throw new Error("messages of our own go through the outbox");
  }
}

/** Writes a message as the Activity it is to the bot: whoever wrote goes by their pseudonym, nothing else is known. */
export function writeInbound(inbound: Inbound): Partial<Activity> {
  const { id, person, channel, kind, sentAt, words, tapped, locale, medium } = inbound;
  return {
    type: kind === "opened" ? "event" : "message",
    ...(kind === "opened" ? { name: "opened" } : {}),
    id,
    channelId: channel,
    serviceUrl: `urn:naast:${channel}`,
    timestamp: new Date(sentAt),
    from: { id: person, name: "" },
    recipient: { id: "naast", name: "" },
    conversation: { id: person, isGroup: false, conversationType: "personal", name: "" },
    text: words.reveal(),
    textFormat: "plain",
    ...(locale === undefined ? {} : { locale }),
    ...(tapped === undefined ? {} : { value: { tapped } }),
    ...(medium === undefined ? {} : { channelData: { naast: { medium } } }),
  };
}

/** Writes a reply as activities: one for each bubble, the choices with the last. */
export function writeActivities(reply: Reply): readonly Partial<Activity>[] {
  return reply.bubbles.map((bubble, at) => ({
    type: "message",
    text: bubble.text,
    locale: reply.locale,
    ...(bubble.speech === undefined ? {} : { speak: bubble.speech }),
    ...(at === reply.bubbles.length - 1 && reply.choices.length > 0
      ? {
          suggestedActions: {
            to: [],
            actions: reply.choices.map((choice) => ({
              type: "imBack",
              title: choice.label,
              value: choice.label,
            })),
          },
        }
      : {}),
    channelData: { naast: { dialog: reply.dialog, node: reply.node, card: reply.card } },
  }));
}
