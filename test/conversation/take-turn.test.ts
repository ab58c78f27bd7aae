import type { Conversation } from "../../src/conversation/conversation.ts";
import type { Inbound, Reply } from "../../src/conversation/inbound.ts";
import { takeTurn } from "../../src/conversation/take-turn.ts";
import type { Commit } from "../../src/conversation/turn-log.ts";
import { Private } from "../../src/privacy/private.ts";
import type { PersonId } from "../../src/terms.ts";
import type { Hint, Understand, Understanding } from "../../src/understanding/understanding.ts";
import { productionScript } from "../support/content.ts";

const person = "p1" as PersonId;
const calmWords: Understanding = {
  language: "nl",
  languageConfidence: 0.99,
  themes: [{ theme: "other", score: 0.1 }],
  ageMonths: null,
  concern: { level: "none", category: null, doubt: false, rule: null },
  calm: true,
  trace: "calm",
};

/** Hears what a test says it hears; the rest is calm. */
const hearing =
  (heard: Readonly<Record<string, Partial<Understanding>>>): Understand =>
  (words) => ({ ...calmWords, ...heard[words] });

const emergency = { level: "emergency", category: "breathing", doubt: false, rule: "breathing-1" } as const;
const sleep = { themes: [{ theme: "sleep", score: 0.95 }], ageMonths: 1 } as const;

/** Says lines one after another to the production dialogs, and gives every commit. */
function say(understand: Understand, ...lines: readonly (string | Partial<Inbound>)[]): readonly Commit[] {
  const script = productionScript(understand);
  const commits: Commit[] = [];
  let conversation: Conversation | undefined;
  for (const [at, line] of lines.entries()) {
    const inbound: Inbound = {
      id: `m${at}`,
      person,
      channel: "directline",
      kind: "message",
      words: new Private(typeof line === "string" ? line : ""),
      sentAt: at * 1000,
      address: new Private("here"),
      ...(typeof line === "string" ? {} : line),
    };
    const claim = { person, token: "1", inbound, attempts: 0, conversation };
    const now = Math.max(at * 1000, inbound.sentAt);
    const commit = takeTurn(claim, script, { now, load: { ahead: 0, open: 0 } });
    conversation = JSON.parse(JSON.stringify(commit.conversation));
    commits.push(commit);
  }
  return commits;
}

const last = (commits: readonly Commit[]): Reply => {
  const reply = commits.at(-1)?.reply;
  if (reply === undefined) throw new Error("nothing was answered");
  return reply;
};
const text = (reply: Reply): string => reply.bubbles.map((bubble) => bubble.text).join("\n");

describe("danger", () => {
  test("breaks in at every node where a person can wait, with its card alone", () => {
    const reply = last(say(hearing({ help: { concern: emergency } }), "hoi", "help"));
    expect(reply.card).toBe("emergency");
    expect(reply.bubbles).toHaveLength(1);
    expect(reply.choices.map(({ id }) => id)).toEqual(["called", "over", "not-this"]);
  });

  test("shows its card before the first screen, which is said once the card is left", () => {
    const commits = say(hearing({ help: { concern: emergency } }), "help", "3");
    expect(commits[0]?.reply?.card).toBe("emergency");
    expect(text(commits[0]?.reply as Reply)).not.toContain("Naast");
    expect(text(last(commits))).toContain("Naast");
  });

  test("is looked for in the caption of a photo", () => {
    const photo = { kind: "medium", medium: "image", words: new Private("help") } as const;
    expect(last(say(hearing({ help: { concern: emergency } }), "hoi", photo)).card).toBe("emergency");
  });

  test("is looked for in the words of a button of an older message", () => {
    const stale = { words: new Private("help"), tapped: "0.help" };
    expect(last(say(hearing({ help: { concern: emergency } }), "hoi", stale)).card).toBe("emergency");
  });

  test("is not looked for in our own words: a choice that was offered is an answer", () => {
    const alarmed: Understand = () => ({ ...calmWords, concern: emergency });
    const first = last(say(hearing({}), "hoi"));
    const reply = last(say(alarmed, { kind: "opened" }, first.choices[0]?.label ?? ""));
    expect(reply.card).toBeNull();
  });

  test("a card is shown again to whoever chats on, and never leads to a nurse first", () => {
    const heard = hearing({ help: { concern: emergency } });
    expect(last(say(heard, "hoi", "help", "maar hoe dan")).card).toBe("emergency");
    expect(last(say(heard, "hoi", "help", "verpleegkundige")).card).toBe("emergency");
  });

  test("a card leads back to the question it broke into", () => {
    const commits = say(
      hearing({ help: { concern: emergency }, vraag: sleep }),
      "vraag",
      "help",
      "Dit klopt niet",
    );
    expect(last(commits).dialog).toBe(commits[0]?.reply?.dialog);
    expect(last(commits).node).toBe(commits[0]?.reply?.node);
  });

  test("in a message that came late shows the card, and asks whether it is still so", () => {
    const late = { words: new Private("help"), sentAt: -16 * 60_000 };
    const reply = last(say(hearing({ help: { concern: emergency } }), "hoi", late));
    expect(reply.card).toBe("emergency");
    expect(reply.dialog).toBe("still-so");
  });

  test("a detector that fails counts as doubt, and the nurse is still among the choices", () => {
    const broken: Understand = () => {
      throw new Error("out of order");
    };
    const reply = last(say(broken, "hoi daar, hier een vraag"));
    expect(reply.card).toBe("doubt");
    expect(reply.choices.map(({ id }) => id)).toContain("nurse");
  });
});

