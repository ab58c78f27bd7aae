import { isIP } from "node:net";
import { z } from "zod";
import { KnownError } from "../errors.ts";

const list = z.string().transform((words) =>
  words
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean),
);
const secrets = list.refine(
  (all) => all.every((one) => one.length >= 8),
  "each secret needs 8 characters or more",
);
const url = z.url().transform((address) => address.replace(/\/+$/, ""));

/** Every variable the product reads, with its form. `.env.example` explains them; a test holds the two together. */
export const variables = {
  NODE_ENV: z.string().default("development"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3978),
  HOST: z.string().default("127.0.0.1"),
  PUBLIC_URL: url.optional(),
  CONSOLE_URL: url.optional(),
  CONSOLE_ADDRESSES: list
    .default([])
    .refine((all) => all.every(isRange), "addresses or ranges, as 192.0.2.0/24"),
  TRUST_PROXY: z.string().refine(isProxies, "a number of proxies, or their addresses and ranges").optional(),
  EMBED_ORIGINS: list.default([]),
  DATA_DIR: z.string().default("data"),
  DATA_KEYS: z.string().optional(),
  PERSON_KEYS_DIR: z.string().optional(),
  REDIS_URL: z.string().optional(),
  ORGANISATION_FILE: z.string().optional(),
  ALERT_WEBHOOK_URL: url.optional(),
  WHATSAPP_VERIFY_TOKEN: z.string().min(8).optional(),
  WHATSAPP_APP_SECRET: secrets.optional(),
  WHATSAPP_ACCESS_TOKEN: z.string().min(8).optional(),
  WHATSAPP_PHONE_NUMBER_ID: z
    .string()
    .regex(/^\d{5,32}$/, "5 to 32 digits and nothing else")
    .optional(),
  WHATSAPP_GRAPH_URL: url.default("https://graph.facebook.com/v25.0"),
  WHATSAPP_HEALTH_TEXT: z.enum(["route", "link"]).default("route"),
  MICROSOFT_APP_ID: z.string().optional(),
  MICROSOFT_APP_PASSWORD: z.string().optional(),
  MICROSOFT_APP_TYPE: z.enum(["MultiTenant", "SingleTenant", "UserAssignedMSI"]).default("MultiTenant"),
  MICROSOFT_APP_TENANT_ID: z.string().optional(),
  AZURE_LANGUAGE_ENDPOINT: url.optional(),
  AZURE_LANGUAGE_KEY: z.string().optional(),
  OIDC_ISSUER: url.optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_FACTORS: list.default([]),
  METRICS_TOKEN: z.string().min(16).optional(),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
} as const;

const schema = z.object(variables).transform((env, context) => {
  const production = env.NODE_ENV === "production";
  const fault = (name: keyof typeof variables, message: string): void => {
    context.addIssue({ code: "custom", path: [name], message });
  };
  const together = (names: readonly (keyof typeof variables)[], what: string): void => {
    const missing = names.filter((name) => env[name] === undefined);
    if (missing.length > 0 && missing.length < names.length) {
      for (const name of missing) fault(name, `is needed as well for ${what}`);
    }
  };
  together(
    ["WHATSAPP_VERIFY_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_ACCESS_TOKEN", "WHATSAPP_PHONE_NUMBER_ID"],
    "WhatsApp",
  );
  together(["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"], "sign-in by OIDC");
  together(["AZURE_LANGUAGE_ENDPOINT", "AZURE_LANGUAGE_KEY"], "Azure Language");
  together(["MICROSOFT_APP_ID", "MICROSOFT_APP_PASSWORD"], "Azure Bot Service");
  for (const name of [
    "WHATSAPP_GRAPH_URL",
    "ALERT_WEBHOOK_URL",
    "AZURE_LANGUAGE_ENDPOINT",
    "OIDC_ISSUER",
  ] as const) {
    const address = env[name];
    if (address !== undefined && !isSafe(address)) fault(name, "must be https, or http on this machine");
  }
  // they go into a content policy as they stand
  if (!env.EMBED_ORIGINS.every((one) => URL.canParse(one) && new URL(one).origin === one)) {
    fault("EMBED_ORIGINS", "each must be https:// and a host, with nothing behind it");
  }
  if (production) {
    for (const name of [
      "PUBLIC_URL",
      "REDIS_URL",
      "DATA_KEYS",
      "ORGANISATION_FILE",
      "OIDC_ISSUER",
    ] as const) {
      if (env[name] === undefined) fault(name, "is required in production");
    }
    if (env.CONSOLE_ADDRESSES.length > 0 && env.TRUST_PROXY === undefined) {
      fault("TRUST_PROXY", "is needed as well for CONSOLE_ADDRESSES: the proxy's own address is everyone's");
    }
    for (const name of ["PUBLIC_URL", "CONSOLE_URL"] as const) {
      const address = env[name];
      if (address !== undefined && !isSafe(address)) fault(name, "must be https in production");
    }
  }
  return { ...env, production };
});

export type Config = z.output<typeof schema>;

/**
 * Reads the environment: the only place that does.
 *
 * @throws {KnownError} `config.invalid` naming every fault at once.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const read = schema.safeParse(set);
  const trusting = set["NODE_ENV"] === "production" && set["NODE_TLS_REJECT_UNAUTHORIZED"] === "0";
  if (read.success && !trusting) return read.data;
  const faults = (read.error?.issues ?? []).map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  if (trusting) faults.push("  NODE_TLS_REJECT_UNAUTHORIZED: must not be 0 in production");
  throw new KnownError(
    "config.invalid",
    `the configuration has ${faults.length} fault(s)\n${faults.join("\n")}`,
    {
      faults: faults.length,
    },
  );
}

/** What Express takes: anything else it refuses only when it is put together. */
function isProxies(words: string): boolean {
  const named = /^(loopback|linklocal|uniquelocal)$/;
  const range = /^([\da-f.:]+)(\/\d{1,3})?$/i;
  const isOne = (one: string): boolean => named.test(one) || isIP(range.exec(one)?.[1] ?? "") !== 0;
  return /^\d{1,2}$/.test(words) || words.split(/\s*,\s*/).every(isOne);
}

/** An address, or a range whose bits fit it. */
function isRange(words: string): boolean {
  const [address = "", bits, ...more] = words.split("/");
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    more.length === 0 && (bits === undefined ? most > 0 : /^\d{1,3}$/.test(bits) && Number(bits) <= most)
  );
}

function isSafe(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return (
    protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname))
  );
}
