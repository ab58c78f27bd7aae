/** The nurse's page: who waits, how long against the promise, and what to do about it. */
import "./style.css";
import { type Acts, showCall, showClose, showHandOver, showHolder, showNoteForm } from "./acts.ts";
import { type Detail, type Me, Refusal, read, type Summary, write } from "./api.ts";
import { showAudit } from "./audit.ts";
import {
  showFacts,
  showHead,
  showHistory,
  showNotesBefore,
  showRules,
  showTranscript,
  showWords,
} from "./detail.ts";
import { fill, h } from "./dom.ts";
import { showFigures } from "./figures.ts";
import { spokenLanguages } from "./languages.ts";
import { moveInList, showList } from "./list.ts";
import { listen, playTone } from "./live.ts";
import { keepUndelivered, showMessage } from "./message.ts";
import { askWhy } from "./reason.ts";
import { buildShell, type Shell, showSignedOut, viewsOf } from "./shell.ts";
import { state } from "./state.ts";
import { currentLanguage, loadWords, nameOf, t } from "./words.ts";

let shell: Shell;
let view = "";
let stopListening = (): void => undefined;
let soundOn = false;

async function start(): Promise<void> {
  await loadWords();
  try {
    state.me = await read<Me>("/me");
  } catch {
    return showSignedOut(false);
  }
  view = state.me.roles.map((role) => viewsOf[role] ?? "").find(Boolean) ?? "line";
  await show();
}

async function show(): Promise<void> {
  stopListening();
  shell = buildShell(
    {
      next: () => void act(takeNext),
      part: (part) => void act(() => showPart(part)),
      language: () => void act(switchLanguage),
      sound: () => {
        soundOn = !soundOn;
        if (soundOn) playTone();
      },
      soundOn: () => soundOn,
      view: (name) => {
        view = name;
        void show();
      },
    },
    view,
  );
  if (view === "line") await showLine();
  if (view === "figures") await act(() => showFigures(shell.detail));
  if (view === "audit") await showAudit(shell.detail, act);
}

async function showLine(): Promise<void> {
  shell.list.addEventListener("keydown", (event) => moveInList(shell.list, event));
  showDetail();
  await act(refresh);
  stopListening = listen({
    changed: (id) => changed(id),
    lost: () => void lost(),
    back: () => {
      shell.showConnection(true);
      void act(() => refresh(true));
    },
    signedOut: () => signedOut(),
  });
}

let due: number | undefined;

/** Many changes at once are one look at the list. */
function changed(_id: string): void {
  clearTimeout(due);
  due = window.setTimeout(() => void act(() => refresh(true)), 120);
}

/** A line that is lost is either a server that is away, or a session that is over: asking tells which. */
async function lost(): Promise<void> {
  shell.showConnection(false);
  try {
    await read<Me>("/me", true);
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) signedOut();
  }
}

async function refresh(background = false): Promise<void> {
  const known = new Set(state.callbacks.map(({ id }) => id));
  const answer = await read<{ now: number; callbacks: Summary[] }>(
    `/callbacks?part=${state.part}`,
    background,
  );
  state.ahead = answer.now - Date.now();
  state.callbacks = answer.callbacks;
  if (background && state.part === "open") announce(answer.callbacks.filter(({ id }) => !known.has(id)));
  keepDetailInStep();
  draw();
}

function announce(fresh: readonly Summary[]): void {
  const urgent = fresh.find(({ lane, holder }) => lane === "today" && holder === null);
  const [first = undefined] = urgent === undefined ? fresh : [urgent];
  if (first === undefined || first.holder !== null) return;
  shell.say(t(urgent === undefined ? "new" : "new-urgent", { language: nameOf("lang", first.language) }));
  if (urgent !== undefined && soundOn) playTone();
}

