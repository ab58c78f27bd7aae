import { z } from "zod";
import type { Config } from "./config.ts";

/** Where Azure Bot Service takes replies: the only addresses that messages bring along. */
const botService = [/^smba\.trafficmanager\.net$/, /\.botframework\.com$/];

/**
 * A `fetch` that leaves for known hosts only: those of the configuration and, with Azure Bot Service, Microsoft's own.
 * Whoever comes to write an address into a message or a stored record, nothing is sent there. docs/reference/limits.md
 * lists the hosts for a firewall.
 */
export function egress(config: Config, fetch = globalThis.fetch): typeof globalThis.fetch {
  const { WHATSAPP_GRAPH_URL, ALERT_WEBHOOK_URL, MICROSOFT_APP_ID } = config;
  const known = new Set([WHATSAPP_GRAPH_URL, ALERT_WEBHOOK_URL ?? []].flat().map((url) => new URL(url).host));
  const patterns = MICROSOFT_APP_ID === undefined ? [] : botService;
  return async (input, init) => {
    const { host } = new URL(z.union([z.string(), z.instanceof(URL)]).parse(input));
    if (known.has(host) || patterns.some((pattern) => pattern.test(host))) return await fetch(input, init);
    throw new TypeError("this host is not on the list", { cause: { code: "EGRESS" } });
  };
}
