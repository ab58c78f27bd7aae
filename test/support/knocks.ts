/**
 * Mutated inputs for every door. Input n depends on the seed, the doors and n alone, so that one which failed can be
 * sent again.
 *
 * @module
 */
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./content.ts";
import { chanceOf, mutateJson, mutateText, pick } from "./mutate.ts";

/** What a sender who got hold of everything would know: a mutated input is most worth where it nearly fits. */
interface Doors {
  readonly appSecret: string;
  readonly phoneNumberId: string;
  /** A nurse's session. */
  readonly cookie: string;
  /** A parent's chat. */
  readonly chat: { readonly conversation: string; readonly token: string };
}

export interface Knock {
  readonly door: "webhook" | "direct-line" | "console" | "oidc" | "reports";
  readonly method: string;
  readonly path: string;
  /** An `origin` of `own` stands for where the door is. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Chance = () => number;

/** Makes the input with each number. */
export function knocksAt(doors: Doors, seed: number): (number: number) => Knock {
  const bodies = recordedBodies(doors.phoneNumberId);
  return (number) => {
    const chance = chanceOf(seed + number * 7_919);
    const door = chance();
    if (door < 0.4) return webhook(doors, bodies, chance);
    if (door < 0.7) return directLine(doors, chance);
    if (door < 0.9) return nurseConsole(doors, chance);
    if (door < 0.97) return oidcReturn(chance);
    return door < 0.985 ? issuersWord(chance) : policyReport(chance);
  };
}

function recordedBodies(phoneNumberId: string): readonly unknown[] {
  return ["test/recorded", "test/whatsapp-spec/samples"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith(".json"))
      .map((file) => readFileSync(join(root, folder, file), "utf8"))
      .map((text) => text.replace(/("phone_number_id":\s*)"\d+"/g, `$1"${phoneNumberId}"`))
      .map((text) => JSON.parse(text) as unknown),
  );
}

const activities: readonly unknown[] = [
  { type: "message", text: "mijn baby slaapt slecht", locale: "nl", from: { id: "me", name: "x" } },
  { type: "message", text: "1", channelData: { clientActivityID: "a", choice: "1.sleep" } },
  { type: "event", name: "naast/locale", locale: "tr-simple", value: {} },
  { type: "message", attachments: [{ contentType: "image/png", contentUrl: "http://x/" }] },
  { type: "typing", from: { id: "me" } },
];
const acts: readonly (readonly [string, unknown])[] = [
  ["open", { reason: "a reason", language: "nl" }],
  ["claim", {}],
  ["close", { token: "1", outcome: "advice_given", parentInformed: true, note: "x", checkBackDays: 3 }],
  ["attempts", { token: "1", result: "not_reached", retryAt: 1, tellParent: true }],
  ["notes", { words: "a note" }],
  ["hand-over", { token: "1", to: "somebody" }],
];

/** Three in four are older than what is taken in: they are read as closely, and start no turn. */
function webhook({ appSecret }: Doors, bodies: readonly unknown[], chance: Chance): Knock {
  const at = Math.floor(Date.now() / 1000) - (chance() < 0.25 ? 0 : 8 * 24 * 3_600);
  const dated = JSON.stringify(mutateJson(pick(bodies, chance), chance)).replace(
    /"timestamp":"\d+"/g,
    `"timestamp":"${at}"`,
  );
  const body = mutateText(dated, chance);
  const signature = `sha256=${createHmac("sha256", appSecret).update(body).digest("hex")}`;
  const forged = [
    signature.slice(0, -2),
    signature.toUpperCase(),
    signature.replace("256", "1"),
    "",
    "sha256=0",
  ];
  const asked = `?hub.mode=subscribe&hub.challenge=${encodeURIComponent(body.slice(0, 50).toWellFormed())}`;
  return {
    door: "webhook",
    method: chance() < 0.97 ? "POST" : pick(["GET", "PUT", "DELETE"], chance),
    path: `/webhooks/whatsapp${chance() < 0.05 ? asked : ""}`,
    headers: {
      "content-type": "application/json",
      "x-hub-signature-256": chance() < 0.5 ? signature : pick(forged, chance),
    },
    body,
  };
}

