/**
 * Naast as operators run it, on this machine: the files of the image, read only, started as the Containerfile starts
 * them, as nobody, on a Redis with the shipped settings, behind the shipped proxy. The checks of `infra/` and the
 * tests share it.
 */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, until } from "./loopback.mjs";

/** The name in naast.conf that operators put their own in place of. */
export const publicName = "naast.example";

const root = dirname(import.meta.dirname ?? dirname(fileURLToPath(import.meta.url)));
const nobody = 65532;
const read = (file) => readFileSync(join(root, file), "utf8");

/** What is not on this machine and a proxy needs; undefined when nothing is. */
export function missingForProxy() {
  const missing = ["nginx", "openssl"].filter((program) => findProgram(program) === undefined);
  return missing.length === 0 ? undefined : `${missing.join(" and ")} not on this machine`;
}

/** What the Containerfile says: what the last stage copies and sets, and what it starts. */
export function readContainerfile() {
  const lines = read("infra/container/Containerfile").split("\n");
  const [, set] = /^ENV (.*)$/.exec(lines.findLast((line) => line.startsWith("ENV ")));
  const [, health] = /^HEALTHCHECK .*CMD (\[.*\])$/.exec(lines.find((line) => line.startsWith("HEALTHCHECK ")));
  const [, ...args] = JSON.parse(lines.find((line) => line.startsWith("CMD ")).slice(4));
  return {
    copied: lines.flatMap((line) => /^COPY --from=build \S+ \/app\/(\S+) /.exec(line)?.[1] ?? []),
    environment: Object.fromEntries(set.split(" ").map((one) => one.split("="))),
    args,
    healthCheck: JSON.parse(health).slice(1),
  };
}

/**
 * Starts the image's files with all that stands around them. What is in `environment` goes before what an operator
 * has to fill in anyway; the organisation is the guide's example, in this region.
 */
export async function startAsShipped({ environment = {}, region = "stad", proxy: wanted = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "naast-shipped-"));
  const leavings = [];
  const stop = async () => {
    for (const end of leavings.toReversed()) await end();
    execFileSync("chmod", ["-R", "u+w", folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    execFileSync("chmod", ["755", folder]);
    const redis = await startRedis(folder, leavings);
    const product = await startImage(folder, region, { REDIS_URL: redis, ...environment }, leavings);
    const proxy = wanted ? await startProxy([product.port]) : undefined;
    if (proxy !== undefined) leavings.push(proxy.stop);
    return { folder, redis, ...product, proxy, stop };
  } catch (failure) {
    await stop();
    throw failure;
  }
}

/** Copies what the last stage copies; packages are linked, because they are many. */
function layOut(image, copied) {
  mkdirSync(image);
  for (const from of copied) {
    mkdirSync(dirname(join(image, from)), { recursive: true });
    if (from === "node_modules") symlinkSync(join(root, from), join(image, from));
    else cpSync(join(root, from), join(image, from), { recursive: true });
  }
  rmSync(join(image, "dist/content"), { recursive: true, force: true });
  execFileSync("chmod", ["-R", "a+rX,a-w", image]);
}

async function startRedis(folder, leavings) {
  const port = await freePort();
  const directory = join(folder, "redis");
  mkdirSync(directory);
  const program = findProgram("redis-server") ?? "valkey-server";
  const given = [join(root, "infra/redis/redis.conf"), "--port", `${port}`, "--dir", directory, "--daemonize", "no"];
  leavings.push(ender(spawn(program, given, { stdio: "ignore" })));
  return `redis://127.0.0.1:${port}`;
}

async function startImage(folder, region, given, leavings) {
  const { copied, environment, args } = readContainerfile();
  const image = join(folder, "app");
  layOut(image, copied);
  const dataDirectory = join(folder, "data");
  const personKeys = join(folder, "persons");
  const organisation = join(folder, "organisation.yaml");
  const [, example] = /```yaml\n([\s\S]+?)```/.exec(read("docs/guides/organisation.md"));
  writeFileSync(organisation, example.replace("id: stad", `id: ${region}`));
  const asNobody = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  for (const place of [dataDirectory, personKeys]) {
    mkdirSync(place);
    if ("uid" in asNobody) chownSync(place, nobody, nobody);
  }
  const key = () => randomBytes(32).toString("base64");
  const port = await freePort();
  const env = {
    ...environment,
    ...{ PORT: `${port}`, HOST: "127.0.0.1", DATA_DIR: dataDirectory, PERSON_KEYS_DIR: personKeys, TRUST_PROXY: "1", LOG_LEVEL: "warn" },
    ...{ PUBLIC_URL: `https://${publicName}`, DATA_KEYS: `k1:${key()},person:${key()}` },
    ...{ ORGANISATION_FILE: organisation, METRICS_TOKEN: key() },
    ...{ OIDC_ISSUER: "https://issuer.example", OIDC_CLIENT_ID: "naast", OIDC_CLIENT_SECRET: key() },
    ...given,
  };
  const child = spawn(process.execPath, args, { cwd: image, env, ...asNobody, stdio: ["ignore", "pipe", "pipe"] });
  leavings.push(ender(child));
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (said += bytes));
  await until(async () => child.exitCode !== null || (await fetch(`http://127.0.0.1:${port}/healthz`)).ok);
  if (child.exitCode !== null) throw new Error(`the image does not start: ${said}`);
  return { port, child, dataDirectory, printed: () => said };
}

