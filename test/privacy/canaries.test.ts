import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "redis";
import { type MetaStub, startMetaStub, typed } from "../../src/commands/demo-whatsapp/meta-stub.ts";
import type { Json } from "../../src/commands/demo-whatsapp/meta-webhooks.ts";
import { stubVariables } from "../../src/commands/demo-whatsapp/stub-variables.ts";
import { aviary, type Place, parents, placesIn, sightings } from "../support/canaries.ts";
import { root } from "../support/content.ts";
import { type Product, startProduct } from "../support/product.ts";
import { startTestRedis, type TestRedis, until } from "../support/redis.ts";
import { type ConsoleVisitor, visitConsole } from "./support/console-visitor.ts";
import { plant } from "./support/plant.ts";
import { monitor, placesInRedis } from "./support/redis-places.ts";
import { askForNurse, openWebParent } from "./support/web-parent.ts";

jest.setTimeout(180_000);

/** Throws outside of any request, as code of a library might, with what a parent wrote in its message. */
const crash = 'process.on("SIGUSR2", () => { throw new Error(process.env.WORDS) })';

/** Who nurses are and why they looked: NEN 7513 wants it on the access record, and it may stand nowhere else. */
const nurses = aviary();

let redis: TestRedis;
let meta: MetaStub;
let product: Product;
let tap: Awaited<ReturnType<typeof monitor>>;
let alerts: Server;
const alerted: string[] = [];

beforeAll(async () => {
  redis = await startTestRedis(["--slowlog-log-slower-than", "0"]);
  tap = await monitor(redis.port);
  meta = await startMetaStub({ redeliveries: 0 });
  alerts = createServer(async (request, response) => {
    for await (const chunk of request) alerted.push(String(chunk));
    response.end();
  });
  await new Promise<void>((ready) => alerts.listen(0, "127.0.0.1", ready));
  product = await startProduct({
    REDIS_URL: redis.url,
    LOG_LEVEL: "debug",
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}`,
    WORDS: `Unexpected token in ${parents.word("message of an error")}`,
    ...stubVariables(meta, "verify-token"),
    ALERT_WEBHOOK_URL: `http://127.0.0.1:${(alerts.address() as AddressInfo).port}/`,
  });
  meta.pointTo(`${product.url}/webhooks/whatsapp`);
});
afterAll(async () => {
  await product.stop();
  await meta.stop();
  alerts.close();
  tap.end();
  await redis.stop();
});

