/**
 * What the image holds, without an engine to build it: its files, started as it starts them, in production. With nginx
 * on this machine, behind the shipped proxy configuration as well.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";
import { missingForProxy, publicName, readContainerfile, startAsShipped } from "./as-shipped.mjs";

const faults = [];
const must = (rule, holds) => {
  if (!holds) faults.push(rule);
};

const missing = missingForProxy();
const shipped = await startAsShipped({ proxy: missing === undefined });
try {
  const { port, child, proxy } = shipped;
  const get = (path) => fetch(`http://127.0.0.1:${port}${path}`);
  must("/readyz says ready", (await get("/readyz")).status === 200);
  must("the parents' page is served", (await get("/")).status === 200);
  must("the console is served", (await get("/nurse")).status === 200);
  must("metrics need their token", (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { "x-forwarded-for": "203.0.113.9" } })).status === 403);
  must("the image's own health check passes", healthCheck(port));
  if (proxy === undefined) console.log(`without the proxy: ${missing}`);
  else await checkProxy(proxy);
  const over = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  must("it ends by itself when told to", (await over) === 0);
} finally {
  await shipped.stop();
}
for (const fault of faults) console.log(`not so: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;

function healthCheck(port) {
  const args = readContainerfile().healthCheck.map((word) => word.replace("3978", `${port}`));
  return spawnSync(process.execPath, args).status === 0;
}

async function checkProxy({ folder, plain, secure, ask, logged }) {
  const led = await fetch(`http://127.0.0.1:${plain}/x`, { redirect: "manual", headers: { host: "evil.example" } });
  must("plain http leads to the one public name", led.status === 301 && led.headers.get("location") === `https://${publicName}/x`);
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
  must("the stream is named as the world sees it", streamUrl.startsWith(`wss://${publicName}/`));
  const { pathname, search } = new URL(streamUrl);
  const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" };
  must("the stream opens through the proxy", (await ask(pathname + search, { headers: { ...upgrade, origin: `https://${publicName}` } })).status === 101);
  must("a stream for another site does not", (await ask(pathname + search, { headers: { ...upgrade, origin: "https://evil.example" } })).status === 403);
  must("old TLS is refused", !(await shakesHands(secure, publicName, "TLSv1.1")));
  must("another name is not served", !(await shakesHands(secure, "evil.example", "TLSv1.3")));
  rmSync(join(folder, "client_body"), { recursive: true });
  must("a proxy without room for a body says so", (await sized("/webhooks/whatsapp", 3_000_000)).status === 500);
  must("the log holds no address of a page or a person", logged().length > 100 && !/\/|127\.0\.0\.1|token|t=/.test(logged()));
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
