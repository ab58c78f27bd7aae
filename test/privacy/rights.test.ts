import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";
import { type MetaStub, startMetaStub, typed } from "../../src/commands/demo-whatsapp/meta-stub.ts";
import { stubVariables } from "../../src/commands/demo-whatsapp/stub-variables.ts";
import { openKeyringFile } from "../../src/privacy/keyring.ts";
import { aviary, type Place, placesIn, sightings } from "../support/canaries.ts";
import { type Product, startProduct } from "../support/product.ts";
import { startTestRedis, type TestRedis, until } from "../support/redis.ts";
import { visitConsole } from "./support/console-visitor.ts";
import { openEverything, secretsIn } from "./support/open-everything.ts";
import { placesInRedis } from "./support/redis-places.ts";
import { askForNurse, openWebParent, type WebParent } from "./support/web-parent.ts";

jest.setTimeout(120_000);

const birds = aviary();
let redis: TestRedis;
let meta: MetaStub;
let product: Product;
/** Apart from the data directory, as an operator is told to: whoever copies the one has not copied the other. */
const personKeys = mkdtempSync(join(tmpdir(), "naast-person-keys-"));

beforeAll(async () => {
  redis = await startTestRedis();
  meta = await startMetaStub({ redeliveries: 0 });
  product = await startProduct({
    REDIS_URL: redis.url,
    PERSON_KEYS_DIR: personKeys,
    ...stubVariables(meta, "verify-token"),
  });
  meta.pointTo(`${product.url}/webhooks/whatsapp`);
});
afterAll(async () => {
  await product?.stop();
  await meta?.stop();
  await redis?.stop();
  rmSync(personKeys, { recursive: true, force: true });
});

/** Everything that is kept anywhere, as it is and opened by whoever has all keys there are. */
async function everything(): Promise<readonly Place[]> {
  const places = [
    ...(await placesInRedis(redis.url)),
    ...placesIn(redis.directory, "aof"),
    ...placesIn(product.dataDirectory, "data"),
    { name: "printed", bytes: Buffer.from(product.printed()) },
  ];
  return [...places, ...(await opened(places))];
}

/** What can be read of places by whoever has all keys there are, and all secrets that are left. */
async function opened(places: readonly Place[]): Promise<readonly Place[]> {
  const keyring = openKeyringFile(join(product.dataDirectory, "keys"));
  const secrets = secretsIn(placesIn(personKeys, "persons"), keyring);
  return openEverything(places, keyring, [...(await salts()), ...secrets]);
}

async function salts(): Promise<readonly string[]> {
  const client = await createClient({ url: redis.url }).connect();
  const kept = await client.keys("*:salt:*");
  const found = await Promise.all(kept.map((name) => client.get(name)));
  client.destroy();
  return found.flatMap((salt) => salt ?? []);
}

const exported = (said: string) => JSON.parse(said.slice(said.indexOf("{"), said.lastIndexOf("}") + 1));

