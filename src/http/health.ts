import { timingSafeEqual } from "node:crypto";
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
    const { fit, durability, problems } = await world
      .fitness()
      .catch(() => ({ fit: false, durability: "unknown", problems: ["Redis cannot be reached"] }));
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

function mayReadMetrics(request: Request, token: string | undefined): boolean {
  const given = Buffer.from(request.get("authorization") ?? "");
  const wanted = Buffer.from(`Bearer ${token ?? ""}`);
  if (token !== undefined && given.length === wanted.length && timingSafeEqual(given, wanted)) return true;
  const direct = request.get("x-forwarded-for") === undefined;
  return direct && isLoopback(request.socket.remoteAddress);
}
