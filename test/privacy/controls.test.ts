/**
 * Negative controls: every check holds for the product as it is, and fails for a copy whose control was taken
 * out. A check that cannot fail proves nothing.
 */
import { createHmac } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../support/content.ts";

const key = (fill: number): string => Buffer.alloc(32, fill).toString("base64");
const nobody = { id: "n", name: "N", roles: ["lead"], regions: ["noord"] };

type Made = Readonly<Record<string, (...given: never[]) => unknown>>;
/** A module of the product, loosely typed: a copy of it is compiled while the test runs. */
// biome-ignore lint/suspicious/noExplicitAny: what a variant exports is only known when it runs
type Loose = Record<string, any>;

interface Control {
  readonly threat: string;
  readonly file: string;
  /** What is taken out, and what stands there instead. */
  readonly without: readonly [string, string];
  /** True while the control holds. */
  readonly holds: (made: Loose) => boolean | Promise<boolean>;
  /** Other modules that the check needs, from the same build. */
  readonly also?: readonly string[];
}

const request = (headers: Record<string, string>, more: object = {}) => ({
  get: (name: string) => headers[name.toLowerCase()],
  protocol: "http",
  ...more,
});
const throws = (act: () => unknown): boolean => {
  try {
    act();
    return false;
  } catch {
    return true;
  }
};
const rejects = (act: Promise<unknown>): Promise<boolean> =>
  act.then(
    () => false,
    () => true,
  );
const signed = (body: string) => `sha256=${createHmac("sha256", "secret-1").update(body).digest("hex")}`;

