import { pathBefore, showDetail, showSummary } from "../../src/console/show-callback.ts";
import type { Callback } from "../../src/escalation/callback.ts";
import { requestFor } from "./bench.ts";

const now = 1_800_000_000_000;
const actor = { id: "local:noor", name: "Noor", roles: ["nurse"], regions: ["all"] } as const;

function callback(changes: Partial<Callback> = {}): Callback {
  return {
    id: "id",
    state: "waiting",
    lane: "soon",
    request: requestFor({ channel: "whatsapp" }, now),
    holder: null,
    attempts: 0,
    outcome: null,
    parentInformed: false,
    breached: false,
    samePhone: [],
    closedAt: null,
    history: [],
    ...changes,
  } as Callback;
}

describe("what is shown of a callback", () => {
  test("the list has these fields and no other", () => {
    expect(Object.keys(showSummary(callback(), actor, now)).sort()).toEqual(
      [
        "attempts",
        "forMe",
        "holder",
        "id",
        "interpreter",
        "lane",
        "language",
        "late",
        "meeting",
        "moment",
        "promisedAt",
        "region",
        "requestedAt",
        "simple",
        "state",
        "undelivered",
      ].sort(),
    );
  });

  test("late is who was promised a call and got no try, and nobody else", () => {
    const after = now + 5 * 3_600_000;
    expect(showSummary(callback(), actor, now).late).toBe(false);
    expect(showSummary(callback(), actor, after).late).toBe(true);
    expect(showSummary(callback({ attempts: 1, state: "not_reached" }), actor, after).late).toBe(false);
    expect(showSummary(callback({ state: "closed" }), actor, after).late).toBe(false);
  });

  test("a message that did not arrive is shown until somebody tries to call", () => {
    const shown = (...history: readonly Partial<Callback["history"][number]>[]) =>
      showSummary(callback({ history: history as Callback["history"] }), actor, now).undelivered;
    const lost = { kind: "undelivered", detail: "lost" } as const;
    expect(shown({ kind: "opened" })).toBeNull();
    expect(shown(lost, { kind: "undelivered", detail: "waits" }, { kind: "claimed" })).toBe("waits");
    expect(shown(lost, { kind: "attempted" })).toBeNull();
  });

  test("the details count down WhatsApp's 24 hours and never show the whole number", () => {
    const way = { channel: "whatsapp", address: {} as never, locale: "pl", lastInboundAt: now } as const;
    const detail = showDetail(callback(), {
      actor,
      now,
      way,
      kept: { notes: [], verdicts: [] },
      others: [],
      fixed: null,
      transcript: [],
    });
    expect(detail.windowEndsAt).toBe(now + 24 * 3_600_000);
    expect(JSON.stringify(detail)).not.toContain("612345678");
  });

  test("the transcript leaves out the request itself and a question shown twice", () => {
    expect(
      pathBefore([
        "menu:what",
        "menu:what=sleep",
        "sleep:tip",
        "sleep:tip",
        "callback:phone",
        "callback:phone=x",
      ]),
    ).toEqual(["menu:what=sleep", "sleep:tip"]);
  });
});