describe("a parent on the web page", () => {
  const words = `slapen gaat moeilijk ${birds.word("words for the nurse")}`;
  const phone = birds.phone("number to call");
  let parent: WebParent;
  /** All of the data directory, copied before this parent is erased. */
  let copy: readonly Place[] = [];

  test("sees what is kept, and how often somebody of the team looked", async () => {
    parent = await openWebParent(product.url);
    await askForNurse(parent, words, phone);
    const nurse = await visitConsole(product, "Noor");
    const { callbacks } = (await nurse.get("/callbacks")) as { callbacks: readonly { id: string }[] };
    await nurse.post(`/callbacks/${callbacks[0]?.id}/open`, { reason: "terugbellen", language: "nl" });
    await parent.say("mijn gegevens");
    const shown = await parent.say("Laat zien");
    expect(shown).toContain("Taal: Nederlands");
    expect(shown).toMatch(/Terugbellen gevraagd: \d{1,2}-\d{1,2}-\d{4}/);
    expect(shown).toMatch(/Zo vaak keek iemand van ons team: [1-9]\d* \(\d{1,2}-\d{1,2}-\d{4}\)/);
  });

  test("gets a copy that a machine can read, with the request and every look", async () => {
    const copy = exported(await parent.say("Kopie maken"));
    expect(copy).toMatchObject({ naast: 1, channel: "directline", locale: "nl" });
    expect(copy.callbacks).toMatchObject([{ state: "waiting", words, consent: expect.any(String) }]);
    expect(copy.callbacks[0].phone).toContain(phone.slice(1));
    const look = {
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      roles: ["nurse"],
      did: expect.any(String),
    };
    expect(copy.looks).toContainEqual({ ...look, organisation: expect.stringMatching(/./) });
    expect(copy.looks.map(({ did }: { did: string }) => did)).toContain("callback-viewed");
  });

  test("corrects the age of the child, and the language", async () => {
    await parent.say("Leeftijd wijzigen");
    expect(await parent.say("1 tot 2 jaar")).toContain("Goed, de leeftijd is aangepast.");
    expect(await parent.say("Laat zien")).toContain("Leeftijd van je kind: 1 tot 2 jaar");
    await parent.say("Leeftijd wijzigen");
    await parent.say("2 tot 4 jaar");
    expect(exported(await parent.say("Kopie maken")).ageMonths).toBe(24);
    await parent.say("Taal wijzigen");
    expect(await parent.say("English")).toContain("It is your data.");
    await parent.say("Change language");
    await parent.say("Nederlands");
  });

  test("withdraws consent for a call as easily as it was given", async () => {
    await parent.say("Toestemming stoppen");
    expect(await parent.say("Terugbelverzoek")).toContain("Je verzoek is binnen");
    await parent.say("Intrekken");
    await parent.say("ja");
    const nurse = await visitConsole(product, "Noor");
    expect(await nurse.get("/callbacks")).toMatchObject({ callbacks: [] });
  });

  test("erases all of it, gets a number, and the nurse who held the request hears it", async () => {
    await askForNurse(parent, words, phone);
    const nurse = await visitConsole(product, "Noor");
    const { callbacks } = (await nurse.get("/callbacks")) as { callbacks: readonly { id: string }[] };
    const id = callbacks[0]?.id ?? "";
    await nurse.post(`/callbacks/${id}/claim`, {});
    await nurse.post(`/callbacks/${id}/notes`, { words: birds.word("note about this parent") });
    const places = sightings(birds.all, await everything()).map(({ place }) => place);
    for (const kept of [/^redis: .*callback.*opened/, /^aof: .*opened/, /^data: escalations.*opened/])
      expect(places).toContainEqual(expect.stringMatching(kept));
    copy = placesIn(product.dataDirectory, "copy");
    expect(sightings(birds.all, await opened(copy))).not.toEqual([]);
    await parent.say("wis alles");
    const receipt = /nummer ([0-9A-F]{4}-[0-9A-F]{4})/.exec(await parent.say("ja"))?.[1];
    expect(receipt).toBeDefined();
    await expect(nurse.post(`/callbacks/${id}/claim`, {})).rejects.toThrow(/404/);
    const auditor = await visitConsole(product, "Aya", "auditor");
    const { records } = (await auditor.get(`/audit?object=${receipt}`)) as { records: readonly unknown[] };
    expect(records).toMatchObject([
      { event: "erased", outcome: "granted", count: expect.any(Number), subject: null },
    ]);
  });

  test("leaves a copy behind that says nothing from then on, and looks under a number that leads to nobody", async () => {
    expect(sightings(birds.all, await opened(copy))).toEqual([]);
    const auditor = await visitConsole(product, "Aya", "auditor");
    const { records } = (await auditor.get("/audit?event=callback-viewed")) as {
      records: readonly { readonly subject: string }[];
    };
    expect(records.length).toBeGreaterThan(0);
    for (const { subject } of records) {
      expect(subject).toMatch(/^[\w-]{24}$/);
      const names = [...(await placesInRedis(redis.url)), ...placesIn(personKeys, "persons")];
      for (const { bytes } of names) expect(bytes.includes(subject)).toBe(false);
    }
  });

  test("is then to be found nowhere, by whoever has every key: Redis, its file once rewritten, all disks", async () => {
    const found = async () => sightings(birds.all, await everything());
    await until(async () => (await found()).length === 0, 60_000);
    expect(await found()).toEqual([]);
    const kinds = (await placesInRedis(redis.url)).map(({ name }) => name.split(":")[2]);
    for (const gone of ["conversation", "salt", "callback", "history", "notes"])
      expect(kinds).not.toContain(gone);
  });

  test("begins anew as somebody nobody knows", async () => {
    expect(await parent.say("hoi")).toContain("Ik ben niet voor spoed");
    await parent.say("mijn gegevens");
    const copy = exported(await parent.say("Kopie maken"));
    expect(copy).toMatchObject({ callbacks: [], looks: [] });
  });
});

