import type { Log } from "../terms.ts";

/** Tells whoever watches: a count, and the console's address, and nothing of anyone. */
export interface Alerts {
  brokenPromises(count: number): Promise<void>;
  bulkReading(count: number): Promise<void>;
}

/**
 * Makes the alerts that are posted to `ALERT_WEBHOOK_URL`.
 *
 * A webhook that is away costs a line in the log and nothing else; the console shows the same.
 */
export function alertByWebhook(
  url: string | undefined,
  consoleUrl: string,
  log: Log,
  fetch: (url: string, request: RequestInit) => Promise<Response> = globalThis.fetch,
): Alerts {
  async function post(text: string, count: number): Promise<void> {
    if (url === undefined) return;
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text: `${text}: ${consoleUrl}`, count, link: consoleUrl }),
        redirect: "error",
        signal: AbortSignal.timeout(5_000),
      });
      if (!answer.ok) log.warn({ status: answer.status }, "the alert was not taken");
    } catch {
      log.warn({}, "the alert did not arrive");
    }
  }

  return {
    async brokenPromises(count) {
      log.warn({ broken: count }, "promises to parents broke");
      await post(`${count} × terugbelbelofte verstreken / callback promises missed`, count);
    },
    async bulkReading(count) {
      log.warn({ count }, "somebody opened unusually many requests");
      await post(
        `Toegang nakijken: ${count} verzoeken geopend door één medewerker / check access: ${count} requests opened by one member of staff`,
        count,
      );
    },
  };
}
