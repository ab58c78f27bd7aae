/**
 * How long a client may take to ask, and a line may stay open unused. The last is longer than proxies keep one (nginx:
 * 60 seconds), so that it is the proxy that ends it and never sends a message into a line that closes.
 */
export const patience = {
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 65_000,
} as const;

/** `TRUST_PROXY` in Express's own forms: a number of hops, or addresses. Without it nobody is believed. */
export function trustedProxies(words: string | undefined): boolean | number | string {
  if (words === undefined) return false;
  const hops = Number(words);
  return Number.isInteger(hops) ? hops : words;
}