/** Who holds it and how late it is may change under an open callback; what the nurse is typing must not. */
function keepDetailInStep(): void {
  const { detail } = state;
  const summary = state.callbacks.find(({ id }) => id === detail?.id);
  if (detail === undefined || summary === undefined) return;
  const moved = detail.state !== summary.state || detail.holder?.name !== summary.holder?.name;
  state.detail = { ...detail, ...summary };
  if (moved) showDetail();
  else keepUndelivered(shell.detail, summary);
}

function draw(): void {
  showList(shell.list, (id) => choose(id));
  shell.showCounts();
}

function choose(id: string): void {
  state.chosen = id;
  state.detail = undefined;
  state.phone = undefined;
  draw();
  showDetail();
  shell.detail.querySelector<HTMLElement>(".title")?.focus();
}

function showDetail(): void {
  const { detail, chosen } = state;
  document.body.classList.toggle("has-detail", chosen !== undefined);
  const back = h("button", { type: "button", class: "plain back", onclick: leave }, `← ${t("back")}`);
  if (chosen === undefined) fill(shell.detail, nothingChosen());
  else if (detail === undefined) fill(shell.detail, back, whyOpen(chosen));
  else fill(shell.detail, back, showHead(detail), showHolder(detail, actsOn(detail)), showBody(detail));
}

function nothingChosen(): HTMLElement {
  return h(
    "div",
    { class: "pick" },
    h("h2", { class: "title" }, t("pick")),
    h("p", { class: "quiet" }, t("pick-hint")),
  );
}

function whyOpen(chosen: string): HTMLElement {
  return askWhy(
    state.callbacks.find(({ id }) => id === chosen),
    {
      open: (reason) => void act(() => open(chosen, reason)),
      call: () => void act(() => openToCall(chosen)),
    },
  );
}

/** What to know on one side, what to do on the other. Only who holds a callback can do something with it. */
function showBody(detail: Detail): HTMLElement {
  const acts = actsOn(detail);
  const mine = detail.holder?.mine === true;
  return h(
    "div",
    { class: mine ? "work" : "read" },
    h(
      "div",
      { class: "know" },
      showNotesBefore(detail),
      showFacts(detail),
      showWords(detail),
      showRules(detail, (rule, right) => void act(() => judge(detail, rule, right))),
      showTranscript(detail),
      showHistory(detail),
    ),
    h(
      "div",
      { class: "do" },
      mine && [showCall(detail, acts), showMessage(detail, acts), showClose(detail, acts)],
      showNoteForm(acts),
      mine && showHandOver(acts),
    ),
  );
}

function leave(): void {
  const before = state.chosen;
  state.chosen = undefined;
  state.detail = undefined;
  state.phone = undefined;
  draw();
  showDetail();
  shell.list.querySelector<HTMLElement>(`[data-callback="${CSS.escape(before ?? "")}"]`)?.focus();
}

async function open(id: string, reason: string): Promise<void> {
  const detail = await write<Detail>(`/callbacks/${id}/open`, { reason, language: currentLanguage() });
  if (state.chosen !== id) return;
  state.detail = detail;
  showDetail();
  shell.detail.querySelector<HTMLElement>(".title")?.focus();
}

async function openToCall(id: string): Promise<void> {
  await claim(id);
  await open(id, t("why.call"));
}

async function claim(id: string): Promise<void> {
  const { token } = await write<{ token: string }>(`/callbacks/${id}/claim`);
  state.tokens.set(id, token);
}

/** The token of a callback this nurse holds; after a reload it is asked for again. */
async function tokenOf(id: string): Promise<string> {
  if (!state.tokens.has(id)) await claim(id);
  return state.tokens.get(id) ?? "";
}

async function takeNext(): Promise<void> {
  const next = await write<{ id: string; token: string } | null>("/callbacks/next", spokenLanguages());
  if (next === null) return shell.say(t("next-none"));
  state.tokens.set(next.id, next.token);
  state.chosen = next.id;
  state.detail = undefined;
  await refresh();
  await open(next.id, t("why.call"));
}

async function showPart(part: "open" | "closed"): Promise<void> {
  state.part = part;
  state.callbacks = [];
  state.chosen = undefined;
  state.detail = undefined;
  await show();
}

