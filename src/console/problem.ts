import type { ErrorRequestHandler, Response } from "express";
import { z } from "zod";
import { type ErrorCode, errorCodes, KnownError } from "../errors.ts";

/** What the API answers instead of a result (RFC 9457). */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: "`urn:naast:` and the code" }),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: "One of the codes of docs/reference/errors.md; stable" }),
    detail: z.string().optional(),
    holder: z
      .string()
      .optional()
      .meta({ description: "With 409: the name of the nurse who holds the callback" }),
    faults: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: "With 400: what is wrong with the request, field by field" }),
  })
  .meta({ id: "Problem" });
type Problem = z.output<typeof problemSchema>;

const titles: Partial<Record<ErrorCode, string>> = {
  "console.not-signed-in": "Not signed in, or the session is over",
  "console.forbidden": "Not yours to see or do",
  "console.not-found": "No such route",
  "console.sign-in-failed": "The link or the sign-in is not valid any more",
  "console.sign-in-unavailable": "The organisation's sign-in cannot be reached",
  "console.cross-site": "The request does not come from the console's own page",
  "console.invalid-request": "The request is not as the description of the API says",
  "console.audit-unavailable": "The access record cannot be written, so nothing is shown or done",
  "console.parent-unreachable": "There is no way back to this parent",
  "escalation.not-found": "No such callback",
  "escalation.already-claimed": "Another nurse has this callback, or it is closed",
  "escalation.not-holder": "You do not hold this callback any more",
  "escalation.outcome-missing": "A callback is closed with an outcome and an informed parent only",
  "storage.unavailable": "The store cannot be reached; the same request may be made again",
};

/** Writes a known failure as problem details; anything else says nothing but that it happened. */
function problemOf(error: unknown): Problem {
  if (!(error instanceof KnownError)) {
    return {
      type: "urn:naast:internal",
      title: "Something failed on our side",
      status: 500,
      code: "internal",
    };
  }
  const { code, facts } = error;
  return {
    type: `urn:naast:${code}`,
    title: titles[code] ?? code,
    status: errorCodes[code].status,
    code,
    ...(typeof facts["holder"] === "string" ? { holder: facts["holder"] } : {}),
    ...(error instanceof InvalidRequest ? { faults: error.faults } : {}),
  };
}

/** A request that the schema of its route refuses. */
export class InvalidRequest extends KnownError {
  readonly faults: { path: string; message: string }[];

  constructor(error: z.ZodError) {
    super("console.invalid-request", "the request does not fit its schema");
    this.faults = error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  }
}

function sendProblem(response: Response, error: unknown): void {
  const problem = problemOf(error);
  response.status(problem.status).type("application/problem+json").send(JSON.stringify(problem));
}

/** Answers every failure in the same form, also what Express itself refuses; hears of those without a name. */
export function answerProblems(heard: (error: unknown) => void): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    const status: unknown = error?.status;
    if (typeof status === "number" && status >= 400 && status < 500 && !(error instanceof KnownError)) {
      const code = status === 413 ? "console.too-large" : "console.invalid-request";
      const problem = { type: `urn:naast:${code}`, title: "The request cannot be read", status, code };
      return response.status(status).type("application/problem+json").send(JSON.stringify(problem));
    }
    if (!(error instanceof KnownError)) heard(error);
    sendProblem(response, error);
  };
}
