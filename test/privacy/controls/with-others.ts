import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Private } from "../../../src/privacy/private.ts";
import { locales } from "../../../src/terms.ts";
import { type Control, rejects, throws } from "./control.ts";
import { standIn } from "./stand-in.ts";

/** Controls between us and those we talk to: Meta, Microsoft, the registry, our own authors. */
export const withOthers: readonly Control[] = [
  {
    row: 42,
    threat: "the access token leaves by an unsafe road",
    file: "src/http/config.ts",
    without: ["if (address !== undefined && !isSafe(address))", "if (false)"],
    holds: ({ readConfig }) => throws(() => readConfig({ WHATSAPP_GRAPH_URL: "http://graph.example/v25.0" })),
  },
  {
    row: 10,
    threat: "a late word of failure takes back what arrived",
    file: "src/channels/whatsapp/accept-webhook.ts",
    without: ["if (rankOf(status) >= rankOf(settling.get(key)))", "if (key !== undefined)"],
    async holds({ acceptWebhook }) {
      const door = standIn();
      const statuses = ["delivered", "failed"].map((status) => ({ id: "wamid.1", status }));
      await acceptWebhook({ delivered: [], statuses, left: [] }, "1", door);
      return door.counted.includes("delivered") && !door.counted.includes("failed");
    },
  },
  {
    row: 13,
    threat: "Meta takes a request and never answers",
    file: "src/channels/exchange.ts",
    without: ["const signal = AbortSignal.timeout(timeoutMilliseconds);", "const signal = undefined;"],
    async holds({ exchange }) {
      const silent = createServer(() => undefined).listen(0, "127.0.0.1");
      await once(silent, "listening");
      const url = new URL(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/`);
      const leaving = { headers: {}, body: "{}", timeoutMilliseconds: 20 };
      const late = new Promise((resolve) => setTimeout(resolve, 1_000, "late"));
      const cutOff = await Promise.race([exchange(url, leaving).catch(() => "cut off"), late]);
      silent.closeAllConnections();
      silent.close();
      return cutOff === "cut off";
    },
  },
  {
    row: 14,
    threat: "Meta asks for slowness and gets a storm",
    file: "src/channels/whatsapp/send-outcome.ts",
    without: ['131056: { kind: "retry", firstSeconds: 1, factor: 4 },', "131056: theirs,"],
    holds: ({ judge }) =>
      judge({ kind: "refused", status: 400, code: 131056 }, 2).outcome.afterMilliseconds === 16_000,
  },
  {
    row: 15,
    threat: "words are sent when Meta takes them no more, and lost",
    file: "src/channels/whatsapp/send-outcome.ts",
    without: ['131047: { kind: "knock" },', ""],
    holds: ({ judge }) => judge({ kind: "refused", status: 400, code: 131047 }, 0).outcome.kind === "knock",
  },
  {
    row: 42,
    threat: "an address in a message leads inside",
    file: "src/http/egress.ts",
    without: [
      'throw Object.assign(new TypeError("this host is not on the list"), { code: "EGRESS" });',
      "return await leave(url, request);",
    ],
    holds({ egress }) {
      const config = { WHATSAPP_GRAPH_URL: "https://graph.example/v25.0" };
      return rejects(egress(config, async () => undefined)("http://169.254.169.254/latest", undefined));
    },
  },
  {
    row: 47,
    threat: "somebody else is asked about what sounds like danger",
    file: "src/http/ask-second-opinion.ts",
    without: [' || concern.level !== "none" || concern.doubt', ""],
    async holds({ askSecondOpinion }) {
      const told: string[] = [];
      const opinion = { languageOf: async (words: string) => told.push(words) };
      const claim = { inbound: { kind: "message", words: new Private("hij valt zo raar weg") } };
      const understand = () => ({ languageConfidence: 0.1, concern: { level: "none", doubt: true } });
      await askSecondOpinion(claim, understand, opinion);
      return told.length === 0;
    },
  },
  {
    row: 47,
    threat: "a telephone number leaves with a question about language",
    file: "src/understanding/redact.ts",
    without: ["text.replace(pattern, mask)", "text"],
    holds: ({ redactLocally }) => !redactLocally("bel me op 06 12345678").includes("12345678"),
  },
  {
    row: 48,
    threat: "a service that is down is asked at every message",
    file: "src/understanding/azure/second-opinion.ts",
    without: ["if (failures >= failuresBeforeRest)", "if (false)"],
    async holds({ azureSecondOpinion }) {
      const counted: string[] = [];
      const count = (_: string, by: string) => counted.push(by);
      const options = { endpoint: "https://127.0.0.1:1", key: "k", count, clock: Date.now };
      const opinion = azureSecondOpinion(options);
      for (let asked = 0; asked < 6; asked += 1) await opinion.languageOf("hello");
      return counted.at(-1) === "skipped";
    },
  },
  {
    row: 27,
    threat: "what a parent typed is looked up as a text of ours",
    file: "src/language/catalogue.ts",
    without: ["escapeValue: false }", "escapeValue: false, skipOnVariables: false }"],
    holds({ createCatalogue }) {
      const texts = { x: { asked_one: "{{name}}", asked_other: "{{name}}", secret: "geheim" } };
      const files = Object.fromEntries(locales.map((locale) => [locale, texts]));
      return !createCatalogue(files)
        .text("nl", "x:asked", { count: 2, name: "$t(x:secret)" })
        .includes("geheim");
    },
  },
  {
    row: 49,
    threat: "a number to call is published that nobody traced",
    file: "src/http/inspect-provenance.ts",
    without: [".filter((source) => !Object.hasOwn(sources, source))", ".filter(() => false)"],
    holds({ inspectProvenance }) {
      const phone = { name: "n", owner: "o", hours: "h", source: "nowhere", dialledOn: null };
      const provenance = { sources: {}, facts: {} };
      return inspectProvenance({ dialogs: [], cards: {}, provenance, phones: { 112: phone } }).length > 0;
    },
  },
  {
    row: 43,
    threat: "a package runs code when it is installed",
    file: ".npmrc",
    without: ["ignore-scripts=true", "ignore-scripts=false"],
    holds(_, { folder, text }) {
      writeFileSync(join(folder, ".npmrc"), text);
      const scripts = { postinstall: "node -e \"require('fs').writeFileSync('ran','')\"" };
      writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "x", version: "1.0.0", scripts }));
      const env = { ...process["env"], npm_config_userconfig: "/dev/null" };
      delete (env as Record<string, unknown>)["npm_config_ignore_scripts"];
      execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund"], {
        cwd: folder,
        env,
        stdio: "ignore",
      });
      return !existsSync(join(folder, "ran"));
    },
  },
];
