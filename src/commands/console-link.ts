/**
 * `npm run --silent console:link -- --name N --role R --region G`: prints a link that signs someone in at the
 * running server, once, within ten minutes.
 *
 * Whoever may read the server's data folder may do this. Production refuses it: there, nurses sign in by OIDC.
 *
 * @module
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { isRole, roles } from "../console/actor.ts";
import { findServedAt } from "../console/served-at.ts";
import { ticketKey, writeTicket } from "../console/ticket.ts";
import { KnownError } from "../errors.ts";
import { isRegion } from "../escalation/organisation.ts";
import { type Config, readConfig } from "../http/config.ts";
import { loadOrganisation } from "../http/load-script.ts";
import { projectRoot } from "../http/project-root.ts";

try {
  process.stdout.write(`${await writeLink(readConfig())}\n`);
} catch (error) {
  if (!(error instanceof KnownError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function writeLink(config: Config): Promise<string> {
  if (config.production || config.OIDC_ISSUER !== undefined) {
    throw refused(
      "links are for trying out: with NODE_ENV=production or OIDC_ISSUER, nurses sign in by OIDC",
    );
  }
  const { name, role, region } = readArguments();
  if (name === undefined || name.trim() === "" || name.length > 80) throw refused("--name NAME is needed");
  if (!isRole(role)) throw refused(`--role is one of ${roles.join(", ")}`);
  const organisation = loadOrganisation(projectRoot(), config.ORGANISATION_FILE, config.production);
  if (!isRegion(organisation, region)) {
    throw refused(`--region is all, or one of ${organisation.regions.map(({ id }) => id).join(", ")}`);
  }
  const dataDir = resolve(config.DATA_DIR);
  const ticket = await writeTicket(ticketKey(dataDir), { name: name.trim(), role, region });
  return `${servedBy(config, dataDir)}/nurse/sign-in?ticket=${ticket}`;
}

function readArguments() {
  const text = { type: "string" } as const;
  const options = { name: text, role: { ...text, default: "nurse" }, region: { ...text, default: "all" } };
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw refused(
      `${(error as Error).message}\nusage: --name NAME --role ${roles.join("|")} --region all|REGION`,
    );
  }
}

/** The address the running server noted, or the one it would have. */
function servedBy({ PUBLIC_URL, HOST, PORT }: Config, dataDir: string): string {
  const host = HOST.includes(":") ? `[${HOST}]` : HOST;
  const reachable = ["0.0.0.0", "[::]"].includes(host) ? "127.0.0.1" : host;
  return PUBLIC_URL ?? findServedAt(dataDir) ?? `http://${reachable}:${PORT}`;
}

function refused(message: string): KnownError {
  return new KnownError("config.invalid", message);
}
