import { call } from "./call.ts";
import { type Memory, recall, remember } from "./memory.ts";

/** Joins the chat that memory knows, as long as the server knows it too, else a new one. */
export async function join(): Promise<{ id: string; path: string }> {
  const chat = recall()?.chat;
  if (chat !== undefined) {
    try {
      return await rejoin(chat.id);
    } catch (failure) {
      if (!(failure instanceof Response && [403, 404].includes(failure.status))) throw failure;
      remember(startAnew);
    }
  }
  keep(await takeSpare());
  return keep(await call("/conversations", "POST"));
}

const spareMilliseconds = 10 * 60_000;
let spare: { readonly at: number; readonly granted: Promise<Granted | undefined> } | undefined;

/** Asks for a token ahead of time, while a parent is still choosing a language. It costs the server nothing. */
export function warmUp(): void {
  spare = { at: Date.now(), granted: call("/tokens/generate", "POST").catch(() => undefined) };
}

async function takeSpare(): Promise<Granted> {
  const taken = spare;
  spare = undefined;
  const granted = taken && Date.now() - taken.at < spareMilliseconds ? await taken.granted : undefined;
  return granted ?? call("/tokens/generate", "POST");
}

/** An old token buys a new one first; the clock of a phone does not say which is which. */
async function rejoin(id: string): Promise<{ id: string; path: string }> {
  const ask = async () => keep(await call(`/conversations/${id}?watermark=${recall()?.watermark ?? ""}`));
  try {
    return await ask();
  } catch (failure) {
    if (!(failure instanceof Response && failure.status === 403)) throw failure;
    await renew();
    return ask();
  }
}

/** The server no longer knows the chat: what was shown stays, what waits is sent into a new one. */
function startAnew({ queue, locale, at }: Memory): Partial<Memory> {
  const greeting = { key: `anew-${at}`, at: Date.now(), locale, event: "naast/start" };
  return { chat: undefined, watermark: "", queue: queue.length > 0 ? queue : [greeting] };
}

export async function renew(): Promise<void> {
  const back = recall()?.chat?.back;
  if (back !== undefined) keep(await call("/tokens/return", "POST", { returnToken: back }));
}

interface Granted {
  readonly conversationId: string;
  readonly token: string;
  readonly returnToken: string;
  readonly streamUrl?: string;
}

function keep(granted: Granted): { id: string; path: string } {
  const { conversationId: id, token, returnToken: back, streamUrl } = granted;
  remember(() => ({ chat: { id, token, back } }));
  const url = streamUrl === undefined ? undefined : new URL(streamUrl);
  return { id, path: url === undefined ? "" : url.pathname + url.search };
}
