import type { CallbackQueue } from "../escalation/callback-queue.ts";
import type { Load } from "../escalation/promise-time.ts";

const refreshMilliseconds = 5_000;

/** Keeps the number of open callbacks at hand, so that a turn can promise without asking Redis. A few seconds old. */
export function keepLoad(
  callbacks: Pick<CallbackQueue, "load">,
  seen: (open: number) => void,
): { now(): Load; stop(): void } {
  let load: Load = { ahead: 0, open: 0 };
  const refresh = async (): Promise<void> => {
    load = await callbacks.load("all", "routine", Date.now()).catch(() => load);
    seen(load.open);
  };
  void refresh();
  const timer = setInterval(refresh, refreshMilliseconds);
  timer.unref();
  return { now: () => load, stop: () => clearInterval(timer) };
}