/** The proxy as shipped, before processes on these ports, but for its own ports, its certificate and where it writes. */
export async function startProxy(products) {
  const at = mkdtempSync(join(tmpdir(), "naast-proxy-"));
  const [plain, secure] = [await freePort(), await freePort()];
  // its workers are nobody, and keep large bodies beside its settings
  execFileSync("chmod", ["755", at]);
  mkdirSync(join(at, "log"));
  const certificate = ["-subj", `/CN=${publicName}`, "-keyout", join(at, "key.pem"), "-out", join(at, "fullchain.pem")];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", ...certificate], { stdio: "ignore" });
  const shipped = read("infra/nginx/naast.conf")
    .replaceAll("/etc/naast/tls", at)
    .replaceAll("/var/log/nginx", join(at, "log"))
    .replaceAll(/listen (\[::\]:)?80\b.*/g, (_, six) => (six ? "" : `listen 127.0.0.1:${plain};`))
    .replaceAll(/listen (\[::\]:)?443\b/g, (_, six) => (six ? `listen [::1]:${secure}` : `listen 127.0.0.1:${secure}`))
    .replace("/etc/naast/upstream.conf", join(at, "upstream.conf"));
  let place = 0;
  const upstream = read("infra/nginx/upstream.conf").replaceAll(
    /server 127\.0\.0\.1:\d+/g,
    () => `server 127.0.0.1:${products[place++ % products.length]}`,
  );
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${at}/${kind};`);
  writeFileSync(join(at, "upstream.conf"), upstream);
  writeFileSync(join(at, "naast.conf"), shipped);
  writeFileSync(join(at, "nginx.conf"), `daemon off; pid ${at}/pid; error_log ${at}/error.log; events {} http { ${temporary.join(" ")} include ${at}/naast.conf; }`);
  const proxy = spawn(findProgram("nginx"), ["-c", join(at, "nginx.conf")], { stdio: ["ignore", "ignore", "inherit"] });
  const end = ender(proxy);
  const ask = (path, options) => askOver(secure, path, options);
  await until(async () => proxy.exitCode !== null || (await ask("/healthz")).status === 200);
  if (proxy.exitCode !== null) throw new Error("the proxy does not start");
  return {
    ...{ folder: at, plain, secure, ask },
    /** What it wrote of requests, and of its own errors. */
    logged: () => ["naast.log", "naast-error.log"].map((file) => readFileSync(join(at, "log", file), "utf8")).join(""),
    stop: async () => {
      await end();
      rmSync(at, { recursive: true, force: true });
    },
  };
}

/** One request over TLS by the public name, whoever signed the certificate. */
function askOver(port, path, { method = "GET", headers = {}, body = "", signal } = {}) {
  return new Promise((done, failed) => {
    const sent = { host: "127.0.0.1", port, path, method, signal, servername: publicName, rejectUnauthorized: false };
    const asked = request({ ...sent, headers: { host: publicName, "content-length": Buffer.byteLength(body), ...headers } });
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

/** By asking: a proxy that is only killed leaves its workers behind. */
function ender(child) {
  return () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const over = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    return over;
  };
}

/** Servers lie where only the superuser looks. */
function findProgram(program) {
  const places = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/usr/local/sbin"];
  return places.map((place) => join(place, program)).find((path) => existsSync(path));
}