describe("nothing a parent gave is found where it does not belong", () => {
  test("whatever Meta sends, in any field, known or not", async () => {
    for (let round = 0; round < 3; round += 1)
      for (const { name, changes } of webhooks())
        for (const change of changes) await meta.deliver(plant(change, parents, name) as Json);
    await post("/webhooks/whatsapp", { forged: parents.word("forged body") });
    await meta.deliver(parents.word("a change that is only a word") as unknown as Json);
    await until(() => meta.received.length >= 20);
  });

  test("a callback over WhatsApp", async () => {
    const parent = { phone: `316${parents.digits("sender", 8)}`, name: parents.word("profile name") };
    const dictated = parents.phone("number to call");
    const told = () => JSON.stringify(meta.taken().filter(({ whom }) => whom.includes(parent.phone)));
    const last = () => JSON.stringify(meta.taken().at(-1)?.payload);
    await sayOverWhatsApp(parent, parents.word("first words"));
    await sayOverWhatsApp(parent, "verpleegkundige");
    for (let asked = 0; asked < 20 && !told().includes("Je verzoek is verstuurd"); asked += 1) {
      const asksNumber = last().includes("Typ het hele nummer");
      await sayOverWhatsApp(parent, last().includes("deze dingen") ? "nee" : asksNumber ? dictated : "1");
    }
    expect(told()).toContain("Je verzoek is verstuurd");
  });

  test("a callback over the web chat, with words", async () => {
    const parent = await openWebParent(product.url, {
      "user-agent": parents.word("user agent"),
      cookie: `a=${parents.word("cookie")}`,
      referer: `https://example.org/${parents.word("referrer")}`,
      "x-forwarded-for": parents.word("forwarded for"),
      "x-anything": parents.word("header"),
    });
    await parent.say(`mijn dochter ${parents.word("name of a child")} slaapt niet`, {
      from: { id: parents.word("from id"), name: parents.word("from name") },
      locale: `nl-${parents.word("locale tag")}`,
      channelData: {
        clientActivityID: parents.word("client id"),
        [parents.word("field")]: parents.word("channel data"),
      },
      entities: [{ type: "Place", name: parents.word("entity") }],
      value: { secret: parents.word("value") },
    });
    await parent.say("", {
      attachments: [
        {
          contentType: "image/png",
          name: parents.word("file name"),
          contentUrl: parents.word("file address"),
        },
      ],
    });
    await askForNurse(
      parent,
      `wij maken ons zorgen ${parents.word("words for the nurse")}`,
      parents.phone("number to call"),
    );
    await parent.say(`en ook nog ${parents.word("words after the request")}`);
  });

  test("a danger sign, and words in a language we do not have", async () => {
    const parent = await openWebParent(product.url);
    await parent.say(`mijn baby ademt niet ${parents.word("words of danger")}`);
    const other = await openWebParent(product.url);
    await other.say(`mi hijo no duerme nunca ${parents.word("words in Spanish")}`);
  });

  test("addresses and bodies that nobody serves", async () => {
    const word = (field: string): string => parents.word(field);
    const doors: readonly (() => Promise<unknown>)[] = [
      () => fetch(`${product.url}/${word("path")}?q=${word("query")}`),
      () => fetch(`${product.url}/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=${word("token")}`),
      () => fetch(`${product.url}/v3/directline/conversations/${word("conversation")}`),
      () => fetch(`${product.url}/v3/directline/conversations/x/stream?t=${word("stream token")}`),
      () => fetch(`${product.url}/nurse/sign-in?ticket=${word("ticket")}`),
      () => fetch(`${product.url}/nurse/oidc/return?code=${word("code")}&state=${word("state")}`),
      () => fetch(`${product.url}/nurse/api/callbacks/${word("callback id")}`),
      () =>
        fetch(`${product.url}/metrics?${word("metrics")}`, { headers: { authorization: word("bearer") } }),
      () => post("/api/messages", { text: word("activity"), from: { name: word("name in Teams") } }),
      () => post("/v3/directline/tokens/return", { returnToken: word("return token") }),
      () => post(`/${word("posted path")}`, word("posted body")),
    ];
    for (const knock of doors) await knock();
    for (const path of [
      "/webhooks/whatsapp",
      "/v3/directline/conversations",
      "/api/messages",
      "/nurse/api/me",
    ])
      await postText(path, `{"text": "a ${word("broken body")}" ${word("what makes it broken")}`);
  });

  test("a nurse who opens, notes, writes and closes", async () => {
    const nurse = await visitConsole(product, nurses.word("name of the nurse"));
    const { callbacks } = (await nurse.get("/callbacks")) as { callbacks: readonly { id: string }[] };
    expect(callbacks).toHaveLength(2);
    for (const { id } of callbacks) await handle(nurse, id);
    await pause(500);
  });

  test("of all that, 0 found: logs, metrics, Redis, disk, every command, and every request out", async () => {
    expect(parents.all.length).toBeGreaterThan(1_000);
    const places = [...(await placesToSearch()), ...placesIn(product.dataDirectory, "data")];
    expect(places.length).toBeGreaterThan(50);
    expect(sightings(parents.all, places)).toEqual([]);
  });

  test("a nurse's name and reason stand on the access record, in her session and in what she did only", async () => {
    const places = await placesToSearch();
    const allowed = /^redis: (session|\{cb\}:history):|^redis: aof|^data: audit\/|^redis: commands/;
    const elsewhere = sightings(nurses.all, [...places, ...placesIn(product.dataDirectory, "data")]).filter(
      ({ place }) => !allowed.test(place),
    );
    expect(elsewhere).toEqual([]);
  });

  test("the search finds one canary planted in each kind of place", async () => {
    const birds = aviary();
    const client = createClient({ url: redis.url });
    await client.connect();
    const text = birds.word("planted");
    await client.set(`planted:${text}`, "x");
    await client.hSet("planted", { field: Buffer.from(`..${text}`).toString("base64") });
    await fetch(`${product.url}/healthz`);
    const places = await placesToSearch();
    client.destroy();
    const found = new Set(sightings(birds.all, places).map(({ place }) => place));
    // a busy machine may note the planting itself as slow
    found.delete("redis: SLOWLOG");
    expect(found).toEqual(
      new Set([
        "redis: key names",
        "redis: commands",
        "redis: planted",
        expect.stringMatching(/^redis: aof/),
      ]),
    );
    const phone = birds.phone("number");
    const grouped = `+31 ${phone.slice(1).replace(/(..)(?=.)/g, "$1 ")}`;
    expect(sightings(birds.all, [{ name: "log", bytes: Buffer.from(grouped) }])).toHaveLength(1);
  });

  test("nor is it when the product crashes", async () => {
    const ended = new Promise((done) => product.process.once("exit", done));
    product.process.kill("SIGUSR2");
    expect(await ended).toBe(1);
    expect(product.printed()).toContain("nobody caught");
    expect(sightings(parents.all, [{ name: "printed", bytes: Buffer.from(product.printed()) }])).toEqual([]);
  });
});

