import { timingSafeEqual } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type Request, Router } from "express";
import { isLoopback } from "./is-loopback.ts";

/** What the health routes ask. */
export interface HealthWorld {
  readonly fitness: () => Promise<{
    readonly fit: boolean;
    readonly durability: string;
    readonly problems: readonly string[];
  }>;
  readonly metrics: () => Promise<string>;
  readonly metricsToken: string | undefined;
  readonly storage: string;
}

/** `/healthz` says that the process lives, `/readyz` that it may take messages, `/metrics` what it did. */
export function healthRoutes(world: HealthWorld): Router {
  const router = Router();
  router.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  router.get("/readyz", async (_request, response) => {
    const { fit, durability, problems } = await soon(world.fitness().catch(() => unreached));
    response
      .status(fit ? 200 : 503)
      .json({ status: fit ? "ready" : "unfit", storage: world.storage, durability, problems });
  });
  router.get("/metrics", async (request, response) => {
    if (!mayReadMetrics(request, world.metricsToken)) {
      response.status(403).json({ error: { code: "channel.forbidden" } });
      return;
    }
    response.type("text/plain; version=0.0.4").send(await world.metrics());
  });
  return router;
}

const patienceMilliseconds = 2_000;
const unreached = { fit: false, durability: "unknown", problems: ["Redis does not answer"] };

/** Whoever asks whether we are ready does not wait for a store that is silent: it is as good as away. */
async function soon(fitness: ReturnType<HealthWorld["fitness"]>): ReturnType<HealthWorld["fitness"]> {
  const enough = new AbortController();
  const late = pause(patienceMilliseconds, unreached, { signal: enough.signal }).catch(() => unreached);
  try {
    return await Promise.race([fitness, late]);
  } finally {
    enough.abort();
  }
}

function mayReadMetrics(request: Request, token: string | undefined): boolean {
  const given = Buffer.from(request.get("authorization") ?? "");
  const wanted = Buffer.from(`Bearer ${token ?? ""}`);
  if (token !== undefined && given.length === wanted.length && timingSafeEqual(given, wanted)) return true;
  const direct = request.get("x-forwarded-for") === undefined;
  return direct && isLoopback(request.socket.remoteAddress);
}
