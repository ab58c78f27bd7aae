import { KnownError } from "../../errors.ts";

/** What Meta gave the organisation, and what Meta and we agreed on. */
export interface WhatsAppConfig {
  readonly verifyToken: string;
  /** One secret, or two while one replaces the other. */
  readonly appSecrets: readonly string[];
  readonly accessToken: string;
  /** Meta's id of our number: digits. */
  readonly phoneNumberId: string;
  /** `https://graph.facebook.com/v25.0`, or a stand-in on this machine. */
  readonly graphUrl: string;
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Verifies that the access token can only travel to where it belongs: over TLS, or within this machine.
 *
 * @throws {KnownError} `config.invalid`
 */
export function messagesUrl({ graphUrl, phoneNumberId }: WhatsAppConfig): URL {
  if (!/^\d{1,32}$/.test(phoneNumberId)) throw invalid("WHATSAPP_PHONE_NUMBER_ID is not a row of digits");
  if (!URL.canParse(graphUrl)) throw invalid("WHATSAPP_GRAPH_URL is not an address");
  const url = new URL(graphUrl);
  const safe = url.protocol === "https:" || (url.protocol === "http:" && loopback.test(url.hostname));
  if (!safe) throw invalid("WHATSAPP_GRAPH_URL must be https, or http on loopback");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw invalid("WHATSAPP_GRAPH_URL may hold a host and a path only");
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${phoneNumberId}/messages`;
  return url;
}

function invalid(message: string): KnownError {
  return new KnownError("config.invalid", message);
}
