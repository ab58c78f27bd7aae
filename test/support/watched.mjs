/** Loaded before the product in fuzz runs: on SIGUSR2, writes what a crash or a leak would change. */
import { renameSync, writeFileSync } from "node:fs";

const names = () => Object.getOwnPropertyNames(Object.prototype).sort().join();
const atStart = names();

process.on("SIGUSR2", () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const file = process.env.WATCHED_FILE;
  writeFileSync(`${file}.new`, JSON.stringify({ clean: names() === atStart, heapUsed, rss }));
  renameSync(`${file}.new`, file);
});