describe("a parent who leaves the page", () => {
  const kinds = async () => {
    const kept = (await placesInRedis(redis.url)).map(({ name }) => name.split(":")[2] ?? "");
    return kept.filter((kind) => ["conversation", "salt", "chat", "inbox"].includes(kind)).toSorted();
  };
  const leave = ({ conversation, token }: WebParent) =>
    fetch(`${product.url}/v3/directline/conversations/${conversation}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${token}` },
    });

  test("and asked for nothing leaves no place behind, and who waits for a call is not forgotten", async () => {
    const before = await kinds();
    const reader = await openWebParent(product.url);
    await reader.say("mijn kind slaapt slecht");
    expect(await kinds()).toHaveLength(before.length + 3);
    expect((await leave(reader)).status).toBe(204);
    expect(await kinds()).toEqual(before);

    const waits = await openWebParent(product.url);
    await askForNurse(waits, "slapen", "0612345699");
    await leave(waits);
    expect(await kinds()).toEqual([...before, "conversation", "salt"].toSorted());
  });
});

describe("a parent on WhatsApp", () => {
  const parent = { phone: `316${birds.digits("sender", 8)}`, name: birds.word("profile name") };

  async function say(words: string, who = parent): Promise<string> {
    const mine = () => meta.taken().filter(({ whom }) => whom.includes(who.phone));
    const before = mine().length;
    await meta.write(who, typed(words));
    await until(() => mine().length > before);
    await new Promise((done) => setTimeout(done, 250));
    const bodies = mine()
      .slice(before)
      .map(({ payload }) => payload as { text?: { body: string }; interactive?: { body: { text: string } } });
    return bodies.map(({ text, interactive }) => text?.body ?? interactive?.body.text ?? "").join("\n");
  }

  test("leaves no word behind that was answered: of danger, or of health before any choice", async () => {
    const before = birds.all.length;
    const [one, other] = ["31687650001", "31687650002"].map((phone) => ({ phone, name: "Bo" }));
    expect(await say(`mijn baby ademt niet ${birds.word("words of danger")}`, one)).toContain("112");
    await say(`mijn kind slaapt slecht en huilt ${birds.word("words of health")}`, other);
    const kept = await placesInRedis(redis.url);
    const opened = openEverything(kept, openKeyringFile(join(product.dataDirectory, "keys")), await salts());
    expect(birds.all.slice(before)).toHaveLength(2);
    expect(sightings(birds.all.slice(before), [...kept, ...opened])).toEqual([]);
  });

  test("sees, copies, stops and erases there as well", async () => {
    await say("hoi");
    await say("mijn gegevens");
    expect(await say("Laat zien")).toContain("Taal: Nederlands");
    expect(exported(await say("Kopie maken"))).toMatchObject({ naast: 1, channel: "whatsapp" });
    await say("Toestemming stoppen");
    expect(await say("Berichten van Naast")).toContain("ik stuur je geen berichten meer");
    await say("verwijder mijn gegevens");
    expect(await say("ja")).toMatch(/nummer [0-9A-F]{4}-[0-9A-F]{4}/);
  });
});
