import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditEntry } from "../../src/console/audit.ts";
import { auditRecordSchema } from "../../src/console/audit.ts";
import { auditFiles } from "../../src/console/audit-file.ts";
import { subjectsIn } from "../support/subjects.ts";

let folder: string;
/** Where the secrets of persons are. */
let secrets: string;
let now = Date.parse("2026-11-22T10:00:00Z");
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "naast-audit-"));
  secrets = mkdtempSync(join(tmpdir(), "naast-audit-keys-"));
});
afterEach(() => {
  for (const one of [folder, secrets]) rmSync(one, { recursive: true, force: true });
});

const open = (at = folder) => auditFiles(at, () => now, subjectsIn(secrets));

function entry(changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    event: "callback-viewed",
    outcome: "granted",
    actor: { id: "local:noor", name: "Noor", roles: ["nurse"], regions: ["noord"], organisation: "JGZ" },
    responsible: "local:noor",
    access: { address: "127.0.0.1", instance: "test" },
    subject: "person",
    object: { kind: "callback", id: "id", region: "noord" },
    count: 1,
    rule: "1:open-callback",
    purpose: "ik bel",
    emergency: false,
    code: null,
    request: "request",
    ...changes,
  };
}

const files = () => readdirSync(folder).sort();
const read = (name: string) => readFileSync(join(folder, name), "utf8");

async function written(count: number): Promise<string> {
  const audit = open();
  for (let at = 0; at < count; at += 1) await audit.write(entry({ request: `r${at}` }));
  await audit.close();
  return files().at(-1) ?? "";
}

const check = () => open().check();

describe("the access record", () => {
  test("keeps every field that NEN 7513 asks for, and the whole chain", async () => {
    const name = await written(3);
    const lines = read(name).trim().split("\n");
    for (const line of lines) expect(auditRecordSchema.safeParse(JSON.parse(line)).success).toBe(true);
    expect(await check()).toEqual({ records: 4, files: 1, broken: [] });
  });

  test("many at once are all written, in one chain", async () => {
    const audit = open();
    await Promise.all(Array.from({ length: 500 }, (_, at) => audit.write(entry({ request: `r${at}` }))));
    await audit.close();
    expect(await check()).toEqual({ records: 501, files: 1, broken: [] });
  });

  test.each([
    [
      "changed",
      (lines: string[]) => lines.map((line, at) => (at === 2 ? line.replace("ik bel", "ik ben") : line)),
    ],
    ["taken out", (lines: string[]) => lines.filter((_, at) => at !== 2)],
    ["moved", (lines: string[]) => [lines[0], lines[2], lines[1], ...lines.slice(3)] as string[]],
    ["written over with nonsense", (lines: string[]) => lines.map((line, at) => (at === 2 ? "{}" : line))],
  ])("shows a record that was %s", async (_name, change) => {
    const name = await written(5);
    writeFileSync(join(folder, name), `${change(read(name).trim().split("\n")).join("\n")}\n`);
    expect((await check()).broken).toMatchObject([{ file: name }]);
  });

  test("shows a file that is gone, and one whose end is gone, by the file after it", async () => {
    const first = await written(3);
    now += 1000;
    await written(2);
    expect((await check()).broken).toEqual([]);
    const whole = read(first);
    writeFileSync(join(folder, first), `${whole.trim().split("\n").slice(0, -1).join("\n")}\n`);
    expect((await check()).broken).toMatchObject([
      { file: first, why: expect.stringContaining("its end is gone") },
    ]);
    rmSync(join(folder, first));
    expect((await check()).broken).toMatchObject([
      { file: first, why: expect.stringContaining("the file is gone") },
    ]);
  });

  test("a last line cut short by a crash is no forgery, and the next process goes on", async () => {
    const name = await written(2);
    appendFileSync(join(folder, name), '{"v":1,"id":"cut sh');
    now += 1000;
    await written(1);
    expect((await check()).broken).toEqual([]);
  });

  test("a new month is a new file, named by its time", async () => {
    const audit = open();
    await audit.write(entry());
    now = Date.parse("2026-12-01T00:00:00Z");
    await audit.write(entry());
    await audit.close();
    expect(files()).toHaveLength(2);
    expect(files()[1]).toMatch(/^2026-12-01/);
    expect((await check()).broken).toEqual([]);
  });

  test("that cannot be written is refused, and written again once it can", async () => {
    const audit = open(join(folder, "gone"));
    writeFileSync(join(folder, "gone"), "a file stands in the way of the folder");
    await expect(audit.write(entry())).rejects.toMatchObject({
      code: "console.audit-unavailable",
      status: 503,
    });
    rmSync(join(folder, "gone"));
    await audit.write(entry());
    await audit.close();
    expect((await audit.check()).records).toBe(2);
  });

  test("finds who looked at whom, newest first", async () => {
    const audit = open();
    await audit.write(entry({ subject: "a" }));
    await audit.write(entry({ subject: "b" }));
    now += 1000;
    await audit.write(entry({ subject: "a", event: "phone-viewed" }));
    const found = await audit.find({ subject: "a", limit: 10 });
    expect(found.map(({ event }) => event)).toEqual(["phone-viewed", "callback-viewed"]);
    await audit.close();
  });
});
