import { naastBot } from "../../../src/channels/bot.ts";
import { exchange } from "../../../src/channels/exchange.ts";
import { whatsAppSend } from "../../../src/channels/whatsapp/send.ts";
import { WhatsAppAdapter } from "../../../src/channels/whatsapp/whatsapp-adapter.ts";
import { type MetaStub, picked, typed } from "../../../src/commands/demo-whatsapp/meta-stub.ts";
import type { Conversation } from "../../../src/conversation/conversation.ts";
import type { Inbound } from "../../../src/conversation/inbound.ts";
import type { Commit } from "../../../src/conversation/turn-log.ts";
import { startCheckedStub } from "../../meta-stub/start-checked-stub.ts";
import { config, openDoor } from "./support/door.ts";

const later = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** The smallest turn there is: says what was heard, so that a test can see it. */
function decide(inbound: Inbound, turn: number): Commit {
  return {
    conversation: {} as Conversation,
    intent: undefined,
    reply: {
      bubbles: [{ text: `heard ${inbound.kind} ${inbound.tapped ?? inbound.words.reveal()}` }],
      choices: ["a", "b", "c", "d"].map((id) => ({ id, label: `Keuze ${id}` })),
      listLabel: "Kies",
      locale: "nl",
      turn,
      dialog: "d",
      node: "n",
      card: null,
    },
  };
}

describe("from Meta's webhook through the bot to Meta and back", () => {
  let meta: MetaStub;
  let door: Awaited<ReturnType<typeof openDoor>>;

  beforeEach(async () => {
    meta = await startCheckedStub();
    door = await openDoor({ config: { ...config, appSecrets: [meta.appSecret] } });
    meta.pointTo(door.url);
  });
  afterEach(async () => {
    await meta.stop();
    await door.close();
  });

  async function answer(inbound: Inbound, turn: number) {
    const bot = naastBot((claim) => decide(claim.inbound, turn));
    const claim = { person: inbound.person, token: "1", inbound, attempts: 0, conversation: undefined };
    const { reply } = await new WhatsAppAdapter().answer(claim, bot);
    if (reply === undefined) throw new Error("no reply");
    const send = whatsAppSend(
      { ...config, accessToken: meta.accessToken, graphUrl: meta.graphUrl },
      {
        exchange,
        clock: Date.now,
        metrics: { count: () => {} },
        log: { info: () => {}, warn: () => {}, error: () => {} },
        transit: door.transit,
        bringBack: door.bringBack,
      },
    );
    return send({
      key: `k-${inbound.id}`,
      person: inbound.person,
      channel: "whatsapp",
      address: inbound.address,
      reply,
      lastInboundAt: inbound.sentAt,
      attempts: 0,
      unsure: false,
      token: "1",
    });
  }

  test.each([
    ["with a number", { phone: "31612345678", userId: "NL.1" }, "+31612345678"],
    ["who hides it", { userId: "NL.1" }, "NL.1"],
  ])(
    "a parent %s types, taps what was offered, and every reply is told to have arrived",
    async (_, parent, whom) => {
      expect(await meta.write(parent, typed("mijn kind slaapt niet"))).toBe(200);
      const [first] = door.inbounds();
      expect((await answer(first as Inbound, 1)).kind).toBe("sent");
      expect(meta.taken()[0]?.whom).toBe(whom);

      await meta.write(parent, picked("1.b", "Keuze b"));
      const second = door.inbounds()[1] as Inbound;
      expect(second).toMatchObject({ person: first?.person, tapped: "1.b" });
      await answer(second, 2);

      expect(meta.taken().map(({ payload }) => JSON.stringify(payload))).toEqual([
        expect.stringContaining("heard message mijn kind slaapt niet"),
        expect.stringContaining("heard message 1.b"),
      ]);
      await later(150);
      expect(new Set(door.arrived)).toEqual(
        new Set([`${first?.person} k-${first?.id}`, `${first?.person} k-${second.id}`]),
      );
      expect(meta.received.flatMap(({ problems }) => problems)).toEqual([]);
    },
  );

  test("a send whose answer was cut is told to have arrived by its status", async () => {
    await meta.write({ phone: "31612345678" }, typed("a"));
    const inbound = door.inbounds()[0] as Inbound;
    meta.failNext({ kind: "cut", taken: true });
    expect(await answer(inbound, 1)).toEqual({ kind: "unknown" });
    await later(150);
    expect(door.arrived).toContain(`${inbound.person} k-${inbound.id}`);
  });
});
