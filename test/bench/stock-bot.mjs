/**
 * A bot as the Bot Framework's own samples make it: a waterfall of prompts in a DialogSet, conversation and user
 * state in Redis, read before each turn and saved after it. It sends while it thinks and forgets nothing but what a
 * crash takes with it.
 *
 * `node stock-bot.mjs REDIS_URL TURNS IN_FLIGHT`; prints turns a second.
 */
import { ActivityTypes, BotAdapter, ConversationState, TurnContext, UserState } from "botbuilder-core";
import { ChoicePrompt, DialogSet, DialogTurnStatus, TextPrompt, WaterfallDialog } from "botbuilder-dialogs";
import { createClient } from "redis";

const [url, turns, inFlight] = process.argv.slice(2);
const persons = 512;
const redis = createClient({ url });
await redis.connect();

class RedisStorage {
  async read(keys) {
    const found = await redis.mGet(keys.map((key) => `stock:${key}`));
    return Object.fromEntries(
      keys.flatMap((key, at) => (found[at] === null ? [] : [[key, JSON.parse(found[at])]])),
    );
  }

  async write(changes) {
    const texts = Object.entries(changes).map(([key, item]) => [`stock:${key}`, JSON.stringify(item)]);
    await Promise.all(
      texts.map(([key, text]) => redis.set(key, text, { expiration: { type: "EX", value: 3600 } })),
    );
  }

  async delete(keys) {
    await redis.del(keys.map((key) => `stock:${key}`));
  }
}

class SilentAdapter extends BotAdapter {
  async sendActivities(_context, activities) {
    return activities.map((_, at) => ({ id: `${at}` }));
  }

  async updateActivity() {}

  async deleteActivity() {}

  async continueConversation() {}
}

const storage = new RedisStorage();
const conversationState = new ConversationState(storage);
const userState = new UserState(storage);
const profile = userState.createProperty("profile");
const dialogs = new DialogSet(conversationState.createProperty("dialogs"));
const choices = (prompt) => ({ prompt, choices: ["slapen", "eten", "gedrag", "iets anders"] });
dialogs.add(new ChoicePrompt("choice"));
dialogs.add(new TextPrompt("text"));
dialogs.add(
  new WaterfallDialog("talk", [
    (step) => step.prompt("choice", choices("Waar gaat het over?")),
    async (step) => {
      await profile.set(step.context, { theme: step.result.value });
      return await step.prompt("text", "Hoe oud is uw kind?");
    },
    (step) => step.prompt("choice", choices("Wat speelt er?")),
    (step) => step.prompt("text", "Heeft u dit geprobeerd?"),
    async (step) => {
      await step.context.sendActivity("Dank u wel.");
      return await step.endDialog();
    },
  ]),
);

const adapter = new SilentAdapter();
const said = ["hoi", "1", "6 weken", "2", "ja"];

async function turn(at) {
  const id = `person-${at % persons}`;
  const context = new TurnContext(adapter, {
    type: ActivityTypes.Message,
    id: `${at}`,
    channelId: "bench",
    serviceUrl: "urn:bench",
    conversation: { id },
    from: { id },
    recipient: { id: "bot" },
    text: said[Math.floor(at / persons) % said.length],
    locale: "nl",
  });
  await adapter.runMiddleware(context, async () => {
    const dialog = await dialogs.createContext(context);
    const { status } = await dialog.continueDialog();
    if (status === DialogTurnStatus.empty) await dialog.beginDialog("talk");
    await conversationState.saveChanges(context);
    await userState.saveChanges(context);
  });
}

let at = 0;
const caller = async (until) => {
  for (let mine = at++; mine < until; mine = at++) await turn(mine);
};
const all = (until) => Promise.all(Array.from({ length: Number(inFlight) }, () => caller(until)));
await all(Number(turns) / 4);
const first = at;
const began = performance.now();
await all(first + Number(turns));
console.log(Number(turns) / ((performance.now() - began) / 1000));
await redis.close();
