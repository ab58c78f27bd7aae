import type { RequestHandler } from "express";
import { answerUnknown } from "./answer-errors.ts";

/** What both names answer: it says nothing of anyone. */
const everywhere = /^\/(healthz|readyz|metrics|policy-reports|\.well-known\/security\.txt)\/?$/;
// Express takes capitals for the same address
const consolePath = /^\/nurse(\/|$)/i;

/**
 * With an address of its own for the console, each of the two names serves its own part only. To a browser they are then
 * two sites: a fault in one page reaches nothing of the other.
 */
export function ownHost(consoleUrl: string | undefined): RequestHandler {
  if (consoleUrl === undefined) return (_request, _response, next) => next();
  const { host } = new URL(consoleUrl);
  return (request, response, next) => {
    const isConsole = request.get("host")?.toLowerCase() === host;
    if (everywhere.test(request.path) || isConsole === consolePath.test(request.path)) next();
    else answerUnknown(request, response, next);
  };
}