describe("a doubt", () => {
  const doubt = { level: "urgent", category: "dehydration", doubt: true, rule: "d" } as const;

  test("asks the alarm check; no goes on with what was asked", () => {
    const heard = hearing({ "slaapt slecht": { ...sleep, concern: doubt } });
    const commits = say(heard, "hoi", "slaapt slecht", "nee");
    expect(commits[1]?.reply?.card).toBe("doubt");
    expect(last(commits).dialog).toBe("sleep-p1");
  });

  test("yes shows at once what to do, and then the signs to name", () => {
    const reply = last(say(hearing({ raar: { concern: doubt } }), "hoi", "raar", "ja"));
    expect(reply.dialog).toBe("alarm");
    expect(text(reply)).toContain("112");
  });

  test("that is only suspected of a word of ours is none, and one that a rule raises is", () => {
    const suspected = { level: "none", category: "other", doubt: true, rule: null } as const;
    const asked = (words: string, rule: string | null) =>
      last(say(hearing({ [words]: { concern: { ...suspected, rule } } }), "hoi", words)).card;
    expect(asked("wis alles", null)).not.toBe("doubt");
    expect(asked("nie ma", null)).not.toBe("doubt");
    expect(asked("wis alles", "suicide.wish")).toBe("doubt");
    expect(asked("wis hem", null)).toBe("doubt");
  });

  test("of fever at an unknown age asks the age", () => {
    const fever = { level: "urgent", category: "infant_fever", doubt: true, rule: "f" } as const;
    expect(last(say(hearing({ koorts: { concern: fever } }), "hoi", "koorts")).dialog).toBe("fever-age");
  });

  test("about own words that were asked for keeps them as the answer, so that nobody writes them twice", () => {
    const heard = hearing({ "kookt van woede": { concern: doubt } });
    const commits = say(heard, "hoi", "verpleegkundige", "nee", "kookt van woede", "nee");
    expect(commits[3]?.reply?.card).toBe("doubt");
    expect(commits.at(-1)?.conversation.said["request"]).toBe("kookt van woede");
    expect(commits.at(-1)?.conversation.place.at(-1)?.node).not.toBe("words");
  });

  test("is never raised by a bare telephone number that was asked for", () => {
    const heard = hearing({ "06 12345678": { concern: doubt } });
    const commits = say(heard, "hoi", "verpleegkundige", "nee", "hulp graag", "1", "06 12345678");
    expect(last(commits).card).toBeNull();
    expect(commits.at(-1)?.conversation.said["phone"]).toBe("+31612345678");
  });

  test("colloquial Polish no is no answer to an alarm check in Dutch", () => {
    const reply = last(say(hearing({ raar: { concern: doubt } }), "hoi", "raar", "no"));
    expect(reply.card).toBe("doubt");
  });

  test("traces of earlier messages are handed on, so that split signs can be joined", () => {
    const hints: (Hint | undefined)[] = [];
    say(
      (_words, hint) => {
        hints.push(hint);
        return calmWords;
      },
      "hij is zo warm",
      "en hij drinkt niet",
    );
    expect(hints[1]?.earlier).toEqual(["calm"]);
  });
});

