import { EventEmitter } from "node:events";
import { events } from "../../src/console/events.ts";

const actor = { id: "local:ann", name: "Ann", roles: ["nurse"], regions: ["all"] };

/** A line that ends when it is told to and closes later, as one does whose far side is slow. */
class SlowLine extends EventEmitter {
  readonly written: string[] = [];
  writableEnded = false;
  writeHead(): void {}
  write(text: string): void {
    if (this.writableEnded) throw new Error("write after end");
    this.written.push(text);
  }
  end(): void {
    this.writableEnded = true;
  }
}

afterEach(() => {
  jest.useRealTimers();
});

test("a stream that ended and is not closed yet is told nothing more, by a change or a heartbeat", async () => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
  const changes: ((change: object) => void)[] = [];
  const looks: (() => void)[] = [];
  const world = {
    clock: Date.now,
    instance: "test",
    organisation: { name: "JGZ" },
    audit: { write: async () => undefined },
    queue: {
      changes: async (hear: (change: object) => void) => {
        changes.push(hear);
        return async () => undefined;
      },
    },
  };
  const kept = { actor, signedInAt: Date.now(), activeAt: Date.now() + 60_000 };
  const store = {
    get: (_id: string, told: (error: null, found: object) => void) => looks.push(() => told(null, kept)),
  };
  const live = events(world as never, store as never, undefined);
  const request = { session: { actor }, sessionID: "s", get: () => undefined, ip: "127.0.0.1" };
  const open = async (): Promise<SlowLine> => {
    const line = new SlowLine();
    await live.watch(request as never, line as never, () => undefined);
    return line;
  };

  const first = await open();
  changes[0]?.({ id: "c", kind: "opened", region: "noord" });
  jest.advanceTimersByTime(15_000);
  // six may be open: the seventh ends the first, whose session is being looked up
  for (let more = 0; more < 6; more += 1) await open();
  expect(first.writableEnded).toBe(true);
  const heard = first.written.length;
  expect(heard).toBe(2);
  for (const look of looks) look();
  await new Promise(setImmediate);
  changes[0]?.({ id: "d", kind: "opened", region: "noord" });
  expect(first.written).toHaveLength(heard);
  await live.close();
});
