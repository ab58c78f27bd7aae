import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { asked, type Control, type Loose, rejects } from "./control.ts";

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout";

/** Controls of who may speak for another host, and where each host ends. */
export const betweenHosts: readonly Control[] = [
  {
    row: 66,
    threat: "the issuer's word to another organisation ends sessions here",
    file: "src/console/oidc.ts",
    without: ["audience: options.clientId,", ""],
    holds: ({ oidc }) => isRefused(oidc, "somebody-else", { events: { [logoutEvent]: {} } }),
  },
  {
    row: 66,
    threat: "a word of the issuer's about something else ends sessions",
    file: "src/console/oidc.ts",
    without: ["events: z.object({ [logoutEvent]: z.object({}) }),", ""],
    holds: ({ oidc }) => isRefused(oidc, "naast", { events: { "https://issuer.example/password": {} } }),
  },
  {
    row: 66,
    threat: "an answer to a sign-in is used to end sessions",
    file: "src/console/oidc.ts",
    without: ['typ: "logout+jwt",', ""],
    holds: ({ oidc }) => isRefused(oidc, "naast", { events: { [logoutEvent]: {} } }, "JWT"),
  },
  {
    row: 35,
    threat: "a session is used from where no nurse works",
    file: "src/http/only-from.ts",
    without: ["known.check(address, familyOf(address))", "true"],
    holds: ({ onlyFrom }) => {
      let served = false;
      const guard = onlyFrom(["192.0.2.0/24"], () => undefined);
      const answer = { status: () => answer, json: () => answer };
      guard({ ip: "203.0.113.9", path: "/api/callbacks" }, answer, () => {
        served = true;
      });
      return !served;
    },
  },
  {
    row: 41,
    threat: "a browser's report brings an address into the figures",
    file: "src/http/policy-reports.ts",
    without: ['directives.find((known) => known === said) ?? "other"', "said"],
    async holds({ policyReports }) {
      const counted: string[] = [];
      const report = { "csp-report": { "violated-directive": "secret" } };
      await asked(
        policyReports((directive: string) => counted.push(directive)),
        "/policy-reports",
        {
          method: "POST",
          headers: { "content-type": "application/csp-report" },
          body: JSON.stringify(report),
        },
      );
      return counted.join() === "other";
    },
  },
  {
    row: 67,
    threat: "the console answers at the name that parents know",
    file: "src/http/own-host.ts",
    without: ["isConsole === consolePath.test(request.path)", "true"],
    async holds({ ownHost }) {
      const at = (host: string, path: string): boolean => {
        let served = false;
        const answer = { status: () => answer, json: () => answer, set: () => answer, end: () => answer };
        const next = (failure?: unknown) => {
          served = failure === undefined;
        };
        ownHost("https://nurses.example")({ get: () => host, path }, answer, next);
        return served;
      };
      return at("nurses.example", "/nurse") && !at("naast.example", "/nurse") && !at("nurses.example", "/");
    },
  },
  {
    row: 68,
    threat: "a stranger whose name ends like Microsoft's is sent what a parent reads",
    file: "src/http/egress.ts",
    without: ["/\\.botframework\\.com$/", "/botframework\\.com$/"],
    async holds({ egress }) {
      const leave = egress(
        { WHATSAPP_GRAPH_URL: "https://graph.example/v25.0", MICROSOFT_APP_ID: "id" },
        async () => undefined,
      );
      await leave("https://webchat.botframework.com/", undefined);
      return await rejects(leave("https://evilbotframework.com/", undefined));
    },
  },
];

/** Whether a word that an issuer signed for somebody ends nobody's session here. */
async function isRefused(
  oidc: Loose[string],
  audience: string,
  claims: object,
  kind = "logout+jwt",
): Promise<boolean> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const jwk = await exportJWK(publicKey);
  const server = createServer((request, response) => {
    const issuer = issuerAt(server.address() as AddressInfo);
    const known = { issuer, authorization_endpoint: `${issuer}/auth`, jwks_uri: `${issuer}/keys` };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(request.url === "/keys" ? { keys: [jwk] } : known));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    const issuer = issuerAt(server.address() as AddressInfo);
    const say = (whom: string, what: object, typ = "logout+jwt") =>
      new SignJWT({ sid: "s", jti: "j", ...what })
        .setProtectedHeader({ alg: "RS256", typ })
        .setIssuer(issuer)
        .setAudience(whom)
        .setIssuedAt()
        .sign(privateKey);
    const desk = oidc({ issuer, clientId: "naast", clientSecret: "secret" });
    // what is meant for us and for this is taken
    await desk.signedOut(await say("naast", { events: { [logoutEvent]: {} } }));
    return await rejects(desk.signedOut(await say(audience, claims, kind)));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const issuerAt = ({ port }: AddressInfo): string => `http://127.0.0.1:${port}`;
