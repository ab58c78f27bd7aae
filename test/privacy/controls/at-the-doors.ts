import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { PassThrough } from "node:stream";
import express, { type RequestHandler } from "express";
import { asked, type Control, rejects, throws } from "./control.ts";

/** Says something to a server as it is; gives what came back, or undefined when the line stayed open. */
async function said(server: Server, text: string, milliseconds: number): Promise<string | undefined> {
  server.on("request", (_, response) => response.end());
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const line = connect((server.address() as AddressInfo).port, "127.0.0.1");
  let heard = "";
  line.on("data", (bytes) => {
    heard += bytes;
  });
  line.write(text);
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, milliseconds, undefined));
  const answer = await Promise.race([
    new Promise<string>((resolve) => line.once("close", () => resolve(heard))),
    late,
  ]);
  line.destroy();
  server.closeAllConnections();
  server.close();
  return answer ?? (heard === "" ? undefined : heard);
}

/** Controls at the doors to the outside. */
export const atTheDoors: readonly Control[] = [
  {
    row: 6,
    threat: "one household floods with addresses of its own range",
    file: "src/http/limit-rates.ts",
    without: ["    .slice(0, 4)\n", ""],
    holds: ({ rangeOf }) => rangeOf("2001:db8::1") === rangeOf("2001:db8::2"),
  },
  {
    row: 6,
    threat: "a flood",
    file: "src/http/limit-rates.ts",
    without: ["if (wait === undefined) continue;", "continue;"],
    async holds({ limitRates }) {
      let status = 200;
      const response = {
        status(one: number) {
          status = one;
          return response;
        },
        set: () => response,
        json: () => response,
      };
      const gate = limitRates({ count: async () => 1_000 }, () => undefined);
      await gate({ ip: "203.0.113.1", path: "/", method: "GET" }, response, () => undefined);
      return status === 429;
    },
  },
  {
    row: 24,
    threat: "a body nested a million deep",
    file: "src/channels/read-json.ts",
    without: ["if (isDeeperThan(bytes, deepest)) return undefined;", ""],
    holds: ({ readJson }) => readJson(Buffer.from(`${"[".repeat(40)}${"]".repeat(40)}`)) === undefined,
  },
  {
    row: 24,
    threat: "a deep body at the web chat",
    file: "src/channels/directline/read-activity.ts",
    without: ["readBytes(Buffer.from(body), maxDepth)", "readBytes(Buffer.from(body))"],
    holds: ({ readJson }) => throws(() => readJson(`${"[".repeat(20)}${"]".repeat(20)}`)),
  },
  {
    row: 26,
    threat: "quotes that never close hold the process up",
    file: "src/channels/read-json.ts",
    without: [
      "if (isDeeperThan(bytes, deepest)) return undefined;",
      `if ([...String(bytes).matchAll(/"(?:[^"\\\\]|\\\\.)*"|[[\\]{}]/gs)].length > 9_999) return undefined;`,
    ],
    holds({ readJson }) {
      const began = performance.now();
      readJson(Buffer.from(`"${'\\"'.repeat(40_000)}`));
      return performance.now() - began < 1_000;
    },
  },
  {
    row: 28,
    threat: "WhatsApp's marks change what a text says",
    file: "src/channels/whatsapp/plain-text.ts",
    without: ["return written + replaceMarks(line.slice(at), harmful);", "return line;"],
    holds: ({ writePlain }) => !/~.*~/.test(writePlain("~38,5 of ~39")),
  },
  {
    row: 32,
    threat: "a page of a stranger uses the chat",
    file: "src/channels/directline/origins.ts",
    without: ["return from.host === host || (triedOut && isLoopback(from.hostname));", "return true;"],
    holds: ({ originAllowList }) =>
      !originAllowList("https://naast.example", [])("https://evil.example", "naast.example"),
  },
  {
    row: 31,
    threat: "a token for coming back is used as one for the chat",
    file: "src/channels/directline/token.ts",
    without: ["      audience: use,\n", ""],
    async holds({ chatTokens, newOwner }) {
      const tokens = chatTokens([new Uint8Array(32)], Date.now);
      return rejects(tokens.verify(await tokens.sign(newOwner(), "return"), "chat"));
    },
  },
  {
    row: 31,
    threat: "a token that has run out",
    file: "src/channels/directline/token.ts",
    without: [".setExpirationTime(now + lifetimeSeconds[use])", ".setExpirationTime(now + 10 ** 9)"],
    async holds({ chatTokens, newOwner }) {
      let now = Date.now();
      const tokens = chatTokens([new Uint8Array(32)], () => now);
      const token = await tokens.sign(newOwner(), "chat");
      now += 31 * 60_000;
      return rejects(tokens.verify(token, "chat"));
    },
  },
  {
    row: 64,
    threat: "anyone reads what is counted",
    file: "src/http/is-loopback.ts",
    without: ["address !== undefined && ", "address !== undefined || "],
    holds: ({ isLoopback }) => !isLoopback("203.0.113.9") && isLoopback("127.0.0.1"),
  },
  {
    row: 63,
    threat: "a security contact that nobody answers any more",
    file: "src/http/security-txt.ts",
    without: ["|| Date.parse(security.expires) < Date.now()", ""],
    async holds({ securityTxt }) {
      const router = securityTxt(
        { contact: "mailto:x@example.org", expires: "2020-01-01" },
        "https://x.example",
      );
      return await new Promise((told) => {
        const answer = { type: () => answer, send: () => told(false) };
        const asked = { method: "GET", url: "/.well-known/security.txt", headers: {} };
        router(asked, answer, () => told(true));
      });
    },
  },
  {
    row: 6,
    threat: "a body that goes on and on",
    file: "src/channels/read-body.ts",
    without: ["if (size <= largestBytes)", "if (true)"],
    async holds({ readBody }) {
      const body = new PassThrough();
      body.end(Buffer.alloc(6));
      return (await readBody(body, 5)) === undefined;
    },
  },
  {
    row: 7,
    threat: "a client that never ends its request",
    file: "src/http/patience.ts",
    without: ["  connectionsCheckingInterval: 1_000,\n", ""],
    async holds({ patience }) {
      // a hundredth of the times: half a request is then cut off after 50 milliseconds
      const hundredth = Object.entries(patience).map(([name, time]) => [name, Number(time) / 100]);
      const answer = await said(
        createServer(Object.fromEntries(hundredth)),
        "GET / HTTP/1.1\r\nhost: x\r\n",
        3_000,
      );
      return answer !== undefined;
    },
  },
  {
    row: 25,
    threat: "a text that grows when it is read",
    file: "src/understanding/normalise.ts",
    without: ["text.slice(0, longestRead)", "text"],
    holds: ({ fold, longestRead }) => fold("éa".repeat(5_000)).length <= longestRead,
  },
  {
    row: 29,
    threat: "a field of a body changes what every object is",
    file: "src/channels/directline/read-activity.ts",
    without: [
      "const read = activitySchema.safeParse(readJson(body));",
      "const read = { success: true as const, data: Object.assign({}, readJson(body)) as ChatActivity };",
    ],
    holds: ({ readActivity }) =>
      readActivity('{"type":"message","__proto__":{"isNurse":true}}').isNurse === undefined,
  },
  {
    row: 31,
    threat: "a chat is read with the token of another",
    file: "src/channels/directline/routes.ts",
    without: ['if (request.params["id"] !== owner.conversation) throw unknownChat();', ""],
    also: ["src/channels/directline/token.ts"],
    async holds({ directLineRoutes, chatTokens, newOwner }) {
      const tokens = chatTokens([new Uint8Array(32)], Date.now);
      const desk = {
        ...{ tokens, publicUrl: "http://x", originAllowed: () => true, pseudonym: () => "p" },
        chatLog: {
          read: async () => ({ entries: [], watermark: 0 }),
          head: async () => 0,
          open: async () => 0,
        },
      };
      const authorization = `Bearer ${await tokens.sign(newOwner(), "chat")}`;
      const path = "/conversations/of-somebody-else/activities";
      return (await asked(directLineRoutes(desk), path, { headers: { authorization } })).status === 404;
    },
  },
  {
    row: 33,
    threat: "everyone who was refused comes back at once",
    file: "src/http/limit-rates.ts",
    without: ['    .set("Retry-After", String(Math.ceil(milliseconds / 1000)))\n', ""],
    async holds({ limitRates }) {
      const gate = limitRates({ count: async () => 7_000 }, () => undefined);
      const range: RequestHandler = (given, response, next) =>
        gate(Object.defineProperty(given, "ip", { value: "203.0.113.1" }), response, next);
      return (await asked(range, "/")).headers.get("retry-after") === "7";
    },
  },
  {
    row: 52,
    threat: "a request hides in another",
    file: "src/http/patience.ts",
    without: ["  requestTimeout: 10_000,\n", "  requestTimeout: 10_000,\n  insecureHTTPParser: true,\n"],
    async holds({ patience }) {
      const both =
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
      return (await said(createServer(patience), both, 2_000))?.includes(" 400 ") === true;
    },
  },
  {
    row: 53,
    threat: "a client says itself where it comes from",
    file: "src/http/patience.ts",
    without: ["if (words === undefined) return false;", "if (words === undefined) return true;"],
    async holds({ trustedProxies }) {
      const app = express().set("trust proxy", trustedProxies(undefined));
      app.use((given, response) => void response.send(given.ip));
      const answer = await asked(app, "/", { headers: { "x-forwarded-for": "203.0.113.1" } });
      return !(await answer.text()).includes("203.0.113.1");
    },
  },
];
