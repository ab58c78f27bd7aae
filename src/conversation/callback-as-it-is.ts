import type { CallbackQueue } from "../escalation/callback-queue.ts";
import { triedSince } from "../escalation/tried-since.ts";
import type { Claim } from "./turn-log.ts";

/**
 * Brings a claimed conversation up to date with what the nurses did: a callback they closed is open no longer,
 * so the parent can ask for another one and is not told of a promise that is over.
 *
 * A request that the queue does not know yet is still on its way to it. When the queue cannot be asked the
 * conversation stays as it was: nothing holds up an answer.
 */
export async function withCallbackAsItIs(
  claim: Claim,
  callbacks: Pick<CallbackQueue, "find">,
): Promise<Claim> {
  const { conversation } = claim;
  if (conversation === undefined || conversation.callback === null) return claim;
  const callback = await callbacks.find(conversation.callback).catch(() => undefined);
  if (callback === undefined) return claim;
  if (callback.state === "closed") return { ...claim, conversation: { ...conversation, callback: null } };
  const promise = String(callback.request.promisedAt);
  const slots = { ...conversation.slots, promise, tried: triedSince(callback) ?? "no" };
  return { ...claim, conversation: { ...conversation, slots } };
}
