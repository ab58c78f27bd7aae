import type { ErrorRequestHandler } from "express";
import { type ErrorCode, errorCodes, KnownError } from "../../errors.ts";

/** Answers in the form Direct Line has for errors, with our code. What is no known failure rises to the edge. */
export const answerFailure: ErrorRequestHandler = (failure, _request, response, next) => {
  const code = codeOf(failure);
  if (code === undefined || response.headersSent) return next(failure);
  const { retryable, status } = errorCodes[code];
  if (retryable) response.set("Retry-After", "5");
  response.status(status).json({ error: { code, message: messages[status] ?? "not now" } });
};

const messages: Readonly<Record<number, string>> = {
  400: "the request could not be read",
  403: "the token or the origin is not accepted",
  404: "no such conversation",
  413: "the message is too large",
};

function codeOf(failure: unknown): ErrorCode | undefined {
  if (failure instanceof KnownError) return failure.code;
  const status = typeof failure === "object" && failure !== null && "status" in failure ? failure.status : 0;
  if (status === 413) return "channel.payload-too-large";
  return status === 400 || status === 415 ? "channel.payload-unreadable" : undefined;
}

/** The one answer for a conversation that does not exist, was cleared, or is someone else's. */
export function unknownChat(): KnownError {
  return new KnownError("channel.not-found", "no such conversation");
}
