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

test.each(["http://127.0.0.1:9", "http://localhost:9/v25.0", "https://graph.facebook.com/v25.0"])(
  "%s may be the Graph API",
  (url) => {
    expect(readConfig({ WHATSAPP_GRAPH_URL: url }).WHATSAPP_GRAPH_URL).toBe(url);
  },
);

test("the example environment names every variable, and no other", () => {
  const example = readFileSync(join(root, ".env.example"), "utf8");
  const named = [...example.matchAll(/^([A-Z_]+)=/gm)].map((match) => match[1]);
  expect(named.toSorted()).toEqual(Object.keys(variables).toSorted());
});
