/** Loaded before the product in fuzz runs: on SIGUSR2, writes what a crash or a leak would change. */
import { writeFileSync } from "node:fs";

const names = () => Object.getOwnPropertyNames(Object.prototype).sort().join();
const atStart = names();

process.on("SIGUSR2", () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  writeFileSync(process.env.WATCHED_FILE, JSON.stringify({ clean: names() === atStart, heapUsed, rss }));
});
