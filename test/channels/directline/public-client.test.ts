import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { startChromium } from "../../../src/commands/bench/chromium.ts";
import { openPage, serveFiles } from "../../web/parents/browser.ts";
import { replyOf, type StandIn, startStandIn } from "./chat-stand-in.ts";

const client = readFileSync(require.resolve("botframework-directlinejs/dist/directline.js"));

let service: StandIn;
let files: Awaited<ReturnType<typeof serveFiles>>;
let browser: Browser;

beforeAll(async () => {
  service = await startStandIn((inbound) =>
    replyOf(`heard ${inbound.kind} ${inbound.words.reveal()}`.trim(), {
      choices: [{ id: "yes", label: "Ja" }],
      dialog: "d",
      node: "n",
    }),
  );
  files = await serveFiles({
    "/": {
      type: "text/html",
      body: `<!doctype html><title>t</title><link rel="icon" href="data:,"><script src="/directline.js"></script>`,
    },
    "/directline.js": { type: "text/javascript", body: client },
  });
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  await files.close();
  await service.close();
});

/** Runs in the page: talks to the service as any site with the public client would. */
const converse = `async ({ url, webSocket }) => {
  const domain = url + "/v3/directline";
  const granted = await (await fetch(domain + "/tokens/generate", { method: "POST" })).json();
  const line = new DirectLine.DirectLine({ domain, token: granted.token, webSocket, pollingInterval: 200 });
  const seen = [];
  const heard = (text) => new Promise((found) => {
    const look = () => seen.some((one) => one.text === text) ? found() : setTimeout(look, 10);
    look();
  });
  line.activity$.subscribe((activity) => seen.push(activity), () => {});
  const say = (activity) => new Promise((sent, failed) =>
    line.postActivity({ from: { id: "forged" }, ...activity }).subscribe(sent, failed));
  await say({ type: "event", name: "hello" });
  await heard("heard opened");
  for (const text of ["een", "twee", "drie"]) {
    await say({ type: "message", text, channelData: { clientActivityID: "id-" + text } });
    await heard("heard message " + text);
  }
  line.end();
  return seen;
}`;

test.each([
  ["over a WebSocket", true],
  ["by polling", false],
])("the public Direct Line client holds a conversation from another origin %s", async (_how, webSocket) => {
  const { page, complaints } = await openPage(browser);
  await page.goto(files.url);
  const run = `(${converse})(${JSON.stringify({ url: service.url, webSocket })})`;
  const seen = await page.evaluate<{ text?: string; from: { id: string; role: string }; id: string }[]>(run);

  const texts = seen.filter((one) => one.from.role === "bot").map((one) => one.text);
  expect(texts).toEqual(["heard opened", "heard message een", "heard message twee", "heard message drie"]);
  expect(seen.filter((one) => one.from.role === "user").map((one) => one.text ?? "")).toEqual([
    "",
    "een",
    "twee",
    "drie",
  ]);
  expect(seen.some((one) => one.from.id === "forged")).toBe(false);
  expect(new Set(seen.map((one) => one.id)).size).toBe(seen.length);
  expect(seen.at(-1)).toMatchObject({
    channelData: { naast: { dialog: "d", node: "n", card: null } },
    suggestedActions: { actions: [{ type: "imBack", title: "Ja", value: "Ja" }] },
  });
  expect(complaints).toEqual([]);
  await page.context().close();
});