describe("a button of an earlier message", () => {
  const doubt = { level: "urgent", category: "dehydration", doubt: true, rule: "d" } as const;
  const heard = hearing({ raar: { concern: doubt }, Slapen: sleep });
  const tap = (tapped: string, label: string) => ({ tapped, words: new Private(label) });

  test("does not clear an alarm check, whatever its label says", () => {
    const check = say(heard, "hoi", "raar");
    for (const label of ["Nee", "1", last(check).choices[0]?.label ?? ""]) {
      const commits = say(heard, "hoi", "raar", tap("1.no", label));
      expect(last(commits)).toMatchObject({ card: "doubt", node: check.at(-1)?.reply?.node });
      expect(commits.at(-1)?.conversation.slots["cleared"]).toBe("no");
    }
  });

  test("leads from no alarm to a theme", () => {
    expect(last(say(heard, "hoi", "raar", tap("1.sleep", "Slapen"))).card).toBe("doubt");
    expect(last(say(heard, "hoi", "raar", "ja", tap("1.sleep", "Slapen"))).dialog).toBe("alarm");
  });

  test("is said to be old, and what is asked now is asked again", () => {
    const before = last(say(heard, "hoi", "Informatie"));
    const reply = last(say(heard, "hoi", "Informatie", tap("0.yes", "Ja")));
    expect(text(reply)).toContain("hoort bij een eerder bericht");
    expect([reply.node, reply.choices]).toEqual([before.node, before.choices]);
  });

  test("that names a theme leads there, and the ways out lead out whichever message they stood under", () => {
    expect(last(say(heard, "hoi", "Informatie", tap("1.sleep", "Slapen"))).dialog).toMatch(/^sleep/);
    expect(last(say(heard, "hoi", "Informatie", tap("1.nurse", "Verpleegkundige"))).dialog).toBe("callback");
  });

  test("is no answer in own words to what was asked", () => {
    const commits = say(hearing({}), "hoi", "verpleegkundige", "nee", tap("1.yes", "Ja, graag"));
    expect(commits.at(-1)?.conversation.said).toEqual({});
  });
});

describe("a voice note, a photo or a thumb", () => {
  const doubt = { level: "urgent", category: "dehydration", doubt: true, rule: "d" } as const;
  const heard = hearing({ raar: { concern: doubt }, help: { concern: emergency }, "slaapt slecht": sleep });
  const voice = { kind: "medium", medium: "voice" } as const;
  const thumb = { kind: "medium", medium: "reaction" } as const;

  test("is never met with silence: three ways on, also the second time", () => {
    for (const lines of [[voice], ["hoi", voice], ["hoi", voice, voice]]) {
      const reply = last(say(heard, ...lines));
      expect(reply.choices.map(({ id }) => id)).toEqual(["type", "menu", "nurse"]);
    }
    const back = say(heard, "hoi", voice, voice, "1");
    expect(last(back).node).toBe(last(say(heard, "hoi")).node);
  });

  test("leaves the buttons right above it good, and no older ones", () => {
    const asked = last(say(heard, "slaapt slecht", "nee"));
    const [first = { id: "", label: "" }] = asked.choices;
    const tap = { tapped: `${asked.turn}.${first.id}`, words: new Private("een tik") };
    const early = last(say(heard, "slaapt slecht", "nee", first.label));
    expect(last(say(heard, "slaapt slecht", "nee", voice, tap)).node).toBe(early.node);
    expect(last(say(heard, "slaapt slecht", "nee", voice, voice, tap)).dialog).toBe("medium");
  });

  test("leaves an alarm check where it is, and says that it was not heard", () => {
    const asked = last(say(heard, "hoi", "raar"));
    const reply = last(say(heard, "hoi", "raar", voice));
    expect(reply).toMatchObject({ card: "doubt", node: asked.node, choices: asked.choices });
    expect(text(reply)).toContain("alleen tekst lezen");
  });

  test("under a card shows the card again, alone", () => {
    for (const medium of [voice, thumb]) {
      const reply = last(say(heard, "hoi", "help", medium));
      expect([reply.card, reply.bubbles.length]).toEqual(["emergency", 1]);
    }
  });

  test("is not said of new words for an old message, which are searched and answer nothing", () => {
    const edited = (words: string) =>
      ({ kind: "medium", medium: "edited", words: new Private(words) }) as const;
    const asked = last(say(heard, "slaapt slecht", "nee"));
    const reply = last(say(heard, "slaapt slecht", "nee", edited("1")));
    expect([reply.node, reply.choices]).toEqual([asked.node, asked.choices]);
    expect(text(reply)).not.toContain("alleen tekst lezen");
    expect(last(say(heard, "slaapt slecht", "nee", edited("help"))).card).toBe("emergency");
    expect(text(last(say(heard, "hoi", "raar", edited("nee"))))).not.toContain("alleen tekst lezen");
  });

  test("that is a thumb asks the same question again, and at the end asks nothing", () => {
    const asked = last(say(heard, "slaapt slecht", "nee"));
    expect(last(say(heard, "slaapt slecht", "nee", thumb))).toMatchObject({
      node: asked.node,
      choices: asked.choices,
    });
    const bye = say(heard, "hoi", "stop", thumb);
    expect([bye.at(-2)?.reply?.dialog, bye.at(-1)?.reply]).toEqual(["stop", undefined]);
  });
});

