import type { Conversation } from "../../src/conversation/conversation.ts";
import type { Inbound } from "../../src/conversation/inbound.ts";
import type { Script } from "../../src/conversation/script.ts";
import { takeTurn } from "../../src/conversation/take-turn.ts";
import type { Commit } from "../../src/conversation/turn-log.ts";
import type { Load } from "../../src/escalation/promise-time.ts";
import { Private } from "../../src/privacy/private.ts";
import type { PersonId } from "../../src/terms.ts";
import type { Understand } from "../../src/understanding/understanding.ts";
import { calm, hearsNothing } from "../support/calm.ts";
import { productionScript } from "../support/content.ts";

const plain = productionScript(hearsNothing);
const oneRegion: Script = {
  ...plain,
  organisation: { ...plain.organisation, regions: [{ id: "noord", name: "Noord" }] },
};
/** A Monday at noon and a Sunday night, in the Netherlands. */
const noon = Date.UTC(2026, 10, 23, 11);
const night = Date.UTC(2026, 10, 22, 1);
const person = "p" as PersonId;
const none: Load = { ahead: 0, open: 0 };

interface Setting {
  readonly script?: Script;
  readonly now?: number;
  readonly load?: Load;
  readonly locale?: Inbound["locale"];
}

/** Asks for a nurse, has no danger, and answers what follows; gives every commit. */
function request(
  answers: readonly string[],
  { script = oneRegion, now = noon, load = none, locale }: Setting = {},
) {
  const commits: Commit[] = [];
  let conversation: Conversation | undefined;
  for (const [at, line] of ["verpleegkundige", "verpleegkundige", ...answers].entries()) {
    const id = `m${at}`;
    const words = new Private(line);
    const inbound = { id, person, channel: "directline", kind: "message", words, sentAt: now } as const;
    const more = locale === undefined ? {} : { locale };
    const claim = { person, token: "1", attempts: 0, conversation };
    const commit = takeTurn(
      { ...claim, inbound: { ...inbound, address: new Private(""), ...more } },
      script,
      { now, load },
    );
    conversation = JSON.parse(JSON.stringify(commit.conversation)) as Conversation;
    commits.push(commit);
  }
  return commits;
}

const lastText = (commits: readonly Commit[]): string =>
  commits
    .at(-1)
    ?.reply?.bubbles.map(({ text }) => text)
    .join("\n") ?? "";
const labels = (commits: readonly Commit[]): readonly string[] =>
  commits.at(-1)?.reply?.choices.map(({ label }) => label) ?? [];
const node = (commits: readonly Commit[]) => commits.at(-1)?.reply?.node;
const opened = (commits: readonly Commit[]) => {
  const intent = commits.map((commit) => commit.intent).find((one) => one?.kind === "open");
  if (intent?.kind !== "open") throw new Error("nothing was asked for");
  return intent.request;
};

const untilPhone = ["nee", "over slapen"] as const;
/** A message afterwards is welcome, and the nurses read it. */
const consents = ["1", "2"] as const;
const afterPhone = ["2", "1", "1", ...consents] as const;

describe("the telephone number", () => {
  test("that could be from another country is asked about, and the reading that is chosen is shown", () => {
    const asked = request([...untilPhone, "512345678"]);
    expect(node(asked)).toBe("phone-which");
    expect(labels(asked)).toEqual(["Nederland", "Polen", "Ander nummer typen"]);
    const chosen = request([...untilPhone, "512345678", "Polen"]);
    expect(node(chosen)).toBe("phone-right");
    expect(lastText(chosen)).toContain("+48 512 345 678");
    const sent = request([...untilPhone, "512345678", "Polen", "1", ...afterPhone, "1"]);
    expect(opened(sent).phone).toBe("+48512345678");
    expect(sent.at(-1)?.conversation.said).toEqual({});
  });

  test("of no country chosen is typed anew", () => {
    const again = request([...untilPhone, "512345678", "Ander nummer typen"]);
    expect(node(again)).toBe("phone");
    expect(node(request([...untilPhone, "512345678", "Ander nummer typen", "0612345678"]))).toBe(
      "phone-right",
    );
  });

  test("is not needed for a visit, and then it is said how the nurse answers", () => {
    const visit = request([...untilPhone, "Liever huisbezoek"]);
    expect(lastText(visit)).toContain("schrijft je hier");
    const sent = request([...untilPhone, "Liever huisbezoek", "2", "1", ...consents, "1"]);
    expect(opened(sent)).toMatchObject({ meeting: "visit", phone: null, voicemailSafe: false });
  });

  test("typed before a visit was chosen is not passed on: the parent did not confirm it", () => {
    const sent = request([...untilPhone, "0612345678", "2", "Liever naar inloop", "2", "1", ...consents]);
    expect(lastText(sent)).toContain("Liever naar inloop");
    expect(lastText(sent)).not.toContain("12345678");
    const confirmed = request([
      ...untilPhone,
      "0612345678",
      "2",
      "Liever naar inloop",
      "2",
      "1",
      ...consents,
      "1",
    ]);
    expect(opened(confirmed)).toMatchObject({ meeting: "walk_in", phone: null });
  });
});

