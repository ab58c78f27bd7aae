import { readFileSync } from "node:fs";
import { createServer as createHttp, type Server } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createServer as createTls } from "node:tls";
import { exchange } from "../../src/channels/exchange.ts";
import { oidc } from "../../src/console/oidc.ts";
import { readConfig } from "../../src/http/config.ts";
import { egress } from "../../src/http/egress.ts";
import { connectRedis } from "../../src/storage/redis-link.ts";
import { readScripts } from "../../src/storage/scripts.ts";
import { root } from "../support/content.ts";
import { keptLog } from "../support/log.ts";

/** For `localhost`, made for these tests, and vouched for by nobody. */
const pem = readFileSync(join(root, "test/support/nobodys-certificate.pem"));

const nothing = { headers: {}, body: "{}", timeoutMilliseconds: 5_000 };
let asked: string[] = [];
const servers: Server[] = [];
const listen = async (server: Server): Promise<number> => {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
};
beforeEach(() => {
  asked = [];
});
afterAll(() => servers.map((server) => server.close()));

describe("what leaves by itself", () => {
  const answering = () =>
    createHttp((request, response) => {
      asked.push(request.url ?? "");
      response.end("{}");
    });

  test("reaches the hosts of the configuration and no other, whatever an address looks like", async () => {
    const ours = await listen(answering());
    const other = await listen(answering());
    const leave = egress(readConfig({ WHATSAPP_GRAPH_URL: `http://127.0.0.1:${ours}/v25.0` }), exchange);
    await leave(new URL(`http://127.0.0.1:${ours}/v25.0/1/messages`), nothing);
    for (const address of [
      `http://127.0.0.1:${other}/`,
      `http://127.0.0.1:${ours}@127.0.0.1:${other}/`,
      `http://localhost:${ours}/`,
      "http://169.254.169.254/metadata/identity",
      "https://smba.trafficmanager.net/emea/",
    ]) {
      await expect(leave(address, nothing)).rejects.toMatchObject({ code: "EGRESS" });
    }
    expect(asked).toEqual(["/v25.0/1/messages"]);
  });

  test("reaches Microsoft's own hosts when Azure Bot Service is set up, and none that only end like them", async () => {
    const left: string[] = [];
    const config = readConfig({ MICROSOFT_APP_ID: "id", MICROSOFT_APP_PASSWORD: "password" });
    const leave = egress(config, async (address, _: undefined) => void left.push(String(address)));
    const known = ["https://smba.trafficmanager.net/emea/", "https://webchat.botframework.com/"];
    for (const address of known) await leave(address, undefined);
    for (const address of [
      "https://evil.trafficmanager.net/",
      "https://botframework.com.evil.example/",
      "https://evilbotframework.com/",
      "https://x.example/.botframework.com",
    ]) {
      await expect(leave(address, undefined)).rejects.toThrow("not on the list");
    }
    expect(left).toEqual(known);
  });
});

describe("a far side with a certificate that nobody vouches for", () => {
  test("is not told anything over HTTP", async () => {
    const port = await listen(
      createServer({ key: pem, cert: pem }, (request, response) => {
        asked.push(request.url ?? "");
        response.end("{}");
      }),
    );
    const graph = `https://localhost:${port}/v25.0`;
    const leave = egress(readConfig({ WHATSAPP_GRAPH_URL: graph }), exchange);
    await expect(leave(graph, nothing)).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    const issuer = oidc({ issuer: `https://localhost:${port}`, clientId: "naast", clientSecret: "secret" });
    await expect(issuer.leave("https://naast.example/nurse/oidc/return")).rejects.toMatchObject({
      code: "console.sign-in-unavailable",
    });
    expect(asked).toEqual([]);
  });

  test("is no Redis of ours", async () => {
    const server = createTls({ key: pem, cert: pem }, (socket) =>
      socket.on("data", (bytes) => asked.push(String(bytes))),
    );
    const port = await listen(server as unknown as Server);
    const scripts = readScripts(join(root, "src/storage/scripts"));
    const log = keptLog();
    const link = await connectRedis(
      { kind: "single", url: `rediss://:password@localhost:${port}` },
      scripts,
      log,
    );
    await expect(link.call("key", "PING")).rejects.toMatchObject({ code: "storage.unavailable" });
    await link.close();
    expect(asked).toEqual([]);
  });
});
