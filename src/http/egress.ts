import type { Config } from "./config.ts";

/** Where Azure Bot Service takes replies: the only addresses that messages bring along. */
const botService = [/^smba\.trafficmanager\.net$/, /\.botframework\.com$/];

/**
 * A way out that leaves for known hosts only: those of the configuration and, with Azure Bot Service, Microsoft's own.
 * Whoever comes to write an address into a message or a stored record, nothing is sent there. docs/reference/limits.md
 * lists the hosts for a firewall.
 */
export function egress<Request, Answer>(config: Config, leave: WayOut<Request, Answer>) {
  const { WHATSAPP_GRAPH_URL, ALERT_WEBHOOK_URL, MICROSOFT_APP_ID } = config;
  const known = new Set([WHATSAPP_GRAPH_URL, ALERT_WEBHOOK_URL ?? []].flat().map((url) => new URL(url).host));
  const patterns = MICROSOFT_APP_ID === undefined ? [] : botService;
  return async (address: string | URL, request: Request): Promise<Answer> => {
    const url = new URL(address);
    const isKnown = known.has(url.host) || patterns.some((pattern) => pattern.test(url.host));
    if (isKnown) return await leave(url, request);
    throw Object.assign(new TypeError("this host is not on the list"), { code: "EGRESS" });
  };
}

type WayOut<Request, Answer> = (url: URL, request: Request) => Promise<Answer>;