describe("an answer that came late", () => {
  const doubt = { level: "urgent", category: "dehydration", doubt: true, rule: "d" } as const;
  const heard = hearing({ raar: { concern: doubt }, help: { concern: emergency }, "slaapt slecht": sleep });
  const wrote = (words: string, tapped?: string) => ({
    words: new Private(words),
    sentAt: -16 * 60_000,
    ...(tapped === undefined ? {} : { tapped }),
  });

  test.each([
    ["typed", wrote("nee")],
    ["typed as a number", wrote("1")],
    ["tapped", wrote("Nee", "2.no")],
  ])("and calms, %s, is asked for again: it says how things were", (_, late) => {
    const asked = last(say(heard, "hoi", "raar"));
    expect(asked.choices.map(({ id }) => id).slice(0, 2)).toEqual(["no", "yes"]);
    const commits = say(heard, "hoi", "raar", late);
    expect(last(commits)).toMatchObject({ card: "doubt", node: asked.node, choices: asked.choices });
    expect(text(last(commits))).toContain("kwam laat");
    expect(commits.at(-1)?.conversation.slots["cleared"]).toBe("no");
  });

  test("and alarms is taken at once", () => {
    expect(last(say(heard, "hoi", "raar", wrote("ja"))).dialog).toBe("alarm");
  });

  test("to a card leaves the card where it is", () => {
    const reply = last(say(heard, "hoi", "help", wrote("Dit klopt niet")));
    expect([reply.card, reply.bubbles.length]).toEqual(["emergency", 1]);
  });

  test("to an everyday question is taken, and said to have come late", () => {
    const early = say(heard, "slaapt slecht", "nee", "Overslaan");
    const late = last(say(heard, "slaapt slecht", "nee", wrote("Overslaan")));
    expect([late.node, text(late)]).toEqual([last(early).node, expect.stringContaining("kwam laat")]);
    expect(text(last(early))).not.toContain("kwam laat");
  });

  test("opens with who we are when it is the first, and then says so", () => {
    const [hello, late] = last(say(heard, wrote("slaapt slecht"))).bubbles;
    expect([hello?.text, late?.text]).toEqual([
      expect.stringContaining("Naast"),
      expect.stringContaining("kwam laat"),
    ]);
  });
});

describe("the first screen", () => {
  test("is said to whoever opens the chat, greets, or asks something", () => {
    const screens = [{ kind: "opened" } as const, "hoi", "slaapt slecht"].map((line) =>
      text(last(say(hearing({ "slaapt slecht": sleep }), line))),
    );
    for (const screen of screens) expect(screen).toContain("Naast");
  });

  test("gives its first useful answer in the third reply, counted from the question", () => {
    const commits = say(
      hearing({ "slaapt slecht": { ...sleep, calm: false } }),
      "slaapt slecht",
      "nee",
      "Overslaan",
    );
    expect(last(commits).node).toBe("ways");
  });

  test("is short for a person who comes back after a day", () => {
    const commits = say(hearing({}), "hoi", { words: new Private("hoi"), sentAt: 90_000_000 });
    expect(text(commits[0]?.reply as Reply)).not.toBe(text(last(commits)));
  });
});

