/**
 * The limit beside which the accept path is measured: a bare `node:http` server that verifies Meta's signature
 * and runs the script that takes a message in, with nothing around it. It reads no dialog and answers nobody.
 *
 * `node bare-accept.mjs REDIS_URL APP_SECRET ACCEPT_LUA`; prints its port.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createClient } from "redis";

const [url, secret, path] = process.argv.slice(2);
const script = readFileSync(path, "utf8");
const sha = createHash("sha1").update(script).digest("hex");
const redis = createClient({ url });
await redis.connect();
await redis.sendCommand(["SCRIPT", "LOAD", script]);

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    const bytes = Buffer.concat(chunks);
    const expected = createHmac("sha256", secret).update(bytes).digest();
    const given = Buffer.from(String(request.headers["x-hub-signature-256"] ?? "").slice(7), "hex");
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      return response.writeHead(401).end();
    const [message] = JSON.parse(bytes.toString()).entry[0].changes[0].value.messages;
    const owner = message.from.slice(-2);
    await redis.sendCommand([
      ...[
        "EVALSHA",
        sha,
        "4",
        `{b${owner}}:inbox:${message.from}`,
        `{b${owner}}:ready`,
        `{b${owner}}:name:${message.from}`,
        `{b${owner}}:seen:${message.id}`,
      ],
      ...[message.from, "86400000", "691200000", "", JSON.stringify(message)],
    ]);
    response.writeHead(200, { "content-length": 0 }).end();
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
