import { send } from "./call.ts";
import { forget, recall } from "./memory.ts";

/** Forgets the chat in this browser, and has the server forget it. */
export function endChat(): void {
  const chat = recall()?.chat;
  forget();
  if (chat) void send(`/conversations/${chat.id}`, "DELETE", undefined, chat.token).catch(() => undefined);
}
