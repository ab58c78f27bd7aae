import type { CallbackRequest } from "../../src/escalation/callback.ts";
import type { Change, Held } from "../../src/escalation/callback-queue.ts";
import { until } from "../support/redis.ts";
import { aCallbackId, aNurse, aPerson, aRequest } from "../support/samples.ts";
import type { OpenStorage } from "../support/storage.ts";

/** What every callback queue owes. */
export function callbackQueueContract(open: () => OpenStorage): void {
  const queue = () => open().callbacks;
  const ann = aNurse("ann");
  const bea = aNurse("bea");

  async function opened(given: Partial<CallbackRequest> = {}, person = aPerson()) {
    const id = aCallbackId();
    await queue().open(id, aRequest(person, given));
    return id;
  }

  async function held(nurse = ann, wish = {}): Promise<Held> {
    const found = await queue().claim(nurse, wish);
    if (found === undefined) throw new Error("nothing to claim");
    return found;
  }

  describe("opening", () => {
    test("keeps the whole request", async () => {
      const person = aPerson();
      const id = aCallbackId();
      const request = aRequest(person, { words: "żółć 👶\n'\"", interpreter: true, rules: ["fever"] });
      expect(await queue().open(id, request)).toEqual({ kind: "opened", id });
      const callback = await queue().find(id);
      expect(callback).toMatchObject({
        id,
        state: "waiting",
        lane: "soon",
        request,
        holder: null,
        attempts: 0,
      });
      expect(callback?.history.map(({ kind, by }) => [kind, by])).toEqual([["opened", "parent"]]);
      expect(await queue().findOf(person)).toEqual([callback]);
    });

    test("the same id again changes nothing, also after the end", async () => {
      const person = aPerson();
      const id = aCallbackId();
      await queue().open(id, aRequest(person));
      expect(await queue().open(id, aRequest(person))).toEqual({ kind: "again", id });
      const { hold } = await held();
      await queue().close(hold, { outcome: "advice_given", parentInformed: true });
      expect(await queue().open(id, aRequest(person))).toEqual({ kind: "again", id });
      expect((await queue().find(id))?.state).toBe("closed");
    });

    test("a repeat joins the open one, can only raise its lane, and loses no word", async () => {
      const person = aPerson();
      const [first, light, urgent] = [aCallbackId(), aCallbackId(), aCallbackId()];
      await queue().open(first, aRequest(person, { words: "eerst", lane: "soon", promisedAt: 2_000 }));
      expect(await queue().open(light, aRequest(person, { words: "licht", lane: "routine" }))).toEqual({
        kind: "merged",
        id: first,
      });
      expect((await queue().find(first))?.lane).toBe("soon");
      await queue().open(urgent, aRequest(person, { words: "erger", lane: "today", promisedAt: 1_000 }));
      const callback = await queue().find(urgent);
      expect(callback).toMatchObject({ id: first, lane: "today" });
      expect(callback?.request).toMatchObject({ words: "eerst\n\nlicht\n\nerger", promisedAt: 1_000 });
      expect(await queue().open(light, aRequest(person, { words: "licht" }))).toEqual({
        kind: "again",
        id: first,
      });
      expect((await queue().list({ regions: ["all"], part: "open" })).map(({ id }) => id)).toEqual([first]);
    });

    test("of many requests of one person at once one opens and the others join", async () => {
      const person = aPerson();
      const second = await open().another();
      const results = await Promise.all(
        Array.from({ length: 12 }, (_, at) =>
          (at % 2 === 0 ? queue() : second.callbacks).open(
            aCallbackId(),
            aRequest(person, { words: `w${at}` }),
          ),
        ),
      );
      expect(results.filter(({ kind }) => kind === "opened")).toHaveLength(1);
      expect(new Set(results.map(({ id }) => id)).size).toBe(1);
      const [callback] = await queue().list({ regions: ["all"], part: "open" });
      expect(callback?.request.words.split("\n\n").toSorted()).toHaveLength(12);
    });

    test("an equal phone of another person is only flagged, and no longer once that one is closed", async () => {
      const one = await opened({ phone: "+31612345678" });
      const other = await opened({ phone: "+31612345678" });
      await opened({ phone: "+31687654321" });
      expect((await queue().find(one))?.samePhone).toEqual([other]);
      expect((await queue().find(other))?.samePhone).toEqual([one]);
      const { hold } = await held(ann, { id: one });
      await queue().close(hold, { outcome: "referred", parentInformed: true });
      expect((await queue().find(other))?.samePhone).toEqual([]);
    });

    test("a person whose callback is closed gets a new one", async () => {
      const person = aPerson();
      const first = await opened({}, person);
      await queue().close((await held()).hold, { outcome: "not_needed", parentInformed: true });
      const second = await opened({}, person);
      expect((await queue().findOf(person)).map(({ id, state }) => [id, state])).toEqual([
        [second, "waiting"],
        [first, "closed"],
      ]);
    });
  });

  describe("claiming", () => {
    test("goes by lane and age, and a light question is never starved", async () => {
      const day = 86_400_000;
      const now = Date.now();
      const today = await opened({ lane: "today", requestedAt: now });
      const soon = await opened({ lane: "soon", requestedAt: now });
      const routine = await opened({ lane: "routine", requestedAt: now });
      const oldRoutine = await opened({ lane: "routine", requestedAt: now - 4 * day });
      const order = [oldRoutine, today, soon, routine];
      expect((await queue().list({ regions: ["all"], part: "open" })).map(({ id }) => id)).toEqual(order);
      for (const id of order) expect((await held()).callback.id).toBe(id);
      expect(await queue().claim(ann)).toBeUndefined();
    });

    test("fits region and language, and the preferred nurse comes first", async () => {
      const now = Date.now();
      const south = await opened({ region: "south", requestedAt: now - 9 });
      const turkish = await opened({ locale: "tr-simple", requestedAt: now - 8 });
      const forBea = await opened({ preferredNurse: bea.id, requestedAt: now - 7 });
      const plain = await opened({ requestedAt: now });
      const north = aNurse("ann", { regions: ["north"] });
      expect((await held(north, { languages: ["nl"] })).callback.id).toBe(plain);
      expect((await held(bea)).callback.id).toBe(forBea);
      await queue().release((await held(bea, { id: forBea })).hold);
      expect((await held(north, { languages: ["nl"] })).callback.id).toBe(forBea);
      expect((await held(north, { languages: ["tr"] })).callback.id).toBe(turkish);
      expect(await queue().claim(north)).toBeUndefined();
      await expect(queue().claim(north, { id: south })).rejects.toMatchObject({
        code: "escalation.not-found",
      });
    });

    test("those who ask for a nurse come in their order, and none that she holds already comes again", async () => {
      const now = Date.now();
      const late = await opened({ preferredNurse: bea.id, requestedAt: now });
      const early = await opened({ preferredNurse: bea.id, requestedAt: now - 5 });
      expect((await held(bea)).callback.id).toBe(early);
      expect((await held(bea)).callback.id).toBe(late);
      expect(await queue().claim(bea)).toBeUndefined();
    });

    test("of many nurses at once each gets another callback", async () => {
      const ids = await Promise.all(Array.from({ length: 8 }, () => opened()));
      const second = await open().another();
      const claims = await Promise.all(
        ids.map((_, at) => (at % 2 === 0 ? queue() : second.callbacks).claim(aNurse(`n${at}`))),
      );
      expect(new Set(claims.map((claim) => claim?.callback.id)).size).toBe(8);
    });

    test("a callback of another nurse is not given", async () => {
      const id = await opened();
      await held(ann, { id });
      await expect(queue().claim(bea, { id })).rejects.toMatchObject({ code: "escalation.already-claimed" });
      expect(await queue().claim(bea)).toBeUndefined();
      await expect(queue().claim(bea, { id: aCallbackId() })).rejects.toMatchObject({
        code: "escalation.not-found",
      });
    });

    test("a lapsed lease is back in line, and its holder is refused from then on", async () => {
      const id = await opened();
      const late = await held();
      await until(async () => (await queue().tick(0)).expired.includes(id));
      const heir = await held(bea);
      expect(heir.callback.holder?.nurse).toBe(bea.id);
      const ending = { outcome: "advice_given", parentInformed: true } as const;
      await expect(queue().close(late.hold, ending)).rejects.toMatchObject({ code: "escalation.not-holder" });
      await expect(queue().renew(late.hold)).rejects.toMatchObject({ code: "escalation.not-holder" });
      await queue().close(heir.hold, ending);
      const kinds = (await queue().find(id))?.history.map(({ kind }) => kind);
      expect(kinds).toEqual(["opened", "claimed", "expired", "claimed", "closed"]);
    });

    test("renewing keeps the hold past its first end", async () => {
      await opened();
      const { hold } = await held();
      for (let round = 0; round < 4; round += 1) {
        await new Promise((resolve) => setTimeout(resolve, 300));
        await queue().renew(hold);
      }
      expect((await queue().tick(0)).expired).toEqual([]);
      await queue().attempt(hold, "called");
    });
  });

  describe("working", () => {
    test("an attempt is kept, and a parent who was not reached waits in that state", async () => {
      const id = await opened({ promisedAt: 5 });
      const { hold } = await held();
      await queue().attempt(hold, "not_reached");
      expect(await queue().find(id)).toMatchObject({ state: "not_reached", attempts: 1 });
      expect((await queue().tick(10)).breached).toEqual([]);
      await queue().release(hold, Date.now() + 60_000);
      expect(await queue().find(id)).toMatchObject({ state: "not_reached", holder: null });
      expect(await queue().claim(bea)).toBeUndefined();
      expect((await held(bea, { id })).callback.id).toBe(id);
    });

    test("a handed-over hold is the other nurse's alone", async () => {
      const id = await opened();
      const mine = await held(ann);
      const hers = await queue().handover(mine.hold, bea);
      expect(hers.callback.holder).toMatchObject({ nurse: bea.id, name: "bea" });
      await expect(queue().release(mine.hold)).rejects.toMatchObject({ code: "escalation.not-holder" });
      await queue().release(hers.hold);
      expect((await queue().find(id))?.state).toBe("waiting");
    });

    test("closing needs the parent informed", async () => {
      const id = await opened();
      const { hold } = await held();
      await expect(
        queue().close(hold, { outcome: "advice_given", parentInformed: false }),
      ).rejects.toMatchObject({ code: "escalation.outcome-missing" });
      expect((await queue().find(id))?.state).toBe("claimed");
      await queue().close(hold, { outcome: "advice_given", parentInformed: true });
      expect(await queue().find(id)).toMatchObject({
        state: "closed",
        outcome: "advice_given",
        parentInformed: true,
        holder: null,
      });
      expect(await queue().list({ regions: ["all"], part: "open" })).toEqual([]);
      expect((await queue().list({ regions: ["north"], part: "closed" })).map((one) => one.id)).toEqual([id]);
    });

    test("a wrong close is undone, unless the parent has asked anew", async () => {
      const person = aPerson();
      const id = await opened({}, person);
      await queue().close((await held()).hold, { outcome: "advice_given", parentInformed: true });
      await queue().reopen(id, ann);
      expect(await queue().find(id)).toMatchObject({ state: "waiting", outcome: null, closedAt: null });
      await queue().close((await held()).hold, { outcome: "advice_given", parentInformed: true });
      await opened({}, person);
      await expect(queue().reopen(id, ann)).rejects.toMatchObject({ code: "escalation.not-found" });
    });

    test("the parent takes it back whoever holds it", async () => {
      const id = await opened();
      const { hold } = await held();
      expect(await queue().withdraw(id)).toBe(true);
      expect(await queue().withdraw(id)).toBe(false);
      await expect(queue().attempt(hold, "called")).rejects.toMatchObject({ code: "escalation.not-holder" });
      expect(await queue().find(id)).toMatchObject({ state: "closed", outcome: "withdrawn" });
    });

    test("a hold is worth nothing in the hands of another nurse, for any move", async () => {
      const id = await opened();
      const { hold } = await held();
      const hers = { ...hold, nurse: bea.id };
      const moves = [
        () => queue().renew(hers),
        () => queue().attempt(hers, "called"),
        () => queue().handover(hers, bea),
        () => queue().close(hers, { outcome: "advice_given", parentInformed: true }),
        () => queue().release(hers),
      ];
      for (const move of moves) await expect(move()).rejects.toMatchObject({ code: "escalation.not-holder" });
      const callback = await queue().find(id);
      expect(callback).toMatchObject({ state: "claimed", attempts: 0, holder: { nurse: ann.id } });
      expect(callback?.history.map(({ kind }) => kind)).toEqual(["opened", "claimed"]);
      await queue().release(hold);
    });

    test("a parent who was not called is back in line for today under a new promise, once", async () => {
      const person = aPerson();
      const id = await opened({ lane: "routine", promisedAt: 1_000 }, person);
      const { hold } = await held();
      await queue().attempt(hold, "called");
      await queue().close(hold, { outcome: "advice_given", parentInformed: true });
      const no = { key: "m1", answer: "called=no", again: { promisedAt: 9_000 } };
      expect(await queue().answer(id, no)).toBe(true);
      const before = await queue().find(id);
      expect(before).toMatchObject({ state: "waiting", lane: "today", outcome: null, closedAt: null });
      expect(before?.request.promisedAt).toBe(9_000);
      expect(before?.history.slice(-2).map(({ kind, by, detail }) => [kind, by, detail])).toEqual([
        ["answered", "parent", "called=no"],
        ["reopened", "parent", undefined],
      ]);
      const again = await held(bea);
      await queue().close(again.hold, { outcome: "referred", parentInformed: true });
      expect(await queue().answer(id, no)).toBe(true);
      expect(await queue().find(id)).toMatchObject({ state: "closed", outcome: "referred" });
      expect((await queue().tick(10_000)).breached).toEqual([]);
    });

    test("a no is held against the new promise, and takes the callback from nobody", async () => {
      const id = await opened({ lane: "routine", promisedAt: 1_000 });
      const { hold } = await held();
      await queue().attempt(hold, "not_reached");
      await queue().answer(id, { key: "m1", answer: "called=no", again: { promisedAt: 9_000 } });
      expect(await queue().find(id)).toMatchObject({
        state: "claimed",
        lane: "today",
        holder: { nurse: ann.id },
      });
      expect((await queue().tick(8_999)).breached).toEqual([]);
      expect((await queue().tick(9_000)).breached.map((one) => one.id)).toEqual([id]);
      await queue().release(hold);
      expect((await held(bea)).callback).toMatchObject({ id, state: "claimed" });
    });

    test("a no raises the callback that the person has open by now", async () => {
      const person = aPerson();
      const first = await opened({}, person);
      await queue().close((await held()).hold, { outcome: "not_reached", parentInformed: true });
      const second = await opened({ lane: "routine" }, person);
      await queue().answer(first, { key: "m1", answer: "called=no", again: { promisedAt: 9_000 } });
      expect((await queue().find(first))?.state).toBe("closed");
      expect(await queue().find(second)).toMatchObject({ state: "waiting", lane: "today" });
    });

    test("an answer without a wish is noted and moves nothing; of a callback that is gone nothing is", async () => {
      const id = await opened();
      await queue().close((await held()).hold, { outcome: "advice_given", parentInformed: true });
      expect(await queue().answer(id, { key: "m1", answer: "helped=better", again: null })).toBe(true);
      expect(await queue().answer(id, { key: "m1", answer: "helped=better", again: null })).toBe(true);
      const callback = await queue().find(id);
      expect(callback?.state).toBe("closed");
      expect(callback?.history.filter(({ kind }) => kind === "answered")).toHaveLength(1);
      expect(await queue().answer(aCallbackId(), { key: "m1", answer: "helped=same", again: null })).toBe(
        false,
      );
    });

    test("a message that did not arrive is noted once, and moves nothing", async () => {
      const id = await opened();
      await queue().undelivered(id, "m1", "waits");
      await queue().undelivered(id, "m1", "waits");
      await queue().undelivered(id, "m2", "lost");
      const callback = await queue().find(id);
      expect(callback?.state).toBe("waiting");
      expect(callback?.history.slice(1)).toMatchObject([
        { kind: "undelivered", by: "system", detail: "waits" },
        { kind: "undelivered", by: "system", detail: "lost" },
      ]);
      await queue().undelivered(aCallbackId(), "m1", "lost");
    });

    test("a broken promise is marked once and raises the lane", async () => {
      const id = await opened({ lane: "routine", promisedAt: 1_000 });
      const kept = await opened({ lane: "routine", promisedAt: 3_000 });
      expect((await queue().tick(999)).breached).toEqual([]);
      expect((await queue().tick(1_000)).breached.map((one) => one.id)).toEqual([id]);
      expect((await queue().tick(1_001)).breached).toEqual([]);
      expect(await queue().find(id)).toMatchObject({ lane: "soon", breached: true });
      expect(await queue().find(kept)).toMatchObject({ lane: "routine", breached: false });
    });

    test("counts what lies before a new one", async () => {
      const now = Date.now();
      await opened({ lane: "today", requestedAt: now - 10 });
      await opened({ lane: "routine", requestedAt: now - 10 });
      await opened({ lane: "today", requestedAt: now - 10, region: "south" });
      expect(await queue().load("north", "today", now)).toEqual({ open: 2, ahead: 1 });
      expect(await queue().load("north", "routine", now)).toEqual({ open: 2, ahead: 2 });
    });
  });

  test("tells of every change, in whichever process it happened", async () => {
    const heard: Change[] = [];
    const second = await open().another();
    const ignore = await second.callbacks.changes((change) => heard.push(change));
    const id = await opened();
    const { hold } = await held();
    await queue().close(hold, { outcome: "referred", parentInformed: true });
    await until(() => heard.length >= 3);
    expect(heard.map(({ kind }) => kind)).toEqual(["opened", "claimed", "closed"]);
    expect(heard[0]).toEqual({ id, kind: "opened", region: "north" });
    await ignore();
  });
}
