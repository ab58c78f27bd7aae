import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig, variables } from "../../src/http/config.ts";
import { root } from "../support/content.ts";

test("an empty environment is enough to try Naast out", () => {
  expect(readConfig({})).toMatchObject({ PORT: 3978, HOST: "127.0.0.1", production: false });
});

test("a variable that is set to nothing counts as not set", () => {
  expect(readConfig({ PORT: "", REDIS_URL: "" })).toMatchObject({ PORT: 3978 });
});

test("production means exactly NODE_ENV=production", () => {
  expect(readConfig({ NODE_ENV: "Production" }).production).toBe(false);
});

test("all faults are reported at once", () => {
  const faults = (environment: Record<string, string>): string => {
    try {
      readConfig(environment);
      return "";
    } catch (error) {
      return String(error);
    }
  };
  const said = faults({ NODE_ENV: "production", PORT: "seven", WHATSAPP_GRAPH_URL: "http://example.org" });
  expect(said).toContain("PORT");
  const later = faults({
    NODE_ENV: "production",
    WHATSAPP_ACCESS_TOKEN: "12345678",
    WHATSAPP_GRAPH_URL: "http://example.org",
  });
  for (const name of [
    "PUBLIC_URL",
    "REDIS_URL",
    "DATA_KEYS",
    "ORGANISATION_FILE",
    "OIDC_ISSUER",
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_GRAPH_URL",
  ]) {
    expect(later).toContain(name);
  }
});

test.each([
  ["what leaves unencrypted", { ALERT_WEBHOOK_URL: "http://alerts.example" }],
  [
    "an endpoint of Azure Language without https",
    { AZURE_LANGUAGE_ENDPOINT: "http://x.example", AZURE_LANGUAGE_KEY: "k" },
  ],
  ["any site as a frame", { EMBED_ORIGINS: "*" }],
  ["a rule of its own in the content policy", { EMBED_ORIGINS: "https://a.example; script-src *" }],
  ["an origin with a path", { EMBED_ORIGINS: "https://a.example/" }],
  ["a proxy that is no number and no address", { TRUST_PROXY: "yes please" }],
])("%s is refused", (_name, environment) => {
  expect(() => readConfig(environment as Record<string, string>)).toThrow(Object.keys(environment)[0]);
});

test("production refuses a public address without https, and to take any certificate", () => {
  const environment = {
    ...{
      NODE_ENV: "production",
      PUBLIC_URL: "https://naast.example",
      REDIS_URL: "redis://r",
      DATA_KEYS: "k",
    },
    ...{
      ORGANISATION_FILE: "o",
      OIDC_ISSUER: "https://i.example",
      OIDC_CLIENT_ID: "n",
      OIDC_CLIENT_SECRET: "s",
    },
  };
  expect(readConfig(environment).production).toBe(true);
  expect(() => readConfig({ ...environment, PUBLIC_URL: "http://naast.example" })).toThrow("PUBLIC_URL");
  expect(() => readConfig({ ...environment, NODE_TLS_REJECT_UNAUTHORIZED: "0" })).toThrow("NODE_TLS_REJECT");
});

test.each(["http://127.0.0.1:9", "http://localhost:9/v25.0", "https://graph.facebook.com/v25.0"])(
  "%s may be the Graph API",
  (url) => {
    expect(readConfig({ WHATSAPP_GRAPH_URL: url }).WHATSAPP_GRAPH_URL).toBe(url);
  },
);

test.each(["192.0.2.1", "192.0.2.0/24, 2001:db8::/32"])("the console may be kept to %s", (ranges) => {
  expect(readConfig({ CONSOLE_ADDRESSES: ranges }).CONSOLE_ADDRESSES.length).toBeGreaterThan(0);
});

test.each(["inside", "192.0.2.0/33", "192.0.2.0/24/8", "192.0.2.0/", "10.0.0.0/8,office"])(
  "and not to %s",
  (ranges) => {
    expect(() => readConfig({ CONSOLE_ADDRESSES: ranges })).toThrow("CONSOLE_ADDRESSES");
  },
);

test("in production only as the proxy tells where somebody comes from", () => {
  const inside = { NODE_ENV: "production", CONSOLE_ADDRESSES: "192.0.2.0/24" };
  expect(() => readConfig(inside)).toThrow("TRUST_PROXY: is needed as well for CONSOLE_ADDRESSES");
  expect(() => readConfig({ ...inside, TRUST_PROXY: "1" })).not.toThrow("CONSOLE_ADDRESSES");
});

test("the example environment names every variable, and no other", () => {
  const example = readFileSync(join(root, ".env.example"), "utf8");
  const named = [...example.matchAll(/^([A-Z_]+)=/gm)].map((match) => match[1]);
  expect(named.toSorted()).toEqual(Object.keys(variables).toSorted());
});
