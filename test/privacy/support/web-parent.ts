import { setTimeout as pause } from "node:timers/promises";

/** A parent at the web chat, over Direct Line. */
export interface WebParent {
  /** Sends words and gives what the bot said to them. */
  say(words: string, more?: Readonly<Record<string, unknown>>): Promise<string>;
  /** The node of the dialog where the parent now stands. */
  node(): string;
  readonly conversation: string;
  readonly token: string;
}

interface Activity {
  readonly id: string;
  readonly text?: string;
  readonly replyToId?: string;
  readonly from: { readonly role: string };
  readonly channelData?: { readonly naast?: { readonly dialog: string; readonly node: string } };
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

  let node = "";

  return {
    node: () => node,
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
        const at = replies.at(-1)?.channelData?.naast;
        node = at === undefined ? node : `${at.dialog}:${at.node}`;
        if (replies.length > 0) return replies.map(({ text = "" }) => text).join("\n");
        await pause(20);
      }
      throw new Error("the web chat did not answer within ten seconds");
    },
  };
}

/** Asks for a nurse, answering whatever is asked on the way, until the request is sent. */
export async function askForNurse(parent: WebParent, words: string, phone: string): Promise<string> {
  const answers: Readonly<Record<string, string>> = {
    "callback:alarm": "nee",
    "doubt:check": "nee",
    "callback:words": words,
    "callback:phone": phone,
    "consent:who": "2",
  };
  let said = await parent.say("verpleegkundige");
  for (let asked = 0; asked < 20 && !said.includes("Je verzoek is verstuurd"); asked += 1) {
    said = await parent.say(answers[parent.node()] ?? "1");
  }
  if (!said.includes("Je verzoek is verstuurd")) throw new Error(`stuck at ${parent.node()}: ${said}`);
  return said;
}
