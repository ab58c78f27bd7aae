import { join } from "node:path";
import type { Browser } from "playwright-core";
import { startChromium } from "../../src/commands/bench/chromium.ts";
import type { MetaStub } from "../../src/commands/demo-whatsapp/meta-stub.ts";
import { serveParentPage } from "../../src/commands/demo-whatsapp/parent-page.ts";
import { config, openDoor } from "../channels/whatsapp/support/door.ts";
import { startCheckedStub } from "./start-checked-stub.ts";

let meta: MetaStub;
let door: Awaited<ReturnType<typeof openDoor>>;
let page: Awaited<ReturnType<typeof serveParentPage>>;

beforeAll(async () => {
  meta = await startCheckedStub({ statuses: [] });
  door = await openDoor({ config: { ...config, appSecrets: [meta.appSecret] } });
  meta.pointTo(door.url);
  page = await serveParentPage(meta, join(__dirname, "../.."), 0);
});

afterAll(async () => {
  await page.close();
  await meta.stop();
  await door.close();
});

const send = (payload: object) =>
  fetch(`${meta.graphUrl}/${meta.phoneNumberId}/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${meta.accessToken}` },
    body: JSON.stringify({ messaging_product: "whatsapp", to: "+31600000001", ...payload }),
  });

describe("the page on which a developer chats as a parent", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  test("sends what is typed and tapped, and shows what comes back", async () => {
    const tab = await browser.newPage();
    await tab.goto(page.url);
    await tab.getByLabel("Message", { exact: true }).fill("mijn kind slaapt niet");
    await tab.getByRole("button", { name: "Send", exact: true }).click();
    await tab.getByText("webhook answered 200").waitFor();
    expect(door.inbounds().map((one) => one.words.reveal())).toEqual(["mijn kind slaapt niet"]);

    const rows = ["Ja", "Nee", "Misschien", "Stop"].map((title, at) => ({ id: `1.c${at}`, title }));
    await send({
      type: "interactive",
      interactive: {
        type: "list",
        body: { text: "Hoe oud?" },
        action: { button: "Kies", sections: [{ rows }] },
      },
    });
    await tab.getByText("Hoe oud?").first().waitFor();
    await tab.getByLabel("The number is hidden").check();
    await tab.getByRole("button", { name: "Misschien" }).click();
    await tab.getByText("webhook answered 200").nth(1).waitFor();
    expect(door.inbounds()[1]).toMatchObject({ tapped: "1.c2", person: door.inbounds()[0]?.person });
  });

  test.each(["Voice note", "Sticker", "Location", "Contact card", "Thumbs up", "Poll"])(
    "sends a %s",
    async (name) => {
      const before = door.inbounds().length;
      const tab = await browser.newPage();
      await tab.goto(page.url);
      await tab.getByRole("button", { name }).click();
      await tab.getByText("webhook answered 200").waitFor();
      expect(door.inbounds().slice(before)).toMatchObject([{ kind: "medium" }]);
    },
  );

  test("a template is shown in the words that Meta approved", async () => {
    const tab = await browser.newPage();
    await tab.goto(page.url);
    const button = { type: "button", sub_type: "quick_reply", index: "0" };
    const components = [{ ...button, parameters: [{ type: "payload", payload: "1.read" }] }];
    await send({
      type: "template",
      template: {
        name: "naast_message_ready",
        language: { policy: "deterministic", code: "pl" },
        components,
      },
    });
    await tab.getByText("Czeka na ciebie wiadomość.").first().waitFor();
    await tab.getByRole("button", { name: "Czytaj wiadomość" }).click();
    await tab.getByText("webhook answered 200").waitFor();
    expect(door.inbounds().at(-1)).toMatchObject({ tapped: "1.read" });
  });
});

test("another site cannot write with it", async () => {
  const write = (headers: Record<string, string>) =>
    fetch(`${page.url}write`, { method: "POST", headers, body: "{}" });
  expect((await write({ origin: "https://evil.example" })).status).toBe(403);
  expect((await write({ origin: page.url.slice(0, -1) })).status).toBe(400);
});
