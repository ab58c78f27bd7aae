/**
 * The second half of the restore drill: the product itself, with its journal and its keys. One parent asks for a call
 * before the copy of Redis is made and one after it; everything is lost but the copy, DATA_DIR and DATA_KEYS. Both
 * requests must be in line again, once, and must open; with other keys neither may.
 */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, until } from "./loopback.mjs";

const folder = mkdtempSync(join(tmpdir(), "naast-restore-"));
const started = [];
const key = () => randomBytes(32).toString("base64");
const keys = `k1:${key()},person:${key()}`;

try {
  await drill();
} finally {
  for (const child of started) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}

async function drill() {
  const before = await startBoth("one", keys);
  await askForCall(before.url, "06 10000001");
  cpSync(join(folder, "one"), join(folder, "two"), { recursive: true });
  await askForCall(before.url, "06 10000002");
  await before.kill();

  const began = performance.now();
  const after = await startBoth("two", keys);
  await until(async () => (await requestsAt(after)).length === 2);
  const milliseconds = Math.round(performance.now() - began);
  const words = (await requestsAt(after)).map((request) => request.words).sort();
  await after.kill();
  if (words.join() !== "about 06 10000001,about 06 10000002") throw new Error(`came back: ${words.join()}`);

  const other = await startBoth("two", `k1:${key()},person:${key()}`);
  const readable = await requestsAt(other).catch(() => []);
  await other.kill();
  if (readable.length > 0) throw new Error("requests opened without their keys");
  console.log(`restored 2 of 2 requests in ${milliseconds} ms, one of them from the journal; 0 of 2 open with other keys`);
}

async function startBoth(name, ring) {
  const directory = join(folder, name);
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  const redis = start("redis-server", ["infra/redis/redis.conf", "--port", `${port}`, "--dir", directory, "--daemonize", "no"]);
  await until(() => execFileSync("redis-cli", ["-p", `${port}`, "PING"], { encoding: "utf8", stdio: "pipe" }).includes("PONG"));
  const env = { PATH: process.env.PATH, PORT: "0", REDIS_URL: `redis://127.0.0.1:${port}`, DATA_DIR: join(folder, "data"), DATA_KEYS: ring, LOG_LEVEL: "silent" };
  const product = start(process.execPath, ["dist/start.js"], env);
  let printed = "";
  product.stdout.on("data", (bytes) => {
    printed += bytes;
  });
  await until(() => /parents\s+http/.test(printed));
  return {
    env,
    url: /parents\s+(http:\/\/[\d.]+:\d+)/.exec(printed)[1],
    async kill() {
      const ended = [product, redis].map((child) => new Promise((done) => child.once("exit", done)));
      product.kill("SIGKILL");
      redis.kill("SIGKILL");
      await Promise.all(ended);
    },
  };
}

function start(command, args, env = process.env) {
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "ignore"] });
  started.push(child);
  return child;
}

/** Goes through the dialog as a parent does, by the first choice wherever nothing else is asked. */
async function askForCall(url, phone) {
  const wire = async (method, path, token, body) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return await (await fetch(`${url}/v3/directline${path}`, { method, headers, ...sent })).json();
  };
  const { token } = await wire("POST", "/tokens/generate", "", {});
  const { conversationId } = await wire("POST", "/conversations", token, {});
  const path = `/conversations/${conversationId}/activities`;
  const answers = { "callback:alarm": "nee", "callback:words": `about ${phone}`, "callback:phone": phone, "consent:who": "2" };
  let next = "verpleegkundige";
  for (let asked = 0; asked < 25; asked += 1) {
    const { id } = await wire("POST", path, token, { type: "message", text: next, locale: "nl", from: { id: "me" } });
    let replies = [];
    await until(async () => {
      const { activities } = await wire("GET", path, token);
      replies = activities.filter((one) => one.from.role === "bot" && one.id > id);
      return replies.length > 0;
    });
    const at = replies.at(-1).channelData.naast;
    if (`${at.dialog}:${at.node}` === "callback:after") return;
    next = answers[`${at.dialog}:${at.node}`] ?? "1";
  }
  throw new Error("a request could not be made");
}

/** Every open request as a nurse sees it, opened. */
async function requestsAt({ url, env }) {
  const link = execFileSync(process.execPath, ["dist/console-link.js", "--name", "Drill", "--role", "nurse", "--region", "all"], { env, encoding: "utf8" }).trim();
  const entered = await fetch(link, { redirect: "manual" });
  const headers = { cookie: entered.headers.getSetCookie()[0].split(";")[0], origin: url, "content-type": "application/json" };
  const read = async (path, sent = {}) => {
    const answer = await fetch(`${url}/nurse/api${path}`, { headers, ...sent });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return await answer.json();
  };
  const { callbacks } = await read("/callbacks");
  const body = JSON.stringify({ reason: "restore drill", language: "nl" });
  return await Promise.all(callbacks.map(({ id }) => read(`/callbacks/${id}/open`, { method: "POST", body })));
}