async function switchLanguage(): Promise<void> {
  await loadWords(currentLanguage() === "nl" ? "en" : "nl");
  await show();
}

async function judge({ id }: Detail, rule: string, right: boolean): Promise<void> {
  await write(`/callbacks/${id}/verdicts`, { rule, right });
  await again(id, "done");
}

function actsOn({ id }: Detail): Acts {
  const held = async (path: string, body: object = {}): Promise<unknown> =>
    write(`/callbacks/${id}/${path}`, { token: await tokenOf(id), ...body });
  const then = (work: () => Promise<unknown>, said?: string) =>
    act(async () => {
      await work();
      await again(id, said);
    });
  const last = (work: () => Promise<unknown>, said: string) =>
    act(async () => {
      await work();
      await gone(id, said);
    });
  return {
    claim: () => then(() => claim(id)),
    renew: () => then(() => held("renew")),
    release: () => last(() => held("release"), "done"),
    showPhone: () =>
      act(async () => {
        const { phone, shown } = (await held("phone")) as { phone: string | null; shown: string | null };
        if (phone !== null) state.phone = { id, phone, shown: shown ?? phone };
        showDetail();
        shell.detail.querySelector<HTMLElement>(".number-link")?.focus();
      }),
    attempt: (result, { retryAt, tellParent }) =>
      act(async () => {
        await held("attempts", { result, tellParent, ...(retryAt === undefined ? {} : { retryAt }) });
        if (retryAt === undefined) await again(id, result === "called" ? "call.spoken-noted" : "done");
        else await gone(id, "call.missed-noted");
      }),
    message: (message) =>
      act(async () => {
        const { waits } = (await held("messages", message)) as { waits: boolean };
        await again(id, waits ? "message.waits" : "message.sent");
      }),
    note: (words) => then(() => write(`/callbacks/${id}/notes`, { words }), "done"),
    close: (ending) => last(() => held("close", ending), "close.done"),
    reopen: () => last(() => write(`/callbacks/${id}/reopen`), "done"),
    handOver: (to, note) =>
      last(() => held("hand-over", { to, ...(note === "" ? {} : { note }) }), "hand-over.done"),
    colleagues: async () =>
      (await read<{ colleagues: { id: string; name: string }[] }>("/colleagues")).colleagues,
  };
}

/** Reads the open callback again after something was done to it, under the reason it was opened with. */
async function again(id: string, said?: string): Promise<void> {
  await refresh();
  await open(id, t("why.call"));
  if (said !== undefined) shell.say(t(said));
}

async function gone(id: string, said: string): Promise<void> {
  state.tokens.delete(id);
  leave();
  await refresh();
  shell.say(t(said));
}

/** Carries out something and says honestly when it did not work; a session that is over ends the page. */
async function act(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) return signedOut();
    shell.say(sentenceFor(error), "bad");
    if (error instanceof Refusal && [404, 409].includes(error.status))
      await refresh(true).catch(() => undefined);
  }
}

function sentenceFor(error: unknown): string {
  if (!(error instanceof Refusal)) return t("problem.later");
  if (error.holder !== undefined) return t("problem.holder", { name: error.holder });
  const byCode: Readonly<Record<string, string>> = {
    "escalation.not-holder": "problem.not-holder",
    "escalation.already-claimed": "problem.gone",
    "escalation.not-found": "problem.gone",
    "console.forbidden": "problem.forbidden",
    "console.parent-unreachable": "message.unreachable",
  };
  return t(byCode[error.code] ?? (error.status === 503 ? "problem.later" : "problem.other"));
}

function signedOut(): void {
  stopListening();
  Object.assign(state, {
    me: undefined,
    callbacks: [],
    detail: undefined,
    chosen: undefined,
    phone: undefined,
  });
  state.tokens.clear();
  document.body.className = "";
  showSignedOut(true);
}

// waits are shown to the minute
window.setInterval(() => {
  if (state.me !== undefined && view === "line") draw();
}, 20_000);

void start();
