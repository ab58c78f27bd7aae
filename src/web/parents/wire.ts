import type { Locale } from "../../terms.ts";
import { forget, type Memory, recall, remember, type Waiting } from "./memory.ts";

/** An activity of Direct Line 3.0, as far as the page looks into it. */
export interface Activity {
  readonly type: string;
  readonly id?: string;
  readonly text?: string;
  readonly speak?: string;
  readonly locale?: Locale;
  readonly from?: { readonly role?: string };
  readonly suggestedActions?: { readonly actions: readonly ActivityChoice[] };
  readonly channelData?: {
    readonly clientActivityID?: string;
    readonly naast?: {
      readonly dialog: string;
      readonly node: string;
      readonly card: string | null;
      readonly turn?: number;
      readonly keep?: boolean;
      readonly pictogram?: string;
    };
  };
}

export interface ActivityChoice {
  readonly title: string;
  readonly value: string;
  readonly channelData?: {
    readonly choice?: string;
    readonly description?: string;
    readonly pictogram?: string;
  };
}

/** `offline`: nobody can be reached. `busy`: somebody answers, but not with what was asked. */
export type LineState = "online" | "offline" | "busy";

export interface Wire {
  /** Sends what waits in memory, as soon as that can be. */
  flush(): void;
  /** Ends the chat on the server as well. */
  end(): void;
}

const base = "/v3/directline";
const silenceMilliseconds = 60_000;
const renewMilliseconds = 20 * 60_000;

/**
 * Keeps the line to the server: a WebSocket, else polling, for as long as the page is open.
 *
 * Everything to be sent waits in memory first and leaves it only when the server has it, under an id that
 * makes a second sending harmless. So closing the page, losing the line or a second tab loses nothing.
 */
export function openWire(
  hear: (activities: readonly Activity[]) => void,
  tell: (state: LineState) => void,
): Wire {
  let socket: WebSocket | undefined;
  let heardAt = 0;
  let failures = 0;
  let socketFailures = "WebSocket" in window ? 0 : 2;
  let timer = 0;
  let connecting = false;
  let sending = false;
  let ended = false;

  const later = (work: () => void, milliseconds: number) => {
    clearTimeout(timer);
    timer = window.setTimeout(work, milliseconds);
  };
  const take = (group: { activities?: readonly Activity[]; watermark?: string }) => {
    if (ended) return;
    const { watermark } = group;
    hear(group.activities ?? []);
    if (watermark !== undefined) remember(() => ({ watermark }));
  };
  const lost = (failure?: unknown) => {
    if (ended) return;
    failures++;
    tell(failure instanceof Response ? "busy" : "offline");
    later(connect, Math.min(500 * 2 ** failures, 15_000) * (0.7 + Math.random() * 0.6));
  };
  const up = () => {
    failures = 0;
    tell("online");
    void flush();
  };

  async function connect(): Promise<void> {
    if (connecting || ended || socket?.readyState === 1) return;
    connecting = true;
    try {
      const { id, path } = await join();
      if (ended) return;
      if (socketFailures > 1) await poll(id);
      else {
        listen(path);
        // what waits need not wait for the socket as well
        void flush();
      }
    } catch (failure) {
      lost(failure);
    } finally {
      connecting = false;
    }
  }

  function listen(path: string): void {
    const line = new WebSocket(location.origin.replace("http", "ws") + path);
    socket = line;
    line.onopen = () => {
      socketFailures = 0;
      heardAt = Date.now();
      up();
    };
    line.onmessage = ({ data }) => {
      heardAt = Date.now();
      if (data) take(JSON.parse(data));
    };
    line.onclose = () => {
      if (socket !== line) return;
      if (heardAt === 0) socketFailures++;
      heardAt = 0;
      socket = undefined;
      lost();
    };
  }

  async function poll(id: string): Promise<void> {
    take(await call(`/conversations/${id}/activities?watermark=${recall()?.watermark ?? ""}`));
    up();
    later(connect, document.hidden ? 10_000 : 1500);
  }

  async function flush(): Promise<void> {
    if (sending || ended) return;
    sending = true;
    try {
      for (let next = recall(); next?.queue[0] && next.chat; next = recall()) {
        const [waiting] = next.queue;
        hear(await post(next.chat.id, waiting));
        remember(({ queue }) => ({ queue: queue.filter((one) => one.key !== waiting.key) }));
      }
    } catch (failure) {
      mend(failure);
    } finally {
      sending = false;
    }
  }

  function mend(failure: unknown): void {
    if (ended) return;
    const isBusy = failure instanceof Response && failure.status >= 429;
    if (isBusy) {
      failures++;
      tell("busy");
      setTimeout(flush, Math.min(1000 * 2 ** failures, 15_000));
    } else if (socket) socket.close();
    else lost(failure);
  }

  const wake = () => {
    if (document.hidden) return;
    if (socket && Date.now() - heardAt > silenceMilliseconds) socket.close();
    else if (!socket) later(connect, 0);
  };
  addEventListener("online", wake);
  addEventListener("pageshow", wake);
  addEventListener("offline", () => tell("offline"));
  document.addEventListener("visibilitychange", wake);
  const watch = setInterval(wake, 15_000);
  const renewing = setInterval(() => void renew().catch(() => undefined), renewMilliseconds);
  void connect();

  return {
    flush: () => {
      if (socket?.readyState === 1 || socketFailures > 1) void flush();
      else later(connect, 0);
    },
    end: () => {
      ended = true;
      clearTimeout(timer);
      clearInterval(watch);
      clearInterval(renewing);
      socket?.close();
      const chat = recall()?.chat;
      forget();
      if (chat)
        void send(`/conversations/${chat.id}`, "DELETE", undefined, chat.token).catch(() => undefined);
    },
  };
}

/** Joins the chat that memory knows, as long as the server knows it too, else a new one. */
async function join(): Promise<{ id: string; path: string }> {
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

async function renew(): Promise<void> {
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

/** Gives what was said back as the server will echo it, because the echo may come later than this answer. */
async function post(chat: string, waiting: Waiting): Promise<readonly Activity[]> {
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

async function call(path: string, method = "GET", body?: unknown) {
  const answer = await send(path, method, body, recall()?.chat?.token);
  if (!answer.ok) throw answer;
  return answer.json();
}

function send(path: string, method: string, body: unknown, token: string | undefined): Promise<Response> {
  return fetch(base + path, {
    method,
    keepalive: method === "DELETE",
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
