import type { Conversation } from "../../src/conversation/conversation.ts";
import type { Inbound } from "../../src/conversation/inbound.ts";
import { takeTurn } from "../../src/conversation/take-turn.ts";
import type { Commit } from "../../src/conversation/turn-log.ts";
import { consentVersions } from "../../src/http/consent-versions.ts";
import { Private } from "../../src/privacy/private.ts";
import { locales, type PersonId } from "../../src/terms.ts";
import { hearsNothing } from "../support/calm.ts";
import { productionContent, productionScript } from "../support/content.ts";

const plain = productionScript(hearsNothing);
const regions = plain.organisation.regions.slice(0, 1);
const script = { ...plain, organisation: { ...plain.organisation, regions } };
const now = Date.UTC(2026, 10, 23, 11);
const person = "p" as PersonId;

/** One parent who says one thing after the other, and taps by label where `[...]` stands. */
function parent() {
  let conversation: Conversation | undefined;
  let count = 0;
  const take = (words: string, more: Partial<Inbound> = {}): Commit => {
    count += 1;
    const inbound = { id: `m${count}`, person, channel: "directline", kind: "message", sentAt: now } as const;
    const commit = takeTurn(
      {
        person,
        token: "1",
        attempts: 0,
        conversation,
        inbound: { ...inbound, words: new Private(words), address: new Private(""), ...more },
      },
      script,
      { now, load: { ahead: 0, open: 0 } },
    );
    conversation = JSON.parse(JSON.stringify(commit.conversation)) as Conversation;
    return commit;
  };
  return { say: take, node: () => conversation?.place.at(-1)?.node };
}

const untilConsent = ["verpleegkundige", "verpleegkundige", "nee", "slapen", "0612345678", "1", "2"] as const;

function asking(voicemail: "1" | "2") {
  const one = parent();
  for (const line of untilConsent) one.say(line);
  one.say(voicemail);
  one.say("1");
  return one;
}
const requestOf = ({ intent }: Commit) => (intent?.kind === "open" ? intent.request : undefined);
const textOf = ({ reply }: Commit): string => reply?.bubbles.map(({ text }) => text).join("\n") ?? "";

describe("a consent", () => {
  test.each([
    ["1", "Ja, dat mag", ["passing-on", "voicemail", "afterwards"]],
    ["2", "Ja, dat mag", ["passing-on", "afterwards"]],
    ["1", "Nee, geen bericht", ["passing-on", "voicemail"]],
    ["2", "Nee, geen bericht", ["passing-on"]],
  ] as const)(
    "is given by itself and kept as it was given: voicemail %s, %s",
    (voicemail, afterwards, kept) => {
      const one = asking(voicemail);
      one.say(afterwards);
      one.say("De verpleegkundigen");
      expect(requestOf(one.say("1"))).toMatchObject({
        consents: kept,
        consentVersion: script.consentVersions.nl,
      });
    },
  );

  test("is not given by passing over the question: it stays open until it is answered", () => {
    const one = asking("1");
    one.say("weet ik niet");
    expect(one.node()).toBe("afterwards");
  });

  test("has a version that changes with the wording, in its own locale only", () => {
    const { files } = productionContent();
    const before = consentVersions(files);
    expect(new Set(Object.values(before)).size).toBe(locales.length);
    for (const [dialog, key] of [
      ["consent", "who"],
      ["callback", "confirm"],
      ["callback", "voicemail.safe"],
    ] as const) {
      const texts = { ...files.tr[dialog], [key]: "başka" };
      const after = consentVersions({ ...files, tr: { ...files.tr, [dialog]: texts } });
      expect({ ...after, tr: "" }).toEqual({ ...before, tr: "" });
      expect(after.tr).not.toBe(before.tr);
    }
  });
});

describe("who reads the request", () => {
  test("is asked before it is sent, and once: changing the request asks again what can be changed only", () => {
    const one = asking("1");
    one.say("Ja, dat mag");
    expect(one.node()).toBe("who");
    one.say("De verpleegkundigen");
    expect(one.node()).toBe("confirm");
    for (const line of ["Eerst veranderen", "slapen", "0612345678", "1", "2", "1", "1"]) one.say(line);
    expect(one.node()).toBe("afterwards");
    one.say("Nee, geen bericht");
    expect(one.node()).toBe("confirm");
  });

  function missedTwice() {
    const one = asking("1");
    one.say("Ja, dat mag");
    expect(textOf(one.say("Mijn huisarts"))).toContain("naar niemand anders");
    expect(textOf(one.say("Iedereen daar"))).toContain("Het ligt aan mijn uitleg");
    return one;
  }

  test("is explained in other words after a wrong answer; after two a nurse explains it, as the parent is told", () => {
    const one = missedTwice();
    one.say("Verder");
    expect(one.node()).toBe("confirm");
    expect(requestOf(one.say("1"))).toMatchObject({ toExplain: true, consents: expect.anything() });
  });

  test("may after two wrong answers also be a reason not to send", () => {
    const one = missedTwice();
    expect(one.say("Niet versturen").intent).toBeUndefined();
    expect(one.node()).toBe("after");
  });

  test("is asked again with the next request when it did not come across, and not when it did", () => {
    const one = missedTwice();
    for (const line of ["Verder", "Eerst veranderen", "slapen", "0612345678", "1", "2", "1", "1"])
      one.say(line);
    one.say("Ja, dat mag");
    expect(one.node()).toBe("who");
    one.say("De verpleegkundigen");
    expect(requestOf(one.say("1"))).toMatchObject({ toExplain: false });
  });
});

describe("a question of ours afterwards", () => {
  const due = (asks: "how-was-it" | "called") => ({ kind: "due", asks }) as const;

  test("is asked of whoever agreed to it", () => {
    const one = asking("1");
    for (const line of ["Ja, dat mag", "De verpleegkundigen", "1"]) one.say(line);
    expect(one.say("", due("how-was-it")).reply).toMatchObject({ dialog: "how-was-it" });
  });

  test("is not asked of whoever refused; whether the call came is", () => {
    const one = asking("1");
    for (const line of ["Nee, geen bericht", "De verpleegkundigen", "1"]) one.say(line);
    const [before, after] = [one.node(), one.say("", due("how-was-it"))];
    expect(after.reply).toBeUndefined();
    expect(one.node()).toBe(before);
    expect(one.say("", due("called")).reply).toMatchObject({ dialog: "called" });
  });

  test("is taken back by one word, and agreed to again as easily", () => {
    const one = asking("1");
    for (const line of ["Ja, dat mag", "De verpleegkundigen", "1"]) one.say(line);
    expect(one.say("stop").intent).toMatchObject({ kind: "quiet" });
    expect(one.say("", due("how-was-it")).reply).toBeUndefined();
  });
});
