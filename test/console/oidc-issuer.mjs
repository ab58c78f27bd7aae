/** An issuer on loopback that signs everyone in who comes, for tests. Prints its address and waits. */
import { createServer } from "node:http";
import Provider from "oidc-provider";

const redirect = process.argv[2];
const accounts = {
  noor: { name: "Noor de Wit", roles: ["nurse", "somewhere-else"], regions: ["noord"] },
  stranger: { name: "Stranger", roles: ["cook"], regions: ["noord"] },
  words: { name: "Lou", roles: "lead auditor", regions: "all" },
};

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "naast",
        client_secret: "a secret of the test",
        redirect_uris: [redirect],
        grant_types: ["authorization_code"],
      },
    ],
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    claims: { openid: ["sub"], profile: ["name", "roles", "regions"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    cookies: { keys: ["test"] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
  });
  const answer = provider.callback();
  server.on("request", async (request, response) => {
    if (!request.url.startsWith("/interaction/")) return answer(request, response);
    const { prompt, params } = await provider.interactionDetails(request, response);
    if (prompt.name === "login") {
      return provider.interactionFinished(request, response, {
        login: { accountId: params.login_hint ?? "noor" },
      });
    }
    const { session } = await provider.interactionDetails(request, response);
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope("openid profile");
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
  });
  process.stdout.write(`${issuer}\n`);
});