describe("language", () => {
  test("follows what is written, until the person chooses one", () => {
    const polish = { language: "pl", languageConfidence: 0.95 } as const;
    const heard = hearing({ "moje dziecko nie chce spać": polish });
    expect(last(say(heard, "moje dziecko nie chce spać")).locale).toBe("pl");
    expect(last(say(heard, "hoi", "nederlands", "moje dziecko nie chce spać")).locale).toBe("nl");
  });

  test.each([
    ["türkçe", "tr"],
    ["moeilijk", "nl-simple"],
    ["English", "en"],
  ])("%s switches to %s and asks the same question again", (word, locale) => {
    const commits = say(hearing({}), "hoi", "Informatie", word);
    expect(last(commits).locale).toBe(locale);
    expect(last(commits).node).toBe(commits[1]?.reply?.node);
  });

  test("the channel's locale is taken until the person chooses another", () => {
    expect(last(say(hearing({}), { kind: "opened", locale: "tr-simple" })).locale).toBe("tr-simple");
  });

  test("opening the chat in another locale asks the same question in it, and a browser's own setting does not", () => {
    const commits = say(
      hearing({}),
      { kind: "opened", locale: "nl" },
      "Informatie",
      { kind: "opened", locale: "pl-simple" },
      { words: new Private("zzz"), locale: "en" },
    );
    expect(commits.map(({ reply }) => reply?.locale)).toEqual(["nl", "nl", "pl-simple", "pl-simple"]);
    expect(commits[2]?.reply?.node).toBe(commits[1]?.reply?.node);
  });
});

describe("what is kept", () => {
  test("a writer under 16 is sent to the Kindertelefoon and forgotten", () => {
    const commits = say(hearing({}), "hoi", "ik ben 13 en mijn ouders maken ruzie");
    expect(text(last(commits))).toContain("0800-0432");
    expect(commits.at(-1)?.intent).toMatchObject({ kind: "erase", person });
  });

  test("on WhatsApp free words are kept nowhere", () => {
    const onWhatsApp = (words: string): Partial<Inbound> => ({
      channel: "whatsapp",
      words: new Private(words),
    });
    const commits = say(
      hearing({ "slaapt slecht": sleep }),
      onWhatsApp("slaapt slecht"),
      onWhatsApp("hij heeft honger denk ik"),
    );
    expect(JSON.stringify(commits.at(-1)?.conversation)).not.toContain("honger");
  });

  test("words for a request are gone once it was sent", () => {
    const asked = say(
      hearing({}),
      "hoi",
      "verpleegkundige",
      "nee",
      "Wij slapen niet meer",
      "1",
      "0612345678",
      "1",
      "1",
      "1",
      "1",
      "1",
      "2",
      "1",
    );
    const commit = asked.at(-1);
    expect(commit?.intent).toMatchObject({
      kind: "open",
      request: { words: "Wij slapen niet meer", phone: "+31612345678" },
    });
    expect(JSON.stringify(commit?.conversation)).not.toContain("slapen niet meer");
  });

  test("nothing is passed on when the parent stops before sending", () => {
    const stopped = say(
      hearing({}),
      "hoi",
      "verpleegkundige",
      "nee",
      "Wij slapen niet meer",
      "0612345678",
      "1",
      "1",
      "1",
      "1",
      "3",
    );
    expect(stopped.every(({ intent }) => intent === undefined)).toBe(true);
  });
});

test("a soft concern is heard first, then offers a nurse, and goes on with the question when she is not wanted", () => {
  const tired = { level: "nurse", category: "exhausted_parent", doubt: false, rule: "t" } as const;
  const heard = hearing({ "op van de nachten": { ...sleep, concern: tired } });
  const offered = last(say(heard, "hoi", "op van de nachten"));
  expect(offered.dialog).toBe("nurse-offer");
  expect(text(offered)).toContain("Goed dat je het hier vertelt");
  expect(last(say(heard, "hoi", "op van de nachten", "2")).dialog).toBe("sleep-p1");
});

test("a question that could be about several themes is asked about", () => {
  const unsure = {
    themes: [
      { theme: "food", score: 0.4 },
      { theme: "sleep", score: 0.35 },
    ],
  } as const;
  const reply = last(say(hearing({ "het lukt niet": unsure }), "hoi", "het lukt niet"));
  expect(reply.choices.map(({ id }) => id)).toEqual(["food", "sleep", "other", "nurse"]);
});