const controls: readonly Control[] = [
  {
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
    threat: "a telephone number is found from its pseudonym by trying all numbers",
    file: "src/privacy/pseudonym.ts",
    without: ['createHmac("sha256", keyring.pseudonyms.bytes)', 'createHmac("sha256", "")'],
    also: ["src/privacy/keyring.ts"],
    holds: ({ pseudonyms, readKeyring }) =>
      pseudonyms(readKeyring(`a:${key(1)}`)).phone("06") !==
      pseudonyms(readKeyring(`a:${key(2)}`)).phone("06"),
  },
  {
    threat: "two keys of one name",
    file: "src/privacy/keyring.ts",
    without: ["if (byId.size !== content.length)", "if (false)"],
    holds: ({ readKeyring }) => throws(() => readKeyring(`a:${key(1)},a:${key(2)}`)),
  },
  {
    threat: "words reach a log by way of JSON",
    file: "src/privacy/private.ts",
    without: ['toJSON(): string {\n    return "[private]";', "toJSON(): unknown {\n    return this.#value;"],
    holds: ({ Private }) => !JSON.stringify({ words: new Private("koorts") }).includes("koorts"),
  },
  {
    threat: "words reach a log by way of a template",
    file: "src/privacy/private.ts",
    without: [
      'toString(): string {\n    return "[private]";',
      "toString(): string {\n    return String(this.#value);",
    ],
    holds: ({ Private }) => !`${new Private("koorts")}`.includes("koorts"),
  },
  {
    threat: "a forged webhook",
    file: "src/channels/whatsapp/verify-signature.ts",
    without: ["return fits.includes(true);", "return true;"],
    holds: ({ verifySignature }) =>
      verifySignature(Buffer.from("{}"), signed("{}"), ["secret-1"]) === true &&
      verifySignature(Buffer.from("{ }"), signed("{}"), ["secret-1"]) === false,
  },
  {
    threat: "a secret that is being rotated refuses what Meta signs",
    file: "src/channels/whatsapp/verify-signature.ts",
    without: ["appSecrets.map(", "appSecrets.slice(0, 1).map("],
    holds: ({ verifySignature }) =>
      verifySignature(Buffer.from("{}"), signed("{}"), ["secret-2", "secret-1"]),
  },
  {
    threat: "a body nested a million deep",
    file: "src/channels/read-json.ts",
    without: ["if (isDeeperThan(bytes, deepest)) return undefined;", ""],
    holds: ({ readJson }) => readJson(Buffer.from(`${"[".repeat(40)}${"]".repeat(40)}`)) === undefined,
  },
  {
    threat: "a question that a parent refused is asked all the same",
    file: "src/conversation/consent.ts",
    without: ['slots["afterwards"] === "no"', "false"],
    holds: ({ isRefused }) => isRefused({ slots: { afterwards: "no" } }, { kind: "due", asks: "how-was-it" }),
  },
  {
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
    threat: "a deep body at the web chat",
    file: "src/channels/directline/read-activity.ts",
    without: ["readBytes(Buffer.from(body), maxDepth)", "readBytes(Buffer.from(body))"],
    holds: ({ readJson }) => throws(() => readJson(`${"[".repeat(20)}${"]".repeat(20)}`)),
  },
  {
    threat: "a page of a stranger uses the chat",
    file: "src/channels/directline/origins.ts",
    without: ["return from.host === host || (triedOut && isLoopback(from.hostname));", "return true;"],
    holds: ({ originAllowList }) =>
      !originAllowList("https://naast.example", [])("https://evil.example", "naast.example"),
  },
  {
    threat: "a token for coming back is used as one for the chat",
    file: "src/channels/directline/token.ts",
    without: ["      audience: use,\n", ""],
    async holds({ chatTokens, newOwner }) {
      const tokens = chatTokens([new Uint8Array(32)], Date.now);
      return rejects(tokens.verify(await tokens.sign(newOwner(), "return"), "chat"));
    },
  },
  {
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
    threat: "another site writes at the console",
    file: "src/console/same-origin.ts",
    without: ['(site !== undefined && site !== "same-origin")', "false"],
    holds: ({ isSameOrigin }) =>
      !isSameOrigin(request({ origin: "http://x", host: "x", "sec-fetch-site": "cross-site" }), undefined),
  },
  {
    threat: "a write at the console comes from another origin",
    file: "src/console/same-origin.ts",
    without: ["origin === servedOrigin(request) ||", "true ||"],
    holds: ({ isSameOrigin }) =>
      isSameOrigin(request({ origin: "http://y", host: "x" }), undefined) === false,
  },
  {
    threat: "a role does what another role may",
    file: "src/console/policy.ts",
    without: ["return ruleOf(action).roles.some((role) => actor.roles.includes(role));", "return true;"],
    holds: ({ may, policy }) => !may(nobody, "open-callback") && Object.keys(policy).length > 10,
  },
  {
    threat: "a nurse reads another region",
    file: "src/escalation/best-fit.ts",
    without: ['regions.includes("all") || regions.includes(region)', "true"],
    holds: ({ worksFor }) => !worksFor(["noord"], "zuid") && worksFor(["zuid"], "zuid"),
  },
  {
    threat: "a line of the access record is changed",
    file: "src/console/audit-file.ts",
    without: ['if (hash !== hashOf(rest)) return "it was changed after it was written";', "void hash;"],
    holds: ({ auditFiles }) =>
      findsTampering(auditFiles, (lines) =>
        lines.map((line, at) => (at === 1 ? line.replace("granted", "refused") : line)),
      ),
  },
  {
    threat: "a line of the access record is taken out",
    file: "src/console/audit-file.ts",
    without: ["if (record.previous !== head)", "if (false)"],
    holds: ({ auditFiles }) => findsTampering(auditFiles, (lines) => lines.filter((_, at) => at !== 1)),
  },
  {
    threat: "a spreadsheet runs what a name says",
    file: "src/console/csv.ts",
    without: ["/^[=+\\-@\\t\\r]/.test(field)", "false"],
    holds: ({ writeCsv }) => !writeCsv([["=1+1"]]).startsWith("="),
  },
  {
    threat: "one household floods with addresses of its own range",
    file: "src/http/limit-rates.ts",
    without: ["    .slice(0, 4)\n", ""],
    holds: ({ rangeOf }) => rangeOf("2001:db8::1") === rangeOf("2001:db8::2"),
  },
  {
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
    threat: "WhatsApp's marks change what a text says",
    file: "src/channels/whatsapp/plain-text.ts",
    without: ["return written + replaceMarks(line.slice(at), harmful);", "return line;"],
    holds: ({ writePlain }) => !/~.*~/.test(writePlain("~38,5 of ~39")),
  },
  {
    threat: "the access token leaves by an unsafe road",
    file: "src/http/config.ts",
    without: ["if (address !== undefined && !isSafe(address))", "if (false)"],
    holds: ({ readConfig }) => throws(() => readConfig({ WHATSAPP_GRAPH_URL: "http://graph.example/v25.0" })),
  },
  {
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
    threat: "a secret of three letters",
    file: "src/http/config.ts",
    without: ["all.every((one) => one.length >= 8)", "all.length > 0"],
    holds: ({ variables }) => variables.WHATSAPP_APP_SECRET.safeParse("abc").success === false,
  },
  {
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
    threat: "anyone reads what is counted",
    file: "src/http/is-loopback.ts",
    without: ["address !== undefined && ", "address !== undefined || "],
    holds: ({ isLoopback }) => !isLoopback("203.0.113.9") && isLoopback("127.0.0.1"),
  },
];

