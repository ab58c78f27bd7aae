/**
 * What the image holds, without an engine to build it: the files that the Containerfile copies, read only, started as
 * it starts them, as nobody, in production, on a Redis with the shipped settings. With nginx on this machine, behind
 * the shipped proxy configuration as well.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { connect } from "node:tls";
import { freePort, until } from "./loopback.mjs";

const nobody = 65532;
const folder = mkdtempSync(join(tmpdir(), "naast-image-"));
const started = [];
const faults = [];
const must = (rule, holds) => {
  if (!holds) faults.push(rule);
};

try {
  execFileSync("chmod", ["755", folder]);
  const lines = readFileSync("infra/container/Containerfile", "utf8").split("\n");
  const image = layOut(lines);
  const redis = await startRedis();
  const { port, child } = await startProduct(image, lines, redis);
  const get = (path) => fetch(`http://127.0.0.1:${port}${path}`);
  must("/readyz says ready", (await get("/readyz")).status === 200);
  must("the parents' page is served", (await get("/")).status === 200);
  must("the console is served", (await get("/nurse")).status === 200);
  must("metrics need their token", (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { "x-forwarded-for": "203.0.113.9" } })).status === 403);
  must("the image's own health check passes", healthCheck(lines, port));
  if (onPath("nginx") && onPath("openssl")) await checkProxy(port);
  else console.log("without the proxy: nginx or openssl is not on this machine");
  const over = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  must("it ends by itself when told to", (await over) === 0);
} finally {
  await Promise.all(started.map(end));
  execFileSync("chmod", ["-R", "u+w", folder]);
  rmSync(folder, { recursive: true, force: true });
}
for (const fault of faults) console.log(`not so: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Copies what the last stage copies; packages are linked, because they are many. */
function layOut(lines) {
  const image = join(folder, "app");
  mkdirSync(image);
  for (const line of lines) {
    const [, from] = /^COPY --from=build \S+ \/app\/(\S+) /.exec(line) ?? [];
    if (from === undefined) continue;
    mkdirSync(dirname(join(image, from)), { recursive: true });
    if (from === "node_modules") symlinkSync(resolve(from), join(image, from));
    else cpSync(from, join(image, from), { recursive: true });
  }
  rmSync(join(image, "dist/content"), { recursive: true, force: true });
  execFileSync("chmod", ["-R", "a+rX,a-w", image]);
  return image;
}

async function startRedis() {
  const port = await freePort();
  const directory = join(folder, "redis");
  mkdirSync(directory);
  const program = onPath("redis-server") ? "redis-server" : "valkey-server";
  start(program, ["infra/redis/redis.conf", "--port", `${port}`, "--dir", directory, "--daemonize", "no"]);
  return `redis://127.0.0.1:${port}`;
}

async function startProduct(image, lines, redis) {
  const key = () => randomBytes(32).toString("base64");
  const data = join(folder, "data");
  mkdirSync(data);
  const organisation = join(folder, "organisation.yaml");
  writeFileSync(organisation, /```yaml\n([\s\S]+?)```/.exec(readFileSync("docs/guides/organisation.md", "utf8"))[1]);
  const asNobody = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  if ("uid" in asNobody) chownSync(data, nobody, nobody);
  const set = /^ENV (.*)$/.exec(lines.findLast((line) => line.startsWith("ENV ")))[1].split(" ");
  const port = await freePort();
  const env = {
    ...Object.fromEntries(set.map((one) => one.split("="))),
    ...{ PORT: `${port}`, HOST: "127.0.0.1", DATA_DIR: data, TRUST_PROXY: "1", LOG_LEVEL: "warn" },
    ...{ PUBLIC_URL: "https://naast.example", REDIS_URL: redis, DATA_KEYS: `k1:${key()},person:${key()}` },
    ...{ ORGANISATION_FILE: organisation, METRICS_TOKEN: key() },
    ...{ OIDC_ISSUER: "https://issuer.example", OIDC_CLIENT_ID: "naast", OIDC_CLIENT_SECRET: key() },
  };
  const [, ...args] = JSON.parse(lines.find((line) => line.startsWith("CMD ")).slice(4));
  const child = start(process.execPath, args, { cwd: image, env, ...asNobody });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (said += bytes));
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the image does not start: ${said}`);
    return (await fetch(`http://127.0.0.1:${port}/healthz`)).ok;
  });
  return { port, child };
}

function healthCheck(lines, port) {
  const [, command] = /^HEALTHCHECK .*CMD (\[.*\])$/.exec(lines.find((line) => line.startsWith("HEALTHCHECK ")));
  const [, ...args] = JSON.parse(command.replace("3978", `${port}`));
  return spawnSync(process.execPath, args).status === 0;
}

