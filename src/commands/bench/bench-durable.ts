import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Inbound } from "../../conversation/inbound.ts";
import { runTurns } from "../../conversation/run-turns.ts";
import { sendReplies } from "../../conversation/send-replies.ts";
import { takeTurn } from "../../conversation/take-turn.ts";
import type { Claim, Send } from "../../conversation/turn-log.ts";
import { createLog } from "../../operations/log.ts";
import { openKeyringFile } from "../../privacy/keyring.ts";
import { Private } from "../../privacy/private.ts";
import { type OpenRedis, openRedis } from "../../storage/open-redis.ts";
import { openStorage } from "../../storage/open-storage.ts";
import type { PersonId } from "../../terms.ts";
import { redisMachine } from "../chaos/machines.ts";
import { firstNumber, startChild } from "./child.ts";
import type { Figure } from "./figures.ts";
import { benchScript } from "./walker.ts";

const turns = 6_000;
const persons = 512;
const inFlight = 64;

/**
 * Durable turns in one process, without HTTP: accepted and claimed, decided, committed and claimed for sending, settled. Beside
 * it the same scripts called bare, a stock Bot Framework bot with dialogs and its state in the same Redis, and
 * BullMQ as an inbox alone.
 */
export async function benchDurable(root: string): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "naast-durable-"));
  const server = await redisMachine("redis", root, folder);
  await server.start();
  const url = `redis://127.0.0.1:${server.port}`;
  const scriptsDirectory = join(root, "src/storage/scripts");
  const redis = await openRedis({ url, dataDirectory: folder, scriptsDirectory }, createLog("silent"));
  try {
    const bare = await bareTurns(redis);
    const ours = await ourTurns(root, folder, redis);
    const peers = await peersOf(root, url);
    const times = (one: number, other: number): string => (one / other).toFixed(2);
    return [
      [`limit: the same scripts called bare, ${inFlight} in flight`, `${Math.round(bare)} a second`],
      ["Naast, durable turns", `${Math.round(ours)} a second, ${times(ours, bare)} of bare`],
      ...peers.map(
        ([name, perSecond]): Figure => [
          `peer: ${name}`,
          `${Math.round(perSecond)} a second; Naast ${times(ours, perSecond)} times that`,
        ],
      ),
      ...(peers.length === 0
        ? [["peers", "not there: `npm install --ignore-scripts` in test/bench"] as const]
        : []),
    ];
  } finally {
    await redis.close();
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Turns a second of `oneTurn`, so many at a time. */
async function perSecond(oneTurn: (at: number) => Promise<unknown>): Promise<number> {
  let at = 0;
  const caller = async (until: number): Promise<void> => {
    for (let mine = at++; mine < until; mine = at++) await oneTurn(mine);
  };
  const all = (until: number) => Promise.all(Array.from({ length: inFlight }, () => caller(until)));
  await all(turns / 4);
  const first = at;
  const began = performance.now();
  await all(first + turns);
  return turns / ((performance.now() - began) / 1000);
}

/** What one turn asks of Redis, with texts as long as sealed ones are. */
async function bareTurns({ link }: OpenRedis): Promise<number> {
  const [inbound, conversation, reply] = ["i".repeat(600), "c".repeat(1_500), "r".repeat(1_500)];
  return await perSecond(async (at) => {
    const person = `bare-${at % persons}-${Math.floor(at / persons)}`;
    const tag = `{p${String(at % 64).padStart(2, "0")}}`;
    const of = (kind: string) => `${tag}:${kind}:${person}`;
    const shared = (kind: string) => `${tag}:bare-${kind}`;
    const claimed = await link.run(
      "accept",
      [
        ...[of("inbox"), shared("ready"), of("name"), of("seen"), shared("leases"), shared("attempts")],
        ...[shared("fence"), of("conversation"), of("salt")],
      ],
      [person, 60_000, 60_000, "", inbound, "bare", 5_000],
    );
    const token = String((claimed as readonly unknown[])[1]);
    const sending = [shared("outready"), shared("outleases")];
    const going = [of("outbox"), of("outgoing"), of("done")];
    const committed = await link.run(
      "commit-turn",
      [
        ...[shared("ready"), shared("leases"), shared("attempts"), of("inbox"), of("conversation")],
        ...[of("salt"), shared("outready"), of("outbox"), of("outgoing"), shared("intents"), shared("dead")],
        ...[shared("outleases"), shared("fence"), of("done")],
      ],
      [person, token, conversation, "salt", 60_000, "key", reply, 0, "", 60_000, "", "", 60_000, 15_000],
    );
    const sender = String((committed as readonly unknown[])[1]);
    await link.run("settle-reply", [...sending, ...going], [person, sender, "key", "over", 0, 60_000]);
  });
}

async function ourTurns(root: string, folder: string, redis: OpenRedis): Promise<number> {
  const log = createLog("silent");
  const keyring = openKeyringFile(join(folder, "keys"));
  const storage = openStorage({ redis, dataDirectory: folder, keyring, log });
  const script = benchScript(root, false);
  const waiting = new Map<PersonId, () => void>();
  const answered: Send = async ({ person }) => {
    setImmediate(() => waiting.get(person)?.());
    return { kind: "sent" };
  };
  const answer = async (claim: Claim) =>
    takeTurn(claim, script, { now: Date.now(), load: { ahead: 0, open: 0 } });
  const workers = [
    runTurns({
      turnLog: storage.turnLog,
      answer,
      log,
      fallback: () => {
        throw new Error("a turn failed five times");
      },
    }),
    sendReplies({
      outbox: storage.outbox,
      send: { whatsapp: answered, directline: answered, azure: answered },
      lost: async () => undefined,
      log,
    }),
  ];
  const rate = await perSecond(async (at) => {
    const person = storage.names.person("directline", `${at % persons}`);
    const replied = new Promise<void>((done) => waiting.set(person, done));
    await storage.turnLog.accept([typedBy(person, at)]);
    await replied;
  });
  await Promise.all(workers.map((worker) => worker.stop()));
  return rate;
}

const lines = ["mijn baby van 6 weken slaapt alleen op mij", "nee", "1", "1", "menu"];

function typedBy(person: PersonId, at: number): Inbound {
  return {
    id: `${at}`,
    person,
    channel: "directline",
    kind: "message",
    words: new Private(lines[Math.floor(at / persons) % lines.length] ?? "menu"),
    sentAt: Date.now(),
    address: new Private("bench"),
  };
}

async function peersOf(root: string, url: string): Promise<readonly (readonly [string, number])[]> {
  const folder = join(root, "test/bench");
  if (!existsSync(join(folder, "node_modules/bullmq"))) return [];
  const ask = (file: string): Promise<number> =>
    firstNumber(startChild(join(folder, file), [url, String(turns), String(inFlight)]));
  return [
    ["stock Bot Framework bot: DialogSet, state in the same Redis", await ask("stock-bot.mjs")],
    ["BullMQ as the inbox alone: added, worked, done", await ask("bullmq-inbox.mjs")],
  ];
}
