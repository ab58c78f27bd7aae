import { isIPv6 } from "node:net";
import type { Request, RequestHandler, Response } from "express";
import { errorCodes } from "../errors.ts";
import type { RateLimits, RateName } from "../storage/rate-limits.ts";
import { isLoopback } from "./is-loopback.ts";

// in capitals it is the same address to Express
const chatPath = /^\/v3\/directline\/conversations\/([\w-]{1,100})\/activities\/?$/i;
const newChatPath = /^\/v3\/directline\/(tokens\/(generate|return)|conversations)\/?$/i;
const signInPath = /^\/nurse\/(sign-in|oidc\/return)\/?$/i;
/** These prove whose they are, send from few addresses, and must get through above all. */
const provenPath = /^\/(webhooks\/whatsapp|api\/messages|healthz|readyz|metrics)\/?$/;

/**
 * Refuses with 429 who asks more than people do. Requests made on this machine itself are not counted: behind a
 * proxy that nobody named in `TRUST_PROXY` they are everyone's.
 */
export function limitRates(limits: RateLimits, refused: (rate: RateName) => void): RequestHandler {
  return async (request, response, next) => {
    if (isLoopback(request.ip)) return next();
    // all at once: one after another each would wait for the disk of the store
    const counts = countedAs(request).map(
      async ([rate, who]) => [rate, await limits.count(rate, who)] as const,
    );
    for (const [rate, wait] of await Promise.all(counts)) {
      if (wait === undefined) continue;
      refused(rate);
      return tellToWait(response, wait);
    }
    next();
  };
}

function countedAs({ method, path, ip }: Request): readonly (readonly [RateName, string])[] {
  if (provenPath.test(path)) return [];
  const range = rangeOf(ip ?? "");
  const all = [["any-by-range", range]] as const;
  const chat = method === "POST" ? chatPath.exec(path)?.[1] : undefined;
  if (chat !== undefined) return [["say-by-chat", chat], ["say-by-range", range], ...all];
  if (method === "POST" && newChatPath.test(path)) {
    return [["new-chat-by-range", range], ["new-chat-by-all", "everyone"], ...all];
  }
  return signInPath.test(path) ? [["sign-in-by-range", range], ...all] : all;
}

/** One household or school: an IPv4 address, or the 64 bits of IPv6 that a connection is given. */
export function rangeOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (!isIPv6(plain)) return plain;
  const [head = "", tail = ""] = plain.split("%")[0]?.split("::") ?? [];
  const before = head === "" ? [] : head.split(":");
  const after = tail === "" ? [] : tail.split(":");
  const zeros = plain.includes("::") ? Array(Math.max(0, 8 - before.length - after.length)).fill("0") : [];
  return [...before, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""))
    .join(":");
}

function tellToWait(response: Response, milliseconds: number): void {
  response
    .status(errorCodes["channel.too-many"].status)
    .set("Retry-After", String(Math.ceil(milliseconds / 1000)))
    .json({ error: { code: "channel.too-many" } });
}
