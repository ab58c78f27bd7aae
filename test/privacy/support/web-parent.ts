import { setTimeout as pause } from "node:timers/promises";

/** A parent at the web chat, over Direct Line. */
export interface WebParent {
  /** Sends words and gives what the bot said to them. */
  say(words: string, more?: Readonly<Record<string, unknown>>): Promise<string>;
  readonly conversation: string;
  readonly token: string;
}

interface Activity {
  readonly id: string;
  readonly text?: string;
  readonly replyToId?: string;
  readonly from: { readonly role: string };
}

export async function openWebParent(url: string, headers: Record<string, string> = {}): Promise<WebParent> {
  const base = `${url}/v3/directline`;
  const ask = async (method: string, path: string, body?: unknown, token = ""): Promise<unknown> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { ...headers, "content-type": "application/json", authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return await response.json();
  };
  const granted = (await ask("POST", "/tokens/generate", {})) as { token: string };
  const opened = (await ask("POST", "/conversations", {}, granted.token)) as {
    conversationId: string;
    token: string;
  };
  const path = `/conversations/${opened.conversationId}/activities`;

  return {
    conversation: opened.conversationId,
    token: opened.token,
    async say(words, more = {}) {
      const activity = { type: "message", text: words, locale: "nl", from: { id: "me" }, ...more };
      const { id } = (await ask("POST", path, activity, opened.token)) as { id: string };
      for (let tries = 0; tries < 500; tries += 1) {
        const { activities } = (await ask("GET", path, undefined, opened.token)) as {
          activities: readonly Activity[];
        };
        const replies = activities.filter(({ from, id: other }) => from.role === "bot" && other > id);
        if (replies.length > 0) return replies.map(({ text = "" }) => text).join("\n");
        await pause(20);
      }
      throw new Error("the web chat did not answer within ten seconds");
    },
  };
}
