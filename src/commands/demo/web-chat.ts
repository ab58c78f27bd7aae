/** What came back on a message: the last question, by our names for it, and its buttons. */
export interface Shown {
  readonly dialog: string;
  readonly node: string;
  readonly choices: readonly string[];
}

interface Activity {
  readonly from?: { readonly id?: string };
  readonly suggestedActions?: { readonly actions?: readonly { readonly value: string }[] };
  readonly channelData?: { readonly naast?: { readonly dialog: string; readonly node: string } };
}

const patienceMilliseconds = 15_000;

/** One parent's web chat, over the same wire as the parents' page: Direct Line, by polling. */
export async function openWebChat(url: string, locale: string) {
  const base = `${url}/v3/directline`;
  const { token } = await ask<{ token: string }>(`${base}/tokens/generate`, { method: "POST" });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const opened = await ask<{ conversationId: string }>(`${base}/conversations`, { method: "POST", headers });
  const activities = `${base}/conversations/${opened.conversationId}/activities`;
  let watermark = "";

  async function answer(): Promise<Shown> {
    const end = Date.now() + patienceMilliseconds;
    for (;;) {
      const set = await ask<{ activities: Activity[]; watermark: string }>(
        `${activities}?watermark=${watermark}`,
        { headers },
      );
      watermark = set.watermark;
      const last = set.activities.findLast(({ channelData }) => channelData?.naast !== undefined);
      if (last?.channelData?.naast !== undefined) {
        const choices = last.suggestedActions?.actions?.map(({ value }) => value) ?? [];
        return { ...last.channelData.naast, choices };
      }
      if (Date.now() > end) throw new Error("the chat did not answer");
      await new Promise((next) => setTimeout(next, 50));
    }
  }

  return {
    /** Sends what a parent types or taps, and waits for the reply. */
    async say(text: string): Promise<Shown> {
      const body = JSON.stringify({ type: "message", from: { id: "parent" }, locale, text });
      await ask(activities, { method: "POST", headers, body });
      return await answer();
    },
  };
}

async function ask<Answer>(url: string, init: RequestInit): Promise<Answer> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${new URL(url).pathname} answered ${answer.status}`);
  return (await answer.json()) as Answer;
}
