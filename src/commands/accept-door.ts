/**
 * Meta's door with nothing behind it: what `npm run bench -- accept` measures beside a bare server. It takes in and
 * answers nobody. `node dist/accept-door.js REDIS_URL APP_SECRET PHONE_NUMBER_ID DATA_DIR`; prints its port.
 *
 * @module
 */
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { metaDoor } from "../http/meta-door.ts";
import { projectRoot } from "../http/project-root.ts";
import { createLog } from "../operations/log.ts";
import { createMetrics } from "../operations/metrics.ts";
import { openKeyringFile } from "../privacy/keyring.ts";
import { openRedis } from "../storage/open-redis.ts";
import { openStorage } from "../storage/open-storage.ts";

const [url, appSecret = "", phoneNumberId = "", dataDirectory = ""] = process.argv.slice(2);
const log = createLog("silent");
const scriptsDirectory = join(projectRoot(), "src/storage/scripts");
const redis = await openRedis({ url, dataDirectory, scriptsDirectory }, log);
const keyring = openKeyringFile(join(dataDirectory, "keys"));
const { turnLog, outbox, aliases, names } = openStorage({ redis, dataDirectory, keyring, log });
const server = metaDoor({
  config: {
    verifyToken: "",
    appSecrets: [appSecret],
    accessToken: "",
    phoneNumberId,
    graphUrl: "http://127.0.0.1/",
  },
  turnLog,
  outbox,
  aliases,
  pseudonym: (name) => names.person("whatsapp", name),
  clock: Date.now,
  log,
  metrics: createMetrics(),
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
