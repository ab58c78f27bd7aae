import type { RequestHandler } from "express";
import { KnownError } from "../../errors.ts";
import type { OriginAllowed } from "./origins.ts";

/** Refuses pages of origins that are not allowed, and tells browsers that the others are. Nothing is cached. */
export function crossOrigin(originAllowed: OriginAllowed): RequestHandler {
  return (request, response, next) => {
    const origin = request.get("origin");
    response.set({ "Cache-Control": "no-store", Vary: "Origin" });
    if (!originAllowed(origin, request.get("host"))) {
      throw new KnownError("channel.forbidden", "this origin may not use the web chat");
    }
    if (origin !== undefined) response.set("Access-Control-Allow-Origin", origin);
    if (request.method !== "OPTIONS") return next();
    response.set({
      "Access-Control-Allow-Methods": "GET, POST, DELETE",
      "Access-Control-Allow-Headers":
        request.get("access-control-request-headers") ?? "authorization, content-type",
      "Access-Control-Max-Age": "7200",
    });
    response.status(204).end();
  };
}
