/** Starts the product under the Node given, asks it whether it is ready, and stops it again. */
import { spawn } from "node:child_process";

const child = spawn(process.argv[2] ?? process.execPath, ["dist/start.js"], {
  env: { ...process.env, PORT: "0", LOG_LEVEL: "warn" },
  stdio: ["ignore", "pipe", "inherit"],
});
const page = await new Promise((resolve, reject) => {
  let printed = "";
  child.stdout.on("data", (bytes) => {
    printed += bytes;
    const address = /http:\/\/[\d.]+:\d+/.exec(printed)?.[0];
    if (address !== undefined) resolve(address);
  });
  child.on("exit", (code) => reject(new Error(`stopped with ${code} before it was ready`)));
  setTimeout(() => reject(new Error("not ready within 60 seconds")), 60_000).unref();
});
const { status } = await fetch(`${page}/readyz`);
child.removeAllListeners("exit");
const stopped = new Promise((resolve) => child.on("exit", resolve));
child.kill("SIGTERM");
const code = await stopped;
console.log(`ready: ${status}, stopped: ${code}`);
process.exitCode = status === 200 && code === 0 ? 0 : 1;