/** The proxy as shipped, but for its ports, its certificate and where it writes. */
async function checkProxy(product) {
  const [plain, secure] = [await freePort(), await freePort()];
  const at = join(folder, "nginx");
  mkdirSync(join(at, "log"), { recursive: true });
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=naast.example", "-keyout", join(at, "key.pem"), "-out", join(at, "fullchain.pem")], { stdio: "ignore" });
  const shipped = readFileSync("infra/nginx/naast.conf", "utf8")
    .replaceAll("/etc/naast/tls", at)
    .replaceAll("/var/log/nginx", join(at, "log"))
    .replaceAll(/listen (\[::\]:)?80\b.*/g, (_, six) => (six ? "" : `listen 127.0.0.1:${plain};`))
    .replaceAll(/listen (\[::\]:)?443\b/g, (_, six) => (six ? `listen [::1]:${secure}` : `listen 127.0.0.1:${secure}`))
    .replace("/etc/naast/upstream.conf", join(at, "upstream.conf"));
  const upstream = readFileSync("infra/nginx/upstream.conf", "utf8");
  writeFileSync(join(at, "upstream.conf"), upstream.replaceAll(/server 127\.0\.0\.1:\d+/g, `server 127.0.0.1:${product}`));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${at}/${kind};`);
  writeFileSync(join(at, "naast.conf"), shipped);
  writeFileSync(join(at, "nginx.conf"), `daemon off; pid ${at}/pid; error_log ${at}/error.log; events {} http { ${temporary.join(" ")} include ${at}/naast.conf; }`);
  const proxy = start("nginx", ["-c", join(at, "nginx.conf")]);
  proxy.stderr.pipe(process.stderr);
  const ask = (path, options = {}) => askOver(secure, path, options);
  await until(async () => (await ask("/healthz")).status === 200);

  const led = await fetch(`http://127.0.0.1:${plain}/x`, { redirect: "manual", headers: { host: "evil.example" } });
  must("plain http leads to the one public name", led.status === 301 && led.headers.get("location") === "https://naast.example/x");
  const page = await ask("/");
  must("the page comes through", page.status === 200 && page.body.includes("<!doctype html>"));
  for (const path of ["/", "/metrics", "/nowhere"]) {
    const { headers } = await ask(path);
    must(`${path} says HSTS once`, /^max-age=\d{8,}[^,]*$/.test(headers["strict-transport-security"] ?? ""));
  }
  must("metrics are not for the world", (await ask("/metrics")).status === 404);
  const sized = (path, bytes) => ask(path, { method: "POST", body: "x".repeat(bytes) });
  must("a body of 65 kB is refused", (await sized("/v3/directline/conversations", 66_000)).status === 413);
  must("a body of 3 MB reaches Meta's door", (await sized("/webhooks/whatsapp", 3_000_000)).status === 503);
  must("a body of 200 kB reaches Microsoft's door", (await sized("/api/messages", 200_000)).status === 503);
  const token = JSON.parse((await sized("/v3/directline/tokens/generate", 0)).body);
  const opened = await ask("/v3/directline/conversations", { method: "POST", headers: { authorization: `Bearer ${token.token}` } });
  const { streamUrl } = JSON.parse(opened.body);
  must("the stream is named as the world sees it", streamUrl.startsWith("wss://naast.example/"));
  const { pathname, search } = new URL(streamUrl);
  const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" };
  must("the stream opens through the proxy", (await ask(pathname + search, { headers: { ...upgrade, origin: "https://naast.example" } })).status === 101);
  must("a stream for another site does not", (await ask(pathname + search, { headers: { ...upgrade, origin: "https://evil.example" } })).status === 403);
  must("old TLS is refused", !(await shakesHands(secure, "naast.example", "TLSv1.1")));
  must("another name is not served", !(await shakesHands(secure, "evil.example", "TLSv1.3")));
  const log = readFileSync(join(at, "log/naast.log"), "utf8");
  must("the log holds no address of a page or a person", log.length > 100 && !/\/|127\.0\.0\.1|token|t=/.test(log));
}

function askOver(port, path, { method = "GET", headers = {}, body = "" }) {
  return new Promise((done, failed) => {
    const sent = { host: "127.0.0.1", port, path, method, servername: "naast.example", rejectUnauthorized: false };
    const asked = request({ ...sent, headers: { host: "naast.example", "content-length": Buffer.byteLength(body), ...headers } });
    asked.on("upgrade", (answer, socket) => {
      socket.destroy();
      done({ status: answer.statusCode, headers: answer.headers, body: "" });
    });
    asked.on("response", async (answer) => {
      const parts = await answer.toArray().catch(() => []);
      done({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts).toString() });
    });
    asked.on("error", failed);
    asked.end(body);
  });
}

function shakesHands(port, servername, version) {
  return new Promise((done) => {
    const line = { host: "127.0.0.1", port, servername, minVersion: version, maxVersion: version, rejectUnauthorized: false, ciphers: "DEFAULT@SECLEVEL=0" };
    const socket = connect(line, () => {
      socket.destroy();
      done(true);
    });
    socket.on("error", () => done(false));
  });
}

/** By asking: a proxy that is only killed leaves its workers behind. */
function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  return over;
}

function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  started.push(child);
  return child;
}

function onPath(program) {
  return process.env.PATH.split(":").some((place) => existsSync(join(place, program)));
}