async function handle(nurse: ConsoleVisitor, id: string): Promise<void> {
  await nurse.post(`/callbacks/${id}/open`, { reason: nurses.word("reason"), language: "nl" });
  const { token } = (await nurse.post(`/callbacks/${id}/claim`, {})) as { token: string };
  await nurse.post(`/callbacks/${id}/phone`, { token });
  await nurse.post(`/callbacks/${id}/notes`, { words: parents.word("note of a nurse") });
  await nurse.post(`/callbacks/${id}/attempts`, { token, result: "called" });
  await nurse.post(`/callbacks/${id}/close`, {
    token,
    outcome: "advice_given",
    parentInformed: true,
    note: parents.word("closing note"),
  });
}

/** Everything there is but the data folder: what was printed, counted, kept, told to Redis, and sent out. */
async function placesToSearch(): Promise<readonly Place[]> {
  const metrics = await (await fetch(`${product.url}/metrics`, { headers: { connection: "close" } })).text();
  const place = (name: string, text: string): Place => ({ name, bytes: Buffer.from(text) });
  return [
    place("printed", product.printed()),
    place("metrics", metrics),
    place("alerts", alerted.join("\n")),
    place("to Meta", meta.received.map(withoutReceiver).join("\n")),
    { name: "redis: commands", bytes: tap.heard() },
    ...placesIn(redis.directory, "redis: aof"),
    ...(await placesInRedis(redis.url)),
  ];
}

/** To whom a message goes is what makes it arrive; the number a parent dictates is read back to them. */
function withoutReceiver({ payload, whom }: { readonly payload: Json; readonly whom: string }): string {
  const { to: _to, recipient: _recipient, ...rest } = payload;
  const dictated = parents.all.filter(({ field }) => field === "number to call").map(({ text }) => text);
  const text = JSON.stringify(rest);
  const readBack = /Ik lees dit nummer|Nummer:/.test(text);
  const ungrouped = text.replace(/(?<=\d) (?=\d)/g, "");
  return `${whom.length} ${readBack ? dictated.reduce((left, number) => left.replaceAll(number, ""), ungrouped) : text}`;
}

async function sayOverWhatsApp(
  parent: { readonly phone: string; readonly name: string },
  words: string,
): Promise<void> {
  const mine = () => meta.taken().filter(({ whom }) => whom.includes(parent.phone)).length;
  const before = mine();
  await meta.write(parent, typed(words));
  await until(() => mine() > before);
  await pause(150);
}

async function post(path: string, body: unknown): Promise<Response> {
  return await postText(path, JSON.stringify(body));
}

async function postText(path: string, body: string): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return await fetch(`${product.url}${path}`, { method: "POST", headers, body });
}

/** Every webhook that Meta documents or that was recorded, with our own number in it. */
function webhooks(): readonly { readonly name: string; readonly changes: readonly unknown[] }[] {
  return ["test/recorded", "test/whatsapp-spec/samples"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith(".json"))
      .map((file) => {
        const text = readFileSync(join(root, folder, file), "utf8");
        const body = JSON.parse(
          text.replace(/("phone_number_id":\s*)"\d+"/g, `$1"${meta.phoneNumberId}"`),
        ) as {
          entry?: readonly { changes?: readonly unknown[] }[];
        };
        return { name: file, changes: (body.entry ?? []).flatMap(({ changes = [] }) => changes) };
      }),
  );
}
