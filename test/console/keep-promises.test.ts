import { keepOneRound, type OwnQuestion, type PromiseKeeperWorld } from "../../src/console/keep-promises.ts";
import { redisTimers } from "../../src/storage/timers.ts";
import { type Bench, startBench } from "./bench.ts";

const hour = 3_600_000;
/** Due, and not so long ago that it is not worth saying any more. */
const past = Date.now() - hour;
let bench: Bench;
let asked: OwnQuestion[];
let alerts: number[];
let world: PromiseKeeperWorld;

beforeEach(async () => {
  bench = await startBench();
  asked = [];
  alerts = [];
  world = {
    queue: bench.world.queue,
    timers: bench.world.timers,
    parent: bench.world.parent,
    ask: async (question) => void asked.push(question),
    alert: async (broken) => void alerts.push(broken),
    clock: bench.world.clock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
});
afterEach(() => bench.stop());

describe("keeping promises", () => {
  test("one that broke raises the lane, alerts with a count, and is told to the parent, each once", async () => {
    const id = await bench.ask({ lane: "routine", promisedAt: Date.now() - 1 });
    await keepOneRound(world);
    await keepOneRound(world);
    expect((await bench.world.queue.find(id))?.lane).toBe("soon");
    expect(alerts).toEqual([1]);
    expect(bench.sent.map(({ reply }) => reply.bubbles[0]?.text)).toEqual(["pl-simple late {}"]);
  });

  test("one that is kept is not told as broken", async () => {
    const nurse = await bench.signIn();
    const id = await bench.ask({ promisedAt: Date.now() + hour });
    const { token } = (await nurse.post(`/nurse/api/callbacks/${id}/claim`)).body;
    await nurse.post(`/nurse/api/callbacks/${id}/attempts`, { token, result: "called" });
    bench.pass(2 * hour);
    await keepOneRound(world);
    expect(alerts).toEqual([]);
  });

  test("the outcome is told once, also when the console died between closing and telling", async () => {
    const id = await bench.ask();
    const nurse = { id: "local:noor", name: "Noor", regions: ["all"] };
    const held = await bench.world.queue.claim(nurse, { id });
    const request = held?.callback.request;
    if (held === undefined || request === undefined) throw new Error("nobody held it");
    const { person, channel, locale } = request;
    const timer = {
      id: `tell-outcome-${id}`,
      kind: "tell-outcome",
      dueAt: Date.now() - 1,
      person,
      channel,
      locale,
      callback: id,
    } as const;
    await world.timers.set(timer);
    await bench.world.queue.close(held.hold, { outcome: "referred", parentInformed: true });
    await keepOneRound(world);
    await world.timers.set(timer);
    await keepOneRound(world);
    expect(bench.sent.map(({ reply }) => reply.bubbles[0]?.text)).toEqual(["pl-simple outcome.referred {}"]);
  });

  test("a timer for a close that never came says nothing", async () => {
    const id = await bench.ask();
    const { person, channel, locale } = (await bench.world.queue.find(id))?.request ?? ({} as never);
    await world.timers.set({
      id: `tell-outcome-${id}`,
      kind: "tell-outcome",
      dueAt: past,
      person,
      channel,
      locale,
      callback: id,
    });
    await keepOneRound(world);
    expect(bench.sent).toEqual([]);
    expect(await world.timers.claim()).toBeUndefined();
  });

  test("after a call the parent is asked whether it came, and after the agreed days whether it helped", async () => {
    const nurse = await bench.signIn();
    const id = await bench.ask({
      promisedAt: Date.now() - 3 * hour,
      consents: ["passing-on", "afterwards"],
    });
    const { token } = (await nurse.post(`/nurse/api/callbacks/${id}/claim`)).body;
    await nurse.post(`/nurse/api/callbacks/${id}/close`, {
      token,
      outcome: "advice_given",
      parentInformed: true,
      checkBackDays: 7,
    });
    const ids = (await bench.link.call(
      "{timers}:due",
      "ZRANGE",
      "{timers}:due",
      "0",
      "-1",
      "WITHSCORES",
    )) as string[];
    const due = Object.fromEntries(
      ids.flatMap((one, at) => (at % 2 === 0 ? [[one, Number(ids[at + 1])]] : [])),
    );
    expect(due[`were-you-called-${id}`]).toBeGreaterThan(Date.now() + hour / 2);
    expect(due[`check-back-${id}`]).toBeGreaterThan(Date.now() + 6.9 * 24 * hour);
    for (const [one, at] of Object.entries(due))
      await bench.link.call("{timers}:due", "ZADD", "{timers}:due", String(at - 30 * 24 * hour), one);
    await keepOneRound(world);
    expect(asked.map(({ dialog }) => dialog).sort()).toEqual(["called", "how-was-it"]);
    expect(asked.map(({ about }) => about)).toEqual([id, id]);
  });

  test.each([
    ["agreed to nothing of the kind", ["passing-on"], {}],
    ["agreed, and took it back since", ["passing-on", "afterwards"], { afterwards: "no" }],
  ] as const)(
    "who %s is not asked whether it helped, whatever the nurse chose",
    async (_, consents, slots) => {
      const nurse = await bench.signIn();
      const id = await bench.ask({ consents });
      const { person } = (await world.queue.find(id))?.request ?? ({} as never);
      bench.ways.set(person, { ...(bench.ways.get(person) ?? ({} as never)), slots });
      const { body } = await nurse.post(`/nurse/api/callbacks/${id}/open`, { reason: "dienst" });
      expect(body.mayAskLater).toBe(false);
      const { token } = (await nurse.post(`/nurse/api/callbacks/${id}/claim`)).body;
      const ending = { token, outcome: "advice_given", parentInformed: true, checkBackDays: 7 };
      expect((await nurse.post(`/nurse/api/callbacks/${id}/close`, ending)).status).toBe(200);
      const due = (await bench.link.call("{timers}:due", "ZRANGE", "{timers}:due", "0", "-1")) as string[];
      expect(due).not.toContain(`check-back-${id}`);
    },
  );

  test("a parent who took the request back is not asked whether the call came", async () => {
    const id = await bench.ask();
    const { person, channel, locale } = (await bench.world.queue.find(id))?.request ?? ({} as never);
    const timer = {
      id: `were-you-called-${id}`,
      kind: "were-you-called",
      dueAt: past,
      callback: id,
    } as const;
    await world.timers.set({ ...timer, person, channel, locale });
    await bench.world.queue.withdraw(id);
    await keepOneRound(world);
    expect(asked).toEqual([]);
  });
});

describe("timers", () => {
  const timer = {
    id: "check-back-x",
    kind: "check-back",
    dueAt: past,
    person: "p" as never,
    channel: "whatsapp",
    locale: "nl",
    callback: null,
  } as const;

  test("are claimed by one process at a time, and gone when done", async () => {
    const other = redisTimers(bench.link);
    await world.timers.set(timer);
    const claims = await Promise.all([world.timers.claim(), other.claim()]);
    const [due] = claims.filter((claim) => claim !== undefined);
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
    expect(due).toMatchObject({ ...timer, attempts: 0 });
    if (due) await other.done(due);
    expect(
      await bench.link.call("{timers}:due", "EXISTS", "{timers}:timer:check-back-x", "{timers}:due"),
    ).toBe(0);
  });

  test("set again while somebody works on the old one, stay", async () => {
    await world.timers.set(timer);
    const due = await world.timers.claim();
    await world.timers.set({ ...timer, dueAt: past + 1 });
    if (due) await world.timers.done(due);
    expect(await world.timers.claim()).toMatchObject({ dueAt: past + 1 });
  });

  test("are put off, taken back, and forgotten with their person", async () => {
    const timers = redisTimers(bench.link);
    await timers.set(timer);
    const due = await timers.claim();
    if (due) await timers.putOff(due, past + 5);
    expect(await timers.claim()).toMatchObject({ id: timer.id, attempts: 1 });
    await timers.set({ ...timer, id: "another" });
    await timers.cancel("another");
    expect(await timers.forgetOf("p" as never)).toBe(1);
    expect(await timers.claim()).toBeUndefined();
  });

  test("whose lifetime ended while nobody looked are passed over", async () => {
    await world.timers.set({ ...timer, id: "old" });
    await bench.link.call("{timers}:due", "DEL", "{timers}:timer:old");
    await world.timers.set({ ...timer, id: "fresh", dueAt: past + 1 });
    expect(await world.timers.claim()).toMatchObject({ id: "fresh" });
  });
});