describe("the region", () => {
  test("is asked where there is more than one, by the organisation's own names", () => {
    const asked = request(["hayır", "uyku"], { script: plain, locale: "tr-simple" });
    expect(labels(asked).slice(0, 2)).toEqual(["Noord", "Zuid"]);
    const sent = request([...untilPhone, "Zuid", "0612345678", "1", ...afterPhone, "1", "1"], {
      script: plain,
    });
    expect(opened(sent).region).toBe("zuid");
  });

  test("that a parent does not know is every region", () => {
    const sent = request([...untilPhone, "overslaan", "0612345678", "1", ...afterPhone, "1", "1"], {
      script: plain,
    });
    expect(opened(sent).region).toBe("all");
  });

  test("is not asked where there is one", () => {
    expect(node(request(untilPhone))).toBe("phone");
  });
});

describe("the promise", () => {
  const whole = [...untilPhone, "0612345678", "1", ...afterPhone] as const;

  test("says before the parent confirms that many are waiting, with the later time", () => {
    const load = { ahead: 250, open: 250 };
    const full = request(whole, { load });
    expect(node(full)).toBe("confirm");
    expect(lastText(full)).toContain("Er wachten nu veel ouders");
    expect(lastText(request(whole))).not.toContain("Er wachten nu veel ouders");
    const [later, sooner] = [opened(request([...whole, "1"], { load })), opened(request([...whole, "1"]))];
    expect(later.promisedAt).toBeGreaterThan(sooner.promisedAt);
  });

  test("out of hours names when nurses are back and where to go until then", () => {
    const sent = request([...whole, "1"], { now: night });
    expect(lastText(sent)).toContain("maandag 23 november om 08:30");
    expect(lastText(sent)).toContain("• de huisartsenspoedpost");
    expect(lastText(request([...whole, "1"]))).not.toContain("•");
  });
});

describe("a doubt", () => {
  const concern = { level: "urgent", category: "dehydration", doubt: true, rule: "drinks-little" } as const;
  const heard: Understand = (words) => (words === "raar" ? { ...calm, concern } : calm);
  const script = { ...oneRegion, understand: heard };
  const upToSend = ["over slapen", "0612345678", "1", ...afterPhone, "1"] as const;

  test("that the alarm check cleared is no reason, no rule and no higher lane", () => {
    const sent = opened(request(["nee", "raar", "nee", "0612345678", "1", ...afterPhone, "1"], { script }));
    expect(sent).toMatchObject({ lane: "routine", reason: "asked-for-nurse", rules: [], words: "raar" });
  });

  test("beside a concern for a nurse is cleared by itself: the concern stays the reason", () => {
    const tired = { level: "nurse", category: "exhausted_parent", doubt: true, rule: "worn-out" } as const;
    const hears: Understand = (words) => (words === "op" ? { ...calm, concern: tired } : calm);
    const sent = opened(
      request(["nee", "op", "nee", ...upToSend.slice(1)], { script: { ...oneRegion, understand: hears } }),
    );
    expect(sent).toMatchObject({ lane: "today", reason: "exhausted_parent", rules: ["worn-out"] });
  });

  test("that was cleared once is asked about again when it is raised anew", () => {
    const again = request(["nee", ...upToSend.slice(0, 1), "raar", "verpleegkundige"], { script });
    expect(lastText(again)).toContain("Eerst kijken we of er gevaar is");
  });

  test("that turned out to be a danger goes along, as its reason and for today", () => {
    const commits = request(
      ["nee", "raar", "ja", "5", "Gevaar is voorbij", "Niet nu", "menu", "verpleegkundige"],
      { script },
    );
    expect(commits.at(-1)?.conversation.slots).toMatchObject({
      reason: "dehydration",
      rules: "drinks-little",
    });
  });
});

describe("the number that nurses call from", () => {
  const saidWith = (callsFrom: string | undefined, locale?: Inbound["locale"]): string => {
    const organisation = { ...oneRegion.organisation, callsFrom };
    const setting = { script: { ...oneRegion, organisation }, ...(locale === undefined ? {} : { locale }) };
    return lastText(request([...untilPhone, "06 12345678", "1", ...afterPhone, "1"], setting));
  };

  test("is told with the request, so that a parent knows whom to answer", () => {
    expect(saidWith("070 000 00 00")).toMatch(
      /Bellen we je\? Dan zie je dit nummer: 070\u00a0000\u00a000\u00a000\n/,
    );
    expect(saidWith("hidden")).toContain("Dan zie je geen nummer.\n");
  });

  test("is not spoken of where the organisation does not say", () => {
    const said = saidWith(undefined);
    expect(said).toContain("Je verzoek is verstuurd.");
    expect(said).not.toMatch(/Bellen we je|\{\{/);
  });
});
