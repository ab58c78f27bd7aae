import type { Activity } from "./activity.ts";
import { call } from "./call.ts";
import { endChat } from "./end-chat.ts";
import { join, renew } from "./join-chat.ts";
import { recall, remember } from "./memory.ts";
import { post } from "./post-waiting.ts";

/**
 * `offline`: nobody can be reached. `busy`: somebody answers, but not with what was asked. `crowded`: too much is
 * asked just now, and it has to wait.
 */
export type LineState = "online" | "offline" | "busy" | "crowded";

export interface Wire {
  /** Sends what waits in memory, as soon as that can be. */
  flush(): void;
  /** Ends the chat on the server as well. */
  end(): void;
}

const silenceMilliseconds = 60_000;
const renewMilliseconds = 20 * 60_000;
const longestPauseMilliseconds = 15_000;
const longestRestMilliseconds = 60_000;

/**
 * Keeps the line to the server: a WebSocket, else polling, for as long as the page is open.
 *
 * Everything to be sent waits in memory first and leaves it only when the server has it, under an id that
 * makes a second sending harmless. So closing the page, losing the line or a second tab loses nothing.
 */
export function openWire(
  hear: (activities: readonly Activity[], watermark?: string) => void,
  tell: (state: LineState) => void,
): Wire {
  let socket: WebSocket | undefined;
  let heardAt = 0;
  let failures = 0;
  let restUntil = 0;
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
    if (!ended) hear(group.activities ?? [], group.watermark);
  };
  const lost = (failure?: unknown) => {
    if (ended) return;
    later(connect, pauseAfter(failure));
  };
  /** Tells what a failure says of the line, and gives how long to leave it alone: longer each time. */
  const pauseAfter = (failure: unknown) => {
    failures++;
    tell(stateOf(failure));
    const pause = Math.min(500 * 2 ** failures, longestPauseMilliseconds) * (0.7 + Math.random() * 0.6);
    const rest = restAskedBy(failure);
    restUntil = Date.now() + rest;
    return Math.max(pause, rest);
  };
  const up = () => {
    failures = 0;
    tell("online");
    void flush();
  };

  async function connect(): Promise<void> {
    if (connecting || ended || socket?.readyState === 1) return;
    if (Date.now() < restUntil) return later(connect, restUntil - Date.now());
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
    const rest = restUntil - Date.now();
    // a timer may ring a moment early: whoever comes too soon comes again
    if (rest > 0) return void setTimeout(flush, rest + 1);
    sending = true;
    try {
      for (let next = recall(); next?.queue[0] && next.chat; next = recall()) {
        const [waiting] = next.queue;
        hear(await post(next.chat.id, waiting));
        forgetWaiting(waiting.key);
        failures = 0;
        tell("online");
      }
    } catch (failure) {
      mend(failure);
    } finally {
      sending = false;
    }
  }

  function mend(failure: unknown): void {
    if (ended) return;
    const isPassing = failure instanceof Response && failure.status >= 429;
    if (isPassing) setTimeout(flush, pauseAfter(failure));
    else if (socket) socket.close();
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
      endChat();
    },
  };
}

function forgetWaiting(key: string): void {
  if (recall()?.queue.some((one) => one.key === key) !== true) return;
  remember(({ queue }) => ({ queue: queue.filter((one) => one.key !== key) }));
}

function stateOf(failure: unknown): LineState {
  if (!(failure instanceof Response)) return "offline";
  return failure.status === 429 ? "crowded" : "busy";
}

/** A server that is asked too much says for how long to leave it alone; a bit more, so that not all return at once. */
function restAskedBy(failure: unknown): number {
  if (stateOf(failure) !== "crowded") return 0;
  const asked = Number((failure as Response).headers.get("retry-after")) * 1000;
  return Math.min(asked || 0, longestRestMilliseconds) * (1 + Math.random() * 0.2);
}
