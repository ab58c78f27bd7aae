import { z } from "zod";
import type { CameBack, Exchange } from "./exchange.ts";

/**
 * What came of one request to the far side of a channel.
 *
 * `unreached`: it never left, so trying again is safe. `silent`: it left and no answer came; it may or may not
 * have been taken.
 */
export type Answered =
  | {
      readonly kind: "answered";
      readonly status: number;
      /** The JSON of the answer; undefined when there is none, or it broke off after its status. */
      readonly body: unknown;
      readonly retryAfterSeconds: number | undefined;
    }
  | { readonly kind: "unreached" }
  | { readonly kind: "silent" };

export interface JsonPost {
  readonly url: URL;
  /** The key, which goes to this address and to no other: a redirect is an answer like any other. */
  readonly bearer: string;
  readonly body: unknown;
  readonly timeoutMilliseconds: number;
}

/** Posts JSON, once. Never throws, and tells nothing of what it was given. */
export async function postJson(exchange: Exchange, post: JsonPost): Promise<Answered> {
  try {
    const response = await exchange(post.url, {
      headers: { authorization: `Bearer ${post.bearer}`, "content-type": "application/json" },
      body: JSON.stringify(post.body),
      timeoutMilliseconds: post.timeoutMilliseconds,
    });
    return {
      kind: "answered",
      status: response.status,
      body: await readBody(response),
      retryAfterSeconds: readPause(response),
    };
  } catch (error) {
    return { kind: neverLeft.has(causeOf(error)) ? "unreached" : "silent" };
  }
}

async function readBody(response: CameBack): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function readPause({ retryAfter }: CameBack): number | undefined {
  const seconds = Number(retryAfter ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

/** Failures after which it is certain that nothing was sent. */
const neverLeft = new Set([
  "ECONNREFUSED",
  "EGRESS",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

const failedSchema = z.object({ code: z.string() });

function causeOf(error: unknown): string {
  return failedSchema.safeParse(error).data?.code ?? "";
}