function directLine({ chat }: Doors, chance: Chance): Knock {
  const own = `/v3/directline/conversations/${chat.conversation}`;
  const wild = encodeURIComponent(pick(["..", "%00", "x".repeat(300), "__proto__", "{p00}"], chance));
  const path = pick(
    [
      `${own}/activities`,
      `${own}/activities`,
      `${own}/activities`,
      `${own}/activities?watermark=${wild}`,
      own,
      "/v3/directline/tokens/generate",
      "/v3/directline/tokens/return",
      "/v3/directline/tokens/refresh",
      "/v3/directline/conversations",
      `/v3/directline/conversations/${wild}/activities`,
      `/v3/directline/${wild}`,
    ],
    chance,
  );
  const token = chance() < 0.8 ? chat.token : mutateText(chat.token, chance).slice(0, 900);
  return {
    door: "direct-line",
    method: pick(["POST", "POST", "POST", "GET", "OPTIONS", "PATCH"], chance),
    path,
    headers: {
      authorization: `Bearer ${printable(token)}`,
      origin: chance() < 0.9 ? "own" : pick(["null", "http://x", "file://"], chance),
    },
    body: mutateText(JSON.stringify(mutateJson(pick(activities, chance), chance)), chance),
  };
}

const callback = "0".repeat(32);

function nurseConsole({ cookie }: Doors, chance: Chance): Knock {
  const [act, body] = pick(acts, chance);
  const wild = mutateText(callback, chance).slice(0, 200).toWellFormed();
  const id = chance() < 0.5 ? callback : encodeURIComponent(wild);
  const part = pick(["open", "%00", "[]", "closed&part=open"], chance);
  const query = `?part=${part}&limit=${pick(["1", "-1", "1e9", "x"], chance)}`;
  const reads = [`/callbacks${query}`, `/audit${query}&from=x`, "/me", "/figures", `/${id}`, "/openapi.json"];
  const read = chance() < 0.4;
  const path = read ? pick(reads, chance) : `/callbacks/${pick([id, "next"], chance)}/${act}`;
  return {
    door: "console",
    method: read ? "GET" : "POST",
    path: `/nurse/api${path}`,
    headers: {
      cookie: chance() < 0.9 ? cookie : printable(mutateText(cookie, chance)),
      origin: chance() < 0.9 ? "own" : "http://evil",
      "content-type": pick(
        ["application/json", "application/json", "text/plain", "multipart/form-data"],
        chance,
      ),
    },
    body: read ? "" : mutateText(JSON.stringify(mutateJson(body, chance)), chance),
  };
}

const returned = [
  "code",
  "state",
  "iss",
  "error",
  "error_description",
  "session_state",
  "__proto__",
  "code[]",
];

function oidcReturn(chance: Chance): Knock {
  const value = () =>
    encodeURIComponent(pick(["x", "a".repeat(500), "\u0000", "[object]", "%", "null"], chance));
  const query = returned.filter(() => chance() < 0.6).map((name) => `${name}=${value()}`);
  const path = pick(["/nurse/oidc/return", "/nurse/oidc/return", "/nurse/sign-in"], chance);
  return {
    door: "oidc",
    method: pick(["GET", "GET", "GET", "POST", "HEAD"], chance),
    path: `${path}?${query.join("&")}`,
    headers: { cookie: `naast.nurse=s%3A${value()}` },
    body: "",
  };
}

/** What an issuer posts when a session is over there. */
function issuersWord(chance: Chance): Knock {
  const part = (value: object) =>
    Buffer.from(mutateText(JSON.stringify(value), chance)).toString("base64url");
  const claims = { iss: "http://127.0.0.1", sub: "noor", aud: "naast", iat: 1, events: {} };
  const token = `${part({ alg: pick(["RS256", "none", "HS256"], chance), typ: "logout+jwt" })}.${part(claims)}.x`;
  return {
    door: "oidc",
    method: "POST",
    path: "/nurse/oidc/signed-out",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `${pick(["logout_token", "logout_token[]", "logout_token[__proto__]"], chance)}=${token}`,
  };
}

/** What a browser posts when a page's policy kept something from happening. */
function policyReport(chance: Chance): Knock {
  const report = { "csp-report": { "violated-directive": "img-src 'self'", "document-uri": "http://x/" } };
  return {
    door: "reports",
    method: "POST",
    path: "/policy-reports",
    headers: { "content-type": "application/csp-report" },
    body: mutateText(JSON.stringify(mutateJson(report, chance)), chance),
  };
}

function printable(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, "");
}
