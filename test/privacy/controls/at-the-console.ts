import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { Subjects } from "../../../src/console/audit.ts";
import { aCallbackId, aNurse, aPerson, aRequest } from "../../support/samples.ts";
import { subjectsIn } from "../../support/subjects.ts";
import { type Control, type Loose, rejects, request, withStorage } from "./control.ts";

const nobody = { id: "n", name: "N", roles: ["lead"], regions: ["noord"] };

/** An issuer that believes every code, for one check. */
async function withIssuer(use: (issuer: string) => Promise<boolean>): Promise<boolean> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const jwk = await exportJWK(publicKey);
  const server = createServer(async (given, response) => {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const word = new SignJWT({ nonce: "n", name: "N", roles: ["nurse"], regions: ["noord"] })
      .setProtectedHeader({ alg: "RS256" })
      .setIssuer(issuer)
      .setSubject("n")
      .setAudience("naast")
      .setIssuedAt()
      .setExpirationTime("5m");
    const token = {
      access_token: "t",
      token_type: "bearer",
      id_token: await word.sign(privateKey),
    };
    const known = {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
    };
    const answers: Record<string, object> = { "/token": token, "/keys": { keys: [jwk] } };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answers[given.url ?? ""] ?? known));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Controls between nurses and what they may see. */