test.each(controls)("$threat: held, and found when the control is taken out", async (control) => {
  expect(await control.holds(await load(control, false))).toBe(true);
  expect(await failsSafely(control)).toBe(false);
});

test("at least 20 controls are taken out", () => expect(controls.length).toBeGreaterThanOrEqual(20));

/** A variant that throws where the check asks is as red as one that gives the wrong answer. */
async function failsSafely(control: Control): Promise<boolean> {
  const variant = await load(control, true);
  return await Promise.resolve()
    .then(() => control.holds(variant))
    .catch(() => false);
}

/** Compiles a file of the product, with or without its control. */
async function load({ file, without: [from, to], also = [] }: Control, cut: boolean): Promise<Made> {
  const path = join(root, file);
  const source = readFileSync(path, "utf8");
  if (!source.includes(from)) throw new Error(`${file} no longer holds: ${from}`);
  const exported = [file, ...also]
    .map((one) => `export * from ${JSON.stringify(join(root, one))};`)
    .join("\n");
  const { outputFiles } = await build({
    stdin: { contents: exported, resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    packages: "external",
    logLevel: "silent",
    plugins: [
      {
        name: "without-control",
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, ({ path: loaded }) =>
            cut && loaded === path ? { contents: source.replace(from, to), loader: "ts" } : undefined,
          );
        },
      },
    ],
  });
  const made = { exports: {} as Made };
  new Function("require", "module", "exports", outputFiles[0]?.text ?? "")(require, made, made.exports);
  return made.exports;
}

async function findsTampering(
  auditFiles: (folder: string, clock: () => number) => Loose,
  tamper: (lines: readonly string[]) => readonly string[],
): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "naast-controls-"));
  try {
    const audit = auditFiles(folder, Date.now);
    for (const id of ["a", "b", "c"]) await audit["write"](entry(id));
    await audit["close"]();
    const [name = ""] = readdirSync(folder);
    const lines = readFileSync(join(folder, name), "utf8").trimEnd().split("\n");
    writeFileSync(join(folder, name), `${tamper(lines).join("\n")}\n`);
    return (await audit["check"]()).broken.length > 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function entry(request: string): object {
  return {
    event: "callback-viewed",
    outcome: "granted",
    actor: { ...nobody, organisation: "o" },
    responsible: "n",
    access: { address: "", instance: "" },
    subject: "p",
    object: { kind: "callback", id: "c", region: "noord" },
    count: 1,
    rule: "1:open-callback",
    purpose: null,
    emergency: false,
    code: null,
    request,
  };
}
