/**
 * `npm run demo:whatsapp [-- --port 3980]`: chat as a WhatsApp parent with a real Naast, on a local page.
 *
 * Starts a stand-in for Meta, a Naast that is set up to talk with it, and the page. All three end together.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { projectRoot } from "../http/project-root.ts";
import { type MetaStub, startMetaStub } from "./demo-whatsapp/meta-stub.ts";
import { metaPairLimit } from "./demo-whatsapp/pair-limit.ts";
import { serveParentPage } from "./demo-whatsapp/parent-page.ts";
import { stubVariables } from "./demo-whatsapp/stub-variables.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "3980" } } });
const root = projectRoot();
const folder = mkdtempSync(join(tmpdir(), "naast-demo-"));
const secret = () => randomBytes(16).toString("hex");

const meta = await startMetaStub({
  appSecret: secret(),
  accessToken: secret(),
  pairLimit: metaPairLimit,
  redeliveries: 8,
});
const port = await findFreePort();
const naast = startNaast(meta, port);
process.once("SIGINT", () => naast.kill("SIGTERM"));
process.once("SIGTERM", () => naast.kill("SIGTERM"));
naast.once("exit", (code) => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(code ?? 0);
});

await untilHealthy(port);
meta.pointTo(`http://127.0.0.1:${port}/webhooks/whatsapp`);
const page = await serveParentPage(meta, root, Number(values.port));
process.stdout.write(`\nChat as a WhatsApp parent: ${page.url}\n`);

/** Its own folder and its own port, so that a Naast that runs already is not disturbed. */
function startNaast(stub: MetaStub, at: number) {
  const variables = {
    PORT: at,
    DATA_DIR: join(folder, "data"),
    ...stubVariables(stub, secret()),
  };
  const file = join(folder, "env");
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  writeFileSync(file, lines.join("\n"), { mode: 0o600 });
  return spawn(process.execPath, [`--env-file=${file}`, join(root, "dist/start.js")], {
    cwd: root,
    stdio: "inherit",
  });
}

async function untilHealthy(at: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${at}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    await pause(100);
  }
}

function findFreePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => found(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
