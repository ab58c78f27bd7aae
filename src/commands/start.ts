/**
 * `npm start`: the product.
 *
 * @module
 */
import { KnownError } from "../errors.ts";
import { readConfig } from "../http/config.ts";
import { projectRoot } from "../http/project-root.ts";
import { type Service, startService } from "../http/service.ts";

try {
  const config = readConfig();
  const service = await startService(config, projectRoot());
  greet(service, config.OIDC_ISSUER === undefined);
  stopOn(["SIGINT", "SIGTERM"], service);
} catch (error) {
  refuse(error);
}

function greet({ url, storage, organisation, tryOut }: Service, byLink: boolean): void {
  process.stdout.write(
    [
      "",
      `  Naast for ${organisation}${tryOut ? " (try-out: no nurse reads this)" : ""}`,
      "",
      `  parents  ${url}/`,
      `  nurses   ${url}/nurse`,
      ...(byLink ? ["           npm run --silent console:link -- --name Try --role nurse --region all"] : []),
      `  kept in  ${storage}`,
      "",
      "",
    ].join("\n"),
  );
}

/** Whoever starts it anew (systemd, a container's restart) is not to wait for a stop that does not end. */
const longestStop = 25_000;

/** Finishes what is in hand and ends: when told to, and when something failed that nobody caught. */
function stopOn(signals: readonly NodeJS.Signals[], service: Service): void {
  let stopping = false;
  const stop = (status: number): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), longestStop).unref();
    service.close().then(
      () => process.exit(status),
      () => process.exit(1),
    );
  };
  for (const signal of signals) process.on(signal, () => stop(0));
  process.on("uncaughtException", (error: unknown) => {
    process.stderr.write(`unknown: something failed that nobody caught; stopping\n${placesOf(error)}\n`);
    stop(1);
  });
}

/** Where it failed, and not a word of what was said: a message may hold what a parent wrote. */
function placesOf(error: unknown): string {
  const { stack = "", message = "" } = error instanceof Error ? error : {};
  const at = stack.indexOf(message);
  return at < 0 ? "" : stack.slice(at + message.length);
}

/** Says what is wrong, once, in words for whoever starts it; a stack only for what has no name. */
function refuse(error: unknown): void {
  process.stderr.write(
    error instanceof KnownError ? `${error.code}: ${error.message}\n` : `${String((error as Error).stack)}\n`,
  );
  process.exitCode = 1;
}
