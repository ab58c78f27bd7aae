/** Runs an embedded server as a process of its own, so that a test can kill it. */
import { startEmbeddedServer } from "../../src/storage/embedded-server.ts";

const [, , directory = "", port = "0", password = ""] = process.argv;
const log = { info: () => undefined, warn: console.warn, error: console.error };
await startEmbeddedServer(directory, { kind: "port", port: Number(port), password }, log);
