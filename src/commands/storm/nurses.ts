import { setTimeout as pause } from "node:timers/promises";
import { ticketKey, writeTicket } from "../../console/ticket.ts";
import type { CallbackId } from "../../terms.ts";
import type { Chance } from "../chaos/chance.ts";
import type { Machine } from "../chaos/machines.ts";

/** What the nurses were told by the console: for each request how often "closed" was the answer. */
export interface NursesSaw {
  readonly opened: Map<string, number>;
  readonly closed: Map<string, number>;
}

export interface Ward {
  readonly apps: readonly Machine[];
  /** The data folder of the first process: its key signs the nurses in, for all processes. */
  readonly dataDirectory: string;
  readonly chance: Chance;
  readonly nurses: number;
  /** Ends the work once everything is closed. */
  readonly over: AbortSignal;
}

type Json = Readonly<Record<string, unknown>>;
interface Answer {
  /** 0 when nobody answered: what was asked may have been done or not. */
  readonly status: number;
  readonly body: Json | null;
}

/** Lets nurses take what fits, open it and close it, over HTTP to whichever process is there, until all is done. */
export async function letWork(ward: Ward): Promise<NursesSaw> {
  const saw: NursesSaw = { opened: new Map(), closed: new Map() };
  await Promise.all(
    Array.from({ length: ward.nurses }, async (_, at) => {
      const cookie = await signIn(ward, `Nurse ${at + 1}`);
      await work(cookie, ward, saw);
    }),
  );
  return saw;
}

async function work(cookie: string, ward: Ward, saw: NursesSaw): Promise<void> {
  while (!ward.over.aborted) {
    const next = await ask(ward, cookie, "POST", "/callbacks/next", {});
    if (next.status === 200 && next.body !== null) {
      await finish(next.body["id"] as CallbackId, String(next.body["token"]), { cookie, ward, saw });
      continue;
    }
    // nothing waits: perhaps she holds something without knowing it, where an answer was lost on the way
    const hadOwn = next.status === 200 && (await finishOwn({ cookie, ward, saw }));
    if (!hadOwn) await pause(200);
  }
}

interface Shift {
  readonly cookie: string;
  readonly ward: Ward;
  readonly saw: NursesSaw;
}

/** Takes up again what the console says is hers. */
async function finishOwn(shift: Shift): Promise<boolean> {
  const { cookie, ward } = shift;
  const { body } = await ask(ward, cookie, "GET", "/callbacks?limit=150");
  const callbacks = (body?.["callbacks"] ?? []) as readonly {
    id: CallbackId;
    holder: { mine: boolean } | null;
  }[];
  const own = callbacks.filter(({ holder }) => holder?.mine === true);
  for (const { id } of own) {
    const claimed = await ask(ward, cookie, "POST", `/callbacks/${id}/claim`, {});
    if (claimed.status === 200) await finish(id, String(claimed.body?.["token"]), shift);
  }
  return own.length > 0;
}

async function finish(id: CallbackId, token: string, { cookie, ward, saw }: Shift): Promise<void> {
  const opened = await ask(ward, cookie, "POST", `/callbacks/${id}/open`, { reason: "ik bel deze ouder" });
  if (opened.status !== 200) return;
  count(saw.opened, id);
  const ending = { token, outcome: "advice_given", parentInformed: true };
  const closed = await ask(ward, cookie, "POST", `/callbacks/${id}/close`, ending);
  if (closed.status === 200) count(saw.closed, id);
}

async function signIn({ apps, dataDirectory, over }: Ward, name: string): Promise<string> {
  const key = ticketKey(dataDirectory);
  while (!over.aborted) {
    const ticket = await writeTicket(key, { name, role: "nurse", region: "all" });
    const url = `http://127.0.0.1:${apps[0]?.port}/nurse/sign-in?ticket=${ticket}`;
    const answer = await fetch(url, { redirect: "manual" }).catch(() => undefined);
    const cookie = answer?.headers.getSetCookie()[0]?.split(";")[0];
    if (answer?.status === 303 && cookie !== undefined) return cookie;
    await pause(200);
  }
  return "";
}

async function ask(
  { apps, chance }: Ward,
  cookie: string,
  method: string,
  path: string,
  body?: Json,
): Promise<Answer> {
  const origin = `http://127.0.0.1:${apps[chance.below(apps.length)]?.port}`;
  try {
    const answer = await fetch(`${origin}/nurse/api${path}`, {
      method,
      headers: { cookie, origin, "content-type": "application/json" },
      signal: AbortSignal.timeout(60_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Json | null };
  } catch {
    await pause(50);
    return { status: 0, body: null };
  }
}

function count(counts: Map<string, number>, id: string): void {
  counts.set(id, (counts.get(id) ?? 0) + 1);
}
