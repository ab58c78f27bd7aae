import { bringBack } from "../../src/conversation/bring-back.ts";
import type { Inbound, Reply } from "../../src/conversation/inbound.ts";
import type { NewOutgoing } from "../../src/conversation/turn-log.ts";
import { Private } from "../../src/privacy/private.ts";
import type { CallbackId, PersonId } from "../../src/terms.ts";

const person = "p" as PersonId;
const accepted: Inbound[] = [];
const put: NewOutgoing[] = [];
const told: unknown[] = [];

beforeEach(() => {
  for (const kept of [accepted, put, told]) kept.length = 0;
});

const back = bringBack({
  turnLog: {
    async accept(messages) {
      accepted.push(...messages);
      return messages.map(() => true);
    },
  },
  outbox: {
    async put(message) {
      put.push(message);
      return true;
    },
  },
  isKnown: async (one) => one === person,
  tellTeam: async (...facts) => told.push(facts),
  clock: () => 5000,
});

const outgoing = (reply: Partial<Reply> = {}, parts: Partial<NewOutgoing> = {}): NewOutgoing => ({
  key: "k",
  person,
  channel: "whatsapp",
  address: new Private("address"),
  reply: {
    bubbles: [{ text: "Een" }, { text: "Twee" }],
    choices: [],
    listLabel: "",
    locale: "nl",
    turn: 4,
    dialog: "sleep",
    node: "ways",
    card: null,
    ...reply,
  },
  lastInboundAt: 1000,
  ...parts,
});
const nurses = { dialog: "followup", node: "nurse-says", turn: 0, about: "c1" as CallbackId };

describe("a reply that the channel takes no more", () => {
  test("of a nurse waits for the parent, and she is told", async () => {
    await back(outgoing(nurses), "closed");
    expect(accepted).toMatchObject([
      {
        id: "refused:k",
        person,
        kind: "told",
        told: {
          text: "nurse-says",
          knock: "ready",
          waits: true,
          about: "c1",
          refused: { lastInboundAt: 1000 },
        },
      },
    ]);
    expect(accepted[0]?.words.reveal()).toBe("Een\n\nTwee");
    expect(told).toEqual([["c1", "k", "waits"]]);
  });

  test("of a turn waits for as long as that turn is the last", async () => {
    await back(outgoing(), "closed");
    expect(accepted[0]?.told).toMatchObject({ text: "unsaid", refused: { turn: 4 } });
    expect(told).toEqual([]);
  });

  test("that is a card knocks, and is not kept for later", async () => {
    await back(outgoing({ card: "emergency" }), "closed");
    expect(accepted[0]?.told).toMatchObject({ waits: false, knock: "ready" });
  });

  test("of someone who was erased begins nobody anew", async () => {
    await back(outgoing(nurses, { person: "gone" as PersonId }), "closed");
    expect([accepted, told.length]).toEqual([[], 1]);
  });

  test("that is a fixed message is lost, and the nurse is told", async () => {
    await back(outgoing({ ...nurses, knock: "tried" }), "closed");
    expect([accepted, told]).toEqual([[], [["c1", "k", "lost"]]]);
  });
});

test("a reply that may get there is sent anew three times, whole, and then counts as lost", async () => {
  let last = outgoing(nurses);
  for (let tries = 0; tries < 4; tries += 1) {
    await back(last, "again");
    last = put.at(-1) ?? last;
  }
  expect(put.map(({ key }) => key)).toEqual(["again1:k", "again2:k", "again3:k"]);
  expect(put[2]?.reply).toEqual(outgoing(nurses).reply);
  expect(told).toEqual([["c1", "again3:k", "lost"]]);
});

test("a reply that never gets there is told to the nurse whose it is, and to nobody else", async () => {
  await back(outgoing(), "never");
  await back(outgoing(nurses), "never");
  expect([accepted, put, told]).toEqual([[], [], [["c1", "k", "lost"]]]);
});
