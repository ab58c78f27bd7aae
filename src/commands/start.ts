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

function stopOn(signals: readonly NodeJS.Signals[], service: Service): void {
  let stopping = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      service.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

/** Says what is wrong, once, in words for whoever starts it; a stack only for what has no name. */
function refuse(error: unknown): void {
  process.stderr.write(
    error instanceof KnownError ? `${error.code}: ${error.message}\n` : `${String((error as Error).stack)}\n`,
  );
  process.exitCode = 1;
}
