import type { Activity } from "./activity.ts";
import { call } from "./call.ts";
import type { Waiting } from "./memory.ts";

/** Gives what was said back as the server will echo it, because the echo may come later than this answer. */
export async function post(chat: string, waiting: Waiting): Promise<readonly Activity[]> {
  const { key, text, choice, event, locale } = waiting;
  const waited = Date.now() - waiting.at;
  const activity = {
    ...(event === undefined ? { type: "message", text } : { type: "event", name: event }),
    locale,
    channelData: { clientActivityID: key, ...(choice ? { choice } : {}), waitedMilliseconds: waited },
  };
  try {
    const { id } = await call(`/conversations/${chat}/activities`, "POST", activity);
    return text === undefined ? [] : [{ ...activity, id, text, from: { role: "user" } }];
  } catch (failure) {
    // what the server will never take must not keep the rest waiting
    if (!(failure instanceof Response && [400, 413].includes(failure.status))) throw failure;
    return [];
  }
}