export const atTheConsole: readonly Control[] = [
  {
    row: 34,
    threat: "another site writes at the console",
    file: "src/console/same-origin.ts",
    without: ['(site !== undefined && site !== "same-origin")', "false"],
    holds: ({ isSameOrigin }) =>
      !isSameOrigin(request({ origin: "http://x", host: "x", "sec-fetch-site": "cross-site" }), undefined),
  },
  {
    row: 34,
    threat: "a write at the console comes from another origin",
    file: "src/console/same-origin.ts",
    without: ["origin === servedOrigin(request) ||", "true ||"],
    holds: ({ isSameOrigin }) =>
      isSameOrigin(request({ origin: "http://y", host: "x" }), undefined) === false,
  },
  {
    row: 37,
    threat: "a role does what another role may",
    file: "src/console/policy.ts",
    without: ["return ruleOf(action).roles.some((role) => actor.roles.includes(role));", "return true;"],
    holds: ({ may, policy }) => !may(nobody, "open-callback") && Object.keys(policy).length > 10,
  },
  {
    row: 37,
    threat: "a nurse reads another region",
    file: "src/escalation/best-fit.ts",
    without: ['regions.includes("all") || regions.includes(region)', "true"],
    holds: ({ worksFor }) => !worksFor(["noord"], "zuid") && worksFor(["zuid"], "zuid"),
  },
  {
    row: 60,
    threat: "a line of the access record is changed",
    file: "src/console/audit-file.ts",
    without: ['if (hash !== hashOf(rest)) return "it was changed after it was written";', "void hash;"],
    holds: ({ auditFiles }) =>
      findsTampering(auditFiles, (lines) =>
        lines.map((line, at) => (at === 1 ? line.replace("granted", "refused") : line)),
      ),
  },
  {
    row: 60,
    threat: "a line of the access record is taken out",
    file: "src/console/audit-file.ts",
    without: ["if (record.previous !== head)", "if (false)"],
    holds: ({ auditFiles }) => findsTampering(auditFiles, (lines) => lines.filter((_, at) => at !== 1)),
  },
  {
    row: 40,
    threat: "a spreadsheet runs what a name says",
    file: "src/console/csv.ts",
    without: ["/^[=+\\-@\\t\\r]/.test(field)", "false"],
    holds: ({ writeCsv }) => !writeCsv([["=1+1"]]).startsWith("="),
  },
  {
    row: 35,
    threat: "a session outlives its nurse's shift",
    file: "src/console/sessions.ts",
    without: ["return now - signedInAt > absoluteLimit || now - activeAt > idleLimit;", "return false;"],
    async holds({ stillSignedIn }) {
      const kept = { actor: nobody, signedInAt: 0, activeAt: 0 };
      const store = { get: (_: string, told: (e: null, s: object) => void) => told(null, kept) };
      return !(await stillSignedIn(store, "s", 9 * 3_600_000));
    },
  },
  {
    row: 35,
    threat: "a session that somebody planted is used to sign in",
    file: "src/console/sessions.ts",
    without: ["await ended((done) => request.session.regenerate(done));", ""],
    async holds({ beginSession }) {
      let renewed = false;
      const done = (tell: () => void) => tell();
      const renew = (tell: () => void) => {
        renewed = true;
        tell();
      };
      const session = { regenerate: renew, save: done };
      await beginSession({ session, sessionStore: {} }, { actor: nobody, alone: false }, 0);
      return renewed;
    },
  },
  {
    row: 36,
    threat: "a sign-in that somebody else began is ended here",
    file: "src/console/oidc.ts",
    without: ["expectedState: leaving.state,", "expectedState: client.skipStateCheck,"],
    holds: ({ oidc }) =>
      withIssuer(async (issuer) => {
        const desk = oidc({ issuer, clientId: "naast", clientSecret: "secret" });
        const { leaving } = await desk.leave("http://127.0.0.1/return");
        const back = new URL("http://127.0.0.1/return?code=c&state=of-another");
        return await rejects(desk.comeBack(back, { ...leaving, nonce: "n" }));
      }),
  },
  {
    row: 38,
    threat: "two nurses call one parent",
    file: "src/storage/scripts/claim-callback.lua",
    without: ["if has[2] and has[2] ~= ARGV[2] and not lapsed then", "if false then"],
    holds: (_, bench) =>
      withStorage(bench, async ({ callbacks }) => {
        const id = aCallbackId();
        await callbacks.open(id, aRequest(aPerson()));
        await callbacks.claim(aNurse("one"), { id });
        return await rejects(callbacks.claim(aNurse("two"), { id }));
      }),
  },
  {
    row: 39,
    threat: "what a parent wrote runs as a script",
    file: "src/console/page.ts",
    without: ["\"script-src 'self'\"", "\"script-src 'self' 'unsafe-inline'\""],
    holds: ({ securityHeaders }) => !securityHeaders()["content-security-policy"].includes("unsafe-inline"),
  },
  {
    row: 39,
    threat: "a name is written into the page as markup",
    file: "src/web/parents/shell.ts",
    without: ["return text.replace(", "return text;\n  text.replace("],
    holds: ({ writeShell }) => {
      const texts = new Proxy({}, { get: () => ({ name: "<img>" }) });
      return !writeShell({ texts, outOfHours: [], exitUrl: "", script: "", settings: {} }).includes("<img");
    },
  },
  {
    row: 51,
    threat: "something is shown though its record is not on disk",
    file: "src/console/audit-file.ts",
    without: [
      "for (const { reject } of batch) reject(unavailable(cause));",
      "for (const { resolve } of batch) resolve(cause as never);",
    ],
    async holds({ auditFiles }, { folder }) {
      const notAFolder = join(folder, "file");
      writeFileSync(notAFolder, "");
      return await rejects(
        auditFiles(join(notAFolder, "audit"), Date.now, subjectsIn(folder)).write(entry("a")),
      );
    },
  },
  {
    row: 54,
    threat: "somebody opens request after request unnoticed",
    file: "src/escalation/readings.ts",
    without: ["return count >= unusual && ", "return count < 0 && "],
    holds: ({ isBulkReading }) => isBulkReading(60) && !isBulkReading(12),
  },
];

async function findsTampering(
  auditFiles: (folder: string, clock: () => number, subjects: Subjects) => Loose,
  tamper: (lines: readonly string[]) => readonly string[],
): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "naast-controls-"));
  try {
    const audit = auditFiles(join(folder, "audit"), Date.now, subjectsIn(folder));
    for (const id of ["a", "b", "c"]) await audit["write"](entry(id));
    await audit["close"]();
    const [name = ""] = readdirSync(join(folder, "audit"));
    const path = join(folder, "audit", name);
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    writeFileSync(path, `${tamper(lines).join("\n")}\n`);
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
