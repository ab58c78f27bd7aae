import { readFileSync, statSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { KnownError } from "../errors.ts";
import type { Organisation } from "../escalation/organisation.ts";

/** How an organisation makes the parents' page its own. */
export interface PageTheme {
  readonly accent?: string | undefined;
  readonly logo?: Logo | undefined;
  readonly exitUrl?: string | undefined;
}

interface Logo {
  /** How its name ends, without the dot. */
  readonly ending: string;
  readonly type: string;
  readonly body: Buffer;
}

const types: Readonly<Record<string, string>> = {
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
};
/** A second of an old phone on a poor line. */
const mostBytes = 50_000;

/**
 * Reads how the page is to look. The logo lies beside the organisation's file.
 *
 * @throws {KnownError} `config.invalid` when the logo cannot be read, is too large or of another kind.
 */
export function pageTheme({ page = {} }: Organisation, organisationFile: string): PageTheme {
  const { accent, logo, leaveTo } = page;
  return {
    accent,
    logo: logo === undefined ? undefined : readLogo(resolve(dirname(organisationFile), logo)),
    exitUrl: leaveTo,
  };
}

function readLogo(path: string): Logo {
  const ending = extname(path).toLowerCase();
  const type = types[ending];
  const fault = type === undefined ? "is no .svg, .png or .webp" : sizeFault(path);
  if (type === undefined || fault !== undefined) {
    throw new KnownError("config.invalid", `ORGANISATION_FILE: page.logo: ${path} ${fault}`);
  }
  return { ending: ending.slice(1), type, body: readFileSync(path) };
}

function sizeFault(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true) return "cannot be read";
  return found.size > mostBytes ? `is larger than ${mostBytes} bytes` : undefined;
}
