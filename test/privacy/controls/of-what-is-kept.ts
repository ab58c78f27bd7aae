import fs, { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Claim, TurnLog } from "../../../src/conversation/turn-log.ts";
import { sealer } from "../../../src/privacy/seal.ts";
import { partitionOf } from "../../../src/storage/keys.ts";
import { personKeys } from "../../../src/storage/person-keys.ts";
import { personSeals } from "../../../src/storage/person-seals.ts";
import { keptLog } from "../../support/log.ts";
import { until } from "../../support/redis.ts";
import {
  aCallbackId,
  aConversation,
  aNurse,
  anInbound,
  aPerson,
  aReply,
  aRequest,
  keyring,
} from "../../support/samples.ts";
import { subjectsIn } from "../../support/subjects.ts";
import { type Control, key, type Loose, throws, withStorage } from "./control.ts";

/** Controls of what is kept, printed and sealed. */
export const ofWhatIsKept: readonly Control[] = [
  {
    row: 56,
    threat: "a sealed text is moved to another person",
    file: "src/privacy/seal.ts",
    without: [
      "function bound(keyId: string, context: string): Buffer {",
      'function bound(keyId: string, _given: string): Buffer { const context = "";',
    ],
    also: ["src/privacy/keyring.ts"],
    holds({ sealer, readKeyring }) {
      const at = sealer(readKeyring(`a:${key(1)}`));
      return throws(() => at.open(at.seal("x", { context: "one" }), { context: "other" }));
    },
  },
  {
    row: 55,
    threat: "what a forgotten person left can still be read",
    file: "src/privacy/seal.ts",
    without: ['hkdfSync("sha256", key.bytes, salt,', 'hkdfSync("sha256", key.bytes, "",'],
    also: ["src/privacy/keyring.ts"],
    holds({ sealer, readKeyring }) {
      const at = sealer(readKeyring(`a:${key(1)}`));
      return throws(() => at.open(at.seal("x", { context: "c", salt: "s" }), { context: "c", salt: "t" }));
    },
  },
  {
    row: 56,
    threat: "a telephone number is found from its pseudonym by trying all numbers",
    file: "src/privacy/pseudonym.ts",
    without: ['createHmac("sha256", keyring.pseudonyms.bytes)', 'createHmac("sha256", "")'],
    also: ["src/privacy/keyring.ts"],
    holds: ({ pseudonyms, readKeyring }) =>
      pseudonyms(readKeyring(`a:${key(1)}`)).phone("06") !==
      pseudonyms(readKeyring(`a:${key(2)}`)).phone("06"),
  },
  {
    row: 56,
    threat: "two keys of one name",
    file: "src/privacy/keyring.ts",
    without: ["if (byId.size !== content.length)", "if (false)"],
    holds: ({ readKeyring }) => throws(() => readKeyring(`a:${key(1)},a:${key(2)}`)),
  },
  {
    row: 41,
    threat: "words reach a log by way of JSON",
    file: "src/privacy/private.ts",
    without: ['toJSON(): string {\n    return "[private]";', "toJSON(): unknown {\n    return this.#value;"],
    holds: ({ Private }) => !JSON.stringify({ words: new Private("koorts") }).includes("koorts"),
  },
  {
    row: 41,
    threat: "words reach a log by way of a template",
    file: "src/privacy/private.ts",
    without: [
      'toString(): string {\n    return "[private]";',
      "toString(): string {\n    return String(this.#value);",
    ],
    holds: ({ Private }) => !`${new Private("koorts")}`.includes("koorts"),
  },
  {
    row: 59,
    threat: "a question that a parent refused is asked all the same",
    file: "src/conversation/consent.ts",
    without: ['slots["afterwards"] === "no"', "false"],
    holds: ({ isRefused }) => isRefused({ slots: { afterwards: "no" } }, { kind: "due", asks: "how-was-it" }),
  },
  {
    row: 61,
    threat: "two containers write one journal",
    file: "src/storage/own-directory.ts",
    without: ["if (host !== hostname()) {", "if (false) {"],
    holds({ ownDirectory }) {
      const folder = mkdtempSync(join(tmpdir(), "naast-controls-"));
      try {
        writeFileSync(join(folder, "owner"), `${process.pid} 1 another-container`);
        return throws(() => ownDirectory(folder)());
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
  {
    row: 44,
    threat: "production runs with generated keys",
    file: "src/http/config.ts",
    without: ['      "DATA_KEYS",\n', ""],
    holds: ({ readConfig }) =>
      throws(() =>
        readConfig({
          ...{ NODE_ENV: "production", PUBLIC_URL: "https://x.example", REDIS_URL: "redis://x" },
          ...{ ORGANISATION_FILE: "x", OIDC_ISSUER: "https://i.example", OIDC_CLIENT_ID: "x" },
          OIDC_CLIENT_SECRET: "secret-of-oidc",
        }),
      ),
  },
  {
    row: 44,
    threat: "a secret of three letters",
    file: "src/http/config.ts",
    without: ["all.every((one) => one.length >= 8)", "all.length > 0"],
    holds: ({ variables }) => variables.WHATSAPP_APP_SECRET.safeParse("abc").success === false,
  },
  {
    row: 41,
    threat: "a fact that nobody allowed stands in the log",
    file: "src/operations/log.ts",
    without: ["allowed.has(name) && ", ""],
    async holds({ createLog }) {
      const printed: string[] = [];
      const write = jest.spyOn(fs, "write").mockImplementation((...given: readonly unknown[]) => {
        printed.push(String(given[1]));
        (given.at(-1) as (failed: null, written: number) => void)(null, String(given[1]).length);
      });
      createLog("error").error({ words: "mijn kind heeft koorts" }, "something failed");
      await until(() => printed.length > 0);
      write.mockRestore();
      return printed.join("").includes("something failed") && !printed.join("").includes("koorts");
    },
  },
  {
    row: 55,
    threat: "a dead letter can still be read after its parent was erased",
    file: "src/storage/scripts/forget-person.lua",
    without: ['redis.call("DEL", KEYS[1], KEYS[2])', 'redis.call("DEL", KEYS[1])'],
    holds: (_, bench) =>
      withStorage(bench, async ({ turnLog, erase }, call) => {
        const person = aPerson();
        await turnLog.accept([anInbound(person)]);
        const claim = await claimed(turnLog);
        await turnLog.commit(claim, {
          conversation: aConversation(person),
          reply: aReply("x"),
          intent: undefined,
        });
        const salt = `${partitionOf(person)}:salt:${person}`;
        const before = await call("EXISTS", salt);
        await erase(person);
        return before === 1 && (await call("EXISTS", salt)) === 0;
      }),
  },
  {
    row: 55,
    threat: "what was deleted stays in the file of Redis",
    file: "src/storage/fresh-file.ts",
    without: ["planned ??= setTimeout(() => void rewrite(), wait).unref();", "void [rewrite, wait];"],
    async holds({ freshFile }) {
      const asked: string[] = [];
      const call = async (_: string, command: string) => asked.push(command);
      freshFile({ everywhere: ["{cb}"], call }, keptLog()).erased();
      return await until(() => asked.includes("BGREWRITEAOF"), 2_000).then(
        () => true,
        () => false,
      );
    },
  },
  {
    row: 57,
    threat: "what an older key sealed cannot be opened any more",
    file: "src/privacy/seal.ts",
    without: [
      "const key = keyring.byId.get(id);",
      "const key = id === keyring.current.id ? keyring.current : undefined;",
    ],
    also: ["src/privacy/keyring.ts"],
    holds({ sealer, readKeyring }) {
      const sealed = sealer(readKeyring(`a:${key(1)}`)).seal("x", { context: "c" });
      const turned = sealer(readKeyring(`b:${key(2)},a:${key(1)}`));
      return !throws(() => turned.open(sealed, { context: "c" }));
    },
  },
  {
    row: 57,
    threat: "everyone is a stranger once the keys are turned",
    file: "src/privacy/keyring.ts",
    without: ["keys.find((key) => key.id === pseudonymKeyId) ?? oldest", "current"],
    also: ["src/privacy/pseudonym.ts"],
    holds({ pseudonyms, readKeyring }) {
      const named = (ring: string) => pseudonyms(readKeyring(`${ring},person:${key(9)}`)).phone("06");
      return named(`a:${key(1)}`) === named(`b:${key(2)},a:${key(1)}`);
    },
  },
  {
    row: 58,
    threat: "a closed request stays for ever",
    file: "src/storage/scripts/close-callback.lua",
    without: ['for key = 1, 3 do redis.call("PEXPIRE", KEYS[key], ARGV[5]) end', ""],
    holds: (_, bench) =>
      withStorage(bench, async ({ callbacks }, call) => {
        const id = aCallbackId();
        await callbacks.open(id, aRequest(aPerson()));
        const held = await callbacks.claim(aNurse("ann"), { id });
        if (held !== undefined)
          await callbacks.close(held.hold, { outcome: "advice_given", parentInformed: true });
        return Number(await call("PTTL", `{cb}:callback:${id}`)) > 0;
      }),
  },
  {
    row: 58,
    threat: "a message that nobody answers stays for ever",
    file: "src/storage/scripts/accept.lua",
    without: ['redis.call("PEXPIRE", KEYS[1], ARGV[2])', ""],
    holds: (_, bench) =>
      withStorage(bench, async ({ turnLog }, call) => {
        const person = aPerson();
        await turnLog.accept([anInbound(person)]);
        return Number(await call("PTTL", `${partitionOf(person)}:inbox:${person}`)) > 0;
      }),
  },
  {
    row: 61,
    threat: "a callback that Redis lost stays lost",
    file: "src/storage/escalation-journal.ts",
    without: ["await callbacks.open(promised.id, promised.request);", '{ kind: "again" };'],
    async holds(made, { folder }) {
      const first = journalOf(made, folder);
      await first.journal.keep("cb-1", aRequest(aPerson()));
      await first.journal.close();
      const { journal, opened } = journalOf(made, folder);
      const found = await until(() => opened.length > 0, 1_000).then(
        () => true,
        () => false,
      );
      await journal.close();
      return found;
    },
  },
  {
    row: 61,
    threat: "the journal of callbacks remembers who had themselves erased",
    file: "src/storage/escalation-journal.ts",
    without: [
      "chain.entries = chain.entries.map((entry) => (meant.includes(entry) ? forgotten(entry) : entry));",
      "",
    ],
    async holds(made, { folder }) {
      const person = aPerson();
      const { journal } = journalOf(made, folder);
      await journal.keep("cb-1", aRequest(person));
      const before = textIn(join(folder, "escalations")).includes("line");
      await journal.forget(person);
      await journal.close();
      return before && !textIn(join(folder, "escalations")).includes("line");
    },
  },
  {
    row: 62,
    threat: "the spool keeps what long is on the disk of Redis",
    file: "src/storage/spool.ts",
    without: ["if (dropped) journal.rewrite(older);", "void dropped;"],
    async holds({ openSpool }, { folder }) {
      const spool = await openSpool(join(folder, "spool"), sealsIn(folder));
      await spool.keep(aPerson(), [["{p00}:inbox:p"], ["p", 1, 1, "", "sealed words"]]);
      const before = textIn(join(folder, "spool")).includes("v1.test.");
      spool.dropOld();
      spool.dropOld();
      await spool.close();
      return before && !textIn(join(folder, "spool")).includes("v1.test.");
    },
  },
  {
    row: 65,
    threat: "a copy of journal or spool from before an erasure can still be read",
    file: "src/storage/person-keys.ts",
    without: ["if (retired.length === 0) return;", "return;"],
    also: ["src/storage/person-seals.ts"],
    async holds({ personKeys, personSeals }, { folder }) {
      const keys = personKeys(folder, keyring);
      const seals = personSeals(keys, keyring);
      const person = aPerson();
      const copy: string[] = [];
      await seals.write(person, "c", "words", async (line: string) => void copy.push(line));
      const read = async () => (await seals.reader())(copy[0], "c");
      const before = await read();
      await keys.retire(person);
      await keys.destroy(person);
      const after = await read();
      await keys.close();
      return before === "words" && after === undefined;
    },
  },
  {
    row: 65,
    threat: "the keyring alone opens what stands beside Redis",
    file: "src/storage/person-seals.ts",
    without: ["seals.seal(text, { context, salt: key.secret })", "seals.seal(text, { context })"],
    also: ["src/storage/person-keys.ts"],
    async holds({ personKeys, personSeals }, { folder }) {
      const keys = personKeys(folder, keyring);
      const lines: string[] = [];
      await personSeals(keys, keyring).write(aPerson(), "c", "words", async (line: string) => {
        lines.push(line.slice(line.indexOf(".") + 1));
      });
      await keys.close();
      return throws(() => sealer(keyring).open(lines[0] ?? "", { context: "c" }));
    },
  },
  {
    row: 65,
    threat: "what is taken in while its person is erased is lost with the old key",
    file: "src/storage/person-seals.ts",
    without: ["if (keys.isLive(person, key)) return;", "return;"],
    also: ["src/storage/person-keys.ts"],
    async holds({ personKeys, personSeals }, { folder }) {
      const keys = personKeys(folder, keyring);
      const seals = personSeals(keys, keyring);
      const person = aPerson();
      const lines: string[] = [];
      await seals.write(person, "c", "words", async (line: string) => {
        if (lines.length === 0) await keys.retire(person);
        lines.push(line);
      });
      await keys.destroy(person);
      const open = await seals.reader();
      await keys.close();
      return lines.map((line) => open(line, "c")).includes("words");
    },
  },
  {
    row: 65,
    threat: "the access record leads back to who was erased",
    file: "src/console/audit-file.ts",
    without: ["await numbered(entry.subject)", "entry.subject"],
    async holds({ auditFiles }, { folder }) {
      const person = aPerson();
      const audit = auditFiles(join(folder, "audit"), Date.now, subjectsIn(folder));
      await audit.write(anEntry(person));
      const found = await audit.find({ subject: person, limit: 1 });
      await audit.close();
      return found.length === 1 && !textIn(join(folder, "audit")).includes(person);
    },
  },
];

const sealsIn = (folder: string) => personSeals(personKeys(join(folder, "persons"), keyring), keyring);

/** A journal of callbacks beside a Redis that has lost them all. */
function journalOf({ escalationJournal }: Loose, folder: string) {
  const opened: string[] = [];
  const link = {
    onConnect: () => undefined,
    subscribe: async () => undefined,
    publish: async () => undefined,
  };
  const callbacks = {
    open: async (id: string) => {
      opened.push(id);
      return { kind: "opened", id };
    },
  };
  const directory = join(folder, "escalations");
  const parts = { link, seals: sealsIn(folder), callbacks, directory, log: keptLog() };
  return { journal: escalationJournal(parts), opened };
}

function textIn(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => readFileSync(join(one.parentPath, one.name), "latin1"))
    .join();
}

async function claimed(turnLog: Pick<TurnLog, "claim">): Promise<Claim> {
  let claim: Claim | undefined;
  await until(async () => {
    claim = await turnLog.claim();
    return claim !== undefined;
  });
  return claim as Claim;
}

function anEntry(subject: string): object {
  return {
    event: "callback-viewed",
    outcome: "granted",
    actor: { id: "n", name: "N", roles: ["nurse"], regions: ["all"], organisation: "o" },
    responsible: "n",
    access: { address: "", instance: "" },
    subject,
    object: { kind: "callback", id: "c", region: "noord" },
    count: 1,
    rule: "1:open-callback",
    purpose: null,
    emergency: false,
    code: null,
    request: "r",
  };
}
