import type { auditFiles } from "../console/audit-file.ts";
import type { Script } from "../conversation/script.ts";
import type { Metrics } from "../operations/metrics.ts";
import type { Keyring } from "../privacy/keyring.ts";
import type { OpenRedis } from "../storage/open-redis.ts";
import type { Storage } from "../storage/open-storage.ts";
import type { Log } from "../terms.ts";
import type { Config } from "./config.ts";

/** What the parts of the composition share. */
export interface World {
  readonly audit: ReturnType<typeof auditFiles>;
  readonly config: Config;
  readonly root: string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly keyring: Keyring;
  readonly storage: Storage;
  readonly script: Script;
  readonly publicUrl: string;
  readonly dataDirectory: string;
  readonly redis: OpenRedis;
}
