import type { ErrorRequestHandler, RequestHandler } from "express";
import { KnownError } from "../errors.ts";
import type { Log } from "../terms.ts";

/** Answers what nobody serves. */
export const answerUnknown: RequestHandler = (_request, response) => {
  response.status(404).json({ error: { code: "channel.not-found" } });
};

/**
 * Answers failures that no room answered itself: a known one with its status and code, a body that cannot be
 * read as the sender's, anything else as ours. Nobody outside sees a message or a stack.
 */
export function answerErrors(log: Log): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const { code, status } = read(error);
    if (status >= 500) log.error({ code, status }, "a request failed");
    response.status(status).json({ error: { code } });
  };
}

function read(error: unknown): { readonly code: string; readonly status: number } {
  if (error instanceof KnownError) return { code: error.code, status: error.status };
  const status = (error as { status?: unknown } | null)?.status;
  if (status === 413) return { code: "channel.payload-too-large", status };
  if (typeof status === "number" && status >= 400 && status < 500)
    return { code: "channel.payload-unreadable", status };
  return { code: "unknown", status: 500 };
}
