import type { MetaStub } from "./meta-stub.ts";

/** The variables with which the product talks to this stand-in instead of Meta. */
export function stubVariables(stub: MetaStub, verifyToken = "agreed-with-meta") {
  return {
    WHATSAPP_VERIFY_TOKEN: verifyToken,
    WHATSAPP_APP_SECRET: stub.appSecret,
    WHATSAPP_ACCESS_TOKEN: stub.accessToken,
    WHATSAPP_PHONE_NUMBER_ID: stub.phoneNumberId,
    WHATSAPP_GRAPH_URL: stub.graphUrl,
  };
}
