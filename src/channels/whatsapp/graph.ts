import { z } from "zod";
import type { Exchange } from "../exchange.ts";
import { type Answered, postJson } from "../post-json.ts";
import { messagesUrl, type WhatsAppConfig } from "./config.ts";
import type { Payload } from "./write-message.ts";

/** What Meta made of one message; see {@link Answered} for `unreached` and `silent`. */
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

/** Makes the one road to Meta. */
export function graphPost(config: WhatsAppConfig, exchange: Exchange): Post {
  const url = messagesUrl(config);
  return async (body, timeoutMilliseconds = 10_000) =>
    readAnswer(await postJson(exchange, { url, bearer: config.accessToken, body, timeoutMilliseconds }));
}

const acceptedSchema = z.object({ messages: z.array(z.object({ id: z.string() })).min(1) });
const refusedSchema = z.object({ error: z.object({ code: z.number() }) });

function readAnswer(answered: Answered): Answer {
  if (answered.kind !== "answered") return answered;
  const { status, body, retryAfterSeconds: afterSeconds } = answered;
  if (status >= 200 && status < 300) {
    const wireId = acceptedSchema.safeParse(body).data?.messages[0]?.id;
    return wireId === undefined ? { kind: "accepted" } : { kind: "accepted", wireId };
  }
  const code = refusedSchema.safeParse(body).data?.error.code;
  // a gateway that speaks for Meta does not know whether Meta took the message before it failed
  if (code === undefined && (status >= 500 || status === 408)) return { kind: "silent" };
  return { kind: "refused", status, code, afterSeconds };
}
