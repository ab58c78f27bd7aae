/** What the checks of `infra/` share: a free port, and waiting for something to be so. */
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

export function freePort() {
  return new Promise((found) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });
}

/** Waits for half a minute at most. What keeps failing is told as it failed last. */
export async function until(isSo) {
  let failure = new Error(`not so within 30 s: ${isSo}`);
  for (let tries = 0; tries < 600; tries += 1) {
    try {
      if (await isSo()) return;
    } catch (error) {
      failure = error;
    }
    await pause(50);
  }
  throw failure;
}
