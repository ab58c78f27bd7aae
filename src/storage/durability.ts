import { KnownError } from "../errors.ts";
import { retention } from "../privacy/retention.ts";
import { probeKey } from "./keys.ts";
import type { OpenRedis } from "./open-redis.ts";
import type { RedisLink } from "./redis-link.ts";

/**
 * What stands behind "accepted":
 * - `fsync-always`: on the disk of the server.
 * - `wait-1`: in the memory of a second server.
 * - `spool`: on the disk of this machine, because Redis promises neither.
 */
type Durability = "fsync-always" | "wait-1" | "spool";

/** What Redis says of itself, as far as it matters for keeping promises. */
export interface Fitness {
  readonly fit: boolean;
  readonly durability: Durability;
  /** What is wrong, in words for the operator; empty when fit. */
  readonly problems: readonly string[];
  /** Changes when the server was started anew and may have lost its last second. */
  readonly runId: string;
}

/**
 * Asks Redis, every node of it, whether it is fit to hold people's messages. Uses INFO, which managed
 * services do not block.
 */
export async function inspectRedis({ link, kind }: Pick<OpenRedis, "link" | "kind">): Promise<Fitness> {
  if (kind === "embedded") return { fit: true, durability: "fsync-always", problems: [], runId: "embedded" };
  const nodes = await Promise.all(link.everywhere.map((key) => inspectNode(link, key, kind === "found")));
  const problems = [...new Set(nodes.flatMap((node) => node.problems))];
  const runIds = [...new Set(nodes.map(({ runId }) => runId))].toSorted();
  return {
    fit: problems.length === 0,
    durability: strengths.findLast((one) => nodes.some(({ durability }) => durability === one)) ?? "spool",
    problems,
    runId: runIds.join(" "),
  };
}

/** From the strongest to the weakest; all nodes together are as strong as the weakest of them. */
const strengths: readonly Durability[] = ["fsync-always", "wait-1", "spool"];

async function inspectNode(link: RedisLink, key: string, ours: boolean): Promise<Omit<Fitness, "fit">> {
  const info = readInfo(String(await link.call(key, "INFO")));
  const [always, refusal] = await Promise.all([ours || fsyncsAlways(link, key), tryToWrite(link, key)]);
  const problems = inspectInfo(info);
  const replicated = Number(info.get("connected_slaves") ?? 0) > 0;
  return {
    durability: always ? "fsync-always" : replicated ? "wait-1" : "spool",
    problems: problems.length === 0 ? refusal : problems,
    runId: info.get("run_id") ?? "",
  };
}

/** INFO does not tell that Redis is full, or waits for a replica: only a write finds out. */
async function tryToWrite(link: RedisLink, tag: string): Promise<readonly string[]> {
  const key = probeKey(tag);
  try {
    await link.call(key, "SET", key, "1", "PX", String(retention.probe));
    return [];
  } catch (error) {
    const reason = error instanceof KnownError ? String(error.facts["reason"]) : "unknown";
    return [
      /\bOOM\b/.test(reason) ? "Redis is full; it takes no writes" : `Redis takes no writes: ${reason}`,
    ];
  }
}

function inspectInfo(info: ReadonlyMap<string, string>): readonly string[] {
  const policy = info.get("maxmemory_policy");
  const rules: readonly (readonly [boolean, string])[] = [
    [
      policy !== undefined && policy !== "noeviction",
      `maxmemory-policy is ${policy}; it must be noeviction, or Redis drops messages and callbacks silently`,
    ],
    [info.get("aof_enabled") === "0", "appendonly is off; a restart of Redis would lose everything"],
    [info.get("aof_last_write_status") === "err", "Redis cannot write its append-only file"],
    [info.get("role") === "slave", "this Redis is a replica and takes no writes"],
    [info.get("loading") === "1", "Redis is still loading its data"],
    [
      info.get("cluster_enabled") === "1" && info.get("cluster_state") === "fail",
      "the Redis cluster is down",
    ],
  ];
  return rules.filter(([wrong]) => wrong).map(([, problem]) => problem);
}

/** INFO does not tell; where CONFIG is blocked the careful answer is no. */
async function fsyncsAlways(link: RedisLink, key: string): Promise<boolean> {
  try {
    const [, policy] = (await link.call(key, "CONFIG", "GET", "appendfsync")) as string[];
    return policy === "always";
  } catch {
    return false;
  }
}

function readInfo(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(":"));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}
