/** Says whether a page of this origin may use the web chat. `host` is the `Host` header it was reached under. */
export type OriginAllowed = (origin: string | undefined, host: string | undefined) => boolean;

/**
 * Allows our own origin, the listed ones, and requests that name none (no browser sends those across sites).
 *
 * While the service itself is published on the loopback only, which is how it is tried out, any other
 * loopback origin may use it too: such a page runs on the same machine.
 */
export function originAllowList(publicUrl: string, embedOrigins: readonly string[]): OriginAllowed {
  const own = new URL(publicUrl);
  const listed = new Set([own.origin, ...embedOrigins]);
  const triedOut = isLoopback(own.hostname);

  return (origin, host) => {
    if (origin === undefined) return true;
    if (listed.has(origin)) return true;
    const from = URL.canParse(origin) ? new URL(origin) : undefined;
    if (from === undefined) return false;
    return from.host === host || (triedOut && isLoopback(from.hostname));
  };
}

/** Says whether a host name can only mean this very machine. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
