import type { Log } from "../terms.ts";

/**
 * Makes the alert for broken promises: a count and the console's address, posted to `ALERT_WEBHOOK_URL`.
 *
 * A webhook that is away costs a line in the log and nothing else; the console shows the same at the top.
 */
export function alertByWebhook(
  url: string | undefined,
  consoleUrl: string,
  log: Log,
): (broken: number) => Promise<void> {
  return async (broken) => {
    log.warn({ broken }, "promises to parents broke");
    if (url === undefined) return;
    const text = `${broken} × terugbelbelofte verstreken / callback promises missed: ${consoleUrl}`;
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text, count: broken, link: consoleUrl }),
        redirect: "error",
        signal: AbortSignal.timeout(5_000),
      });
      if (!answer.ok) log.warn({ status: answer.status }, "the alert was not taken");
    } catch {
      log.warn({}, "the alert did not arrive");
    }
  };
}
