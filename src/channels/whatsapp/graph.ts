import { z } from "zod";
import { messagesUrl, type WhatsAppConfig } from "./config.ts";
import type { Payload } from "./write-message.ts";

/**
 * What came of one request to Meta.
 *
 * `unreached`: it never left, so trying again is safe. `silent`: it left and no answer came; Meta may or may
 * not have taken it.
 */
export type Answer =
  | { readonly kind: "accepted"; readonly wireId?: string }
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly code: number | undefined;
      readonly afterSeconds: number | undefined;
    }
  | { readonly kind: "unreached" }
  | { readonly kind: "silent" };

/** Posts one message to Meta. Never throws, and tells nothing of what it was given. */
export type Post = (payload: Payload, timeoutMilliseconds?: number) => Promise<Answer>;

const acceptedSchema = z.object({ messages: z.array(z.object({ id: z.string() })).min(1) });
const refusedSchema = z.object({ error: z.object({ code: z.number() }) });

/** Failures after which it is certain that nothing was sent. */
const before = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/**
 * Makes the one road to Meta. The access token goes to the configured address and nowhere else: a redirect is
 * an answer like any other and is not followed.
 */
export function graphPost(config: WhatsAppConfig, fetch: typeof globalThis.fetch): Post {
  const url = messagesUrl(config);
  const headers = {
    authorization: `Bearer ${config.accessToken}`,
    "content-type": "application/json",
  };
  return async (payload, timeoutMilliseconds = 10_000) => {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers,
        body: JSON.stringify(payload),
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMilliseconds),
      });
      return readAnswer(response, await readBody(response));
    } catch (error) {
      return before.has(causeOf(error)) ? { kind: "unreached" } : { kind: "silent" };
    }
  };
}

/** An answer that breaks off after its status still has a status. */
async function readBody(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function readAnswer(response: Response, body: unknown): Answer {
  if (response.ok) {
    const wireId = acceptedSchema.safeParse(body).data?.messages[0]?.id;
    return wireId === undefined ? { kind: "accepted" } : { kind: "accepted", wireId };
  }
  const code = refusedSchema.safeParse(body).data?.error.code;
  // a gateway that speaks for Meta does not know whether Meta took the message before it failed
  if (code === undefined && (response.status >= 500 || response.status === 408)) return { kind: "silent" };
  return { kind: "refused", status: response.status, code, afterSeconds: readRetryAfter(response) };
}

function readRetryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

const failedSchema = z.object({ cause: z.object({ code: z.string() }) });

function causeOf(error: unknown): string {
  return failedSchema.safeParse(error).data?.cause.code ?? "";
}
