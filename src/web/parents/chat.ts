import type { Locale } from "../../terms.ts";
import { refreshListening } from "./bubble.ts";
import { at, h, icon, sayAgain } from "./dom.ts";
import { hearActivities } from "./hear.ts";
import { last } from "./last.ts";
import { markWaiting, showLog, waitingOf } from "./log-view.ts";
import {
  newKey,
  recall,
  remember,
  type Shown,
  type ShownChoice,
  type Waiting,
  watchMemory,
} from "./memory.ts";
import { stopSpeaking } from "./speech.ts";
import { languageOf, t } from "./texts.ts";
import { showTrouble } from "./trouble.ts";
import { type LineState, openWire } from "./wire.ts";

const slowMilliseconds = 10_000;

/** The conversation on the screen. */
export interface Chat {
  /** Says words, or the label of a choice together with its wire id. */
  say(text: string, choice?: string): void;
  /** Asks the server for its first screen, or for the present question in the locale that is now set. */
  ask(event: "naast/start" | "naast/locale"): void;
  /** Follows the page into another language; what was said stays where and as it is. */
  redraw(): void;
  /** Whether the bot just asked for a phone number, so that typing one needs no warning. */
  expectsPhone(): boolean;
  end(): void;
}

/**
 * Shows what is remembered, keeps it up to date, and takes the line to the server.
 *
 * Calls back when another tab cleared the chat, and with the locale of each reply: a parent may have switched by
 * words or in another tab.
 */
export function openChat(cleared: () => void, spokeIn: (locale: Locale) => void): Chat {
  const list = at("#log ol");
  let state: LineState = "online";
  let isSlow = false;
  let slowTimer = 0;

  const wire = openWire(
    (activities, watermark = recall()?.watermark ?? "") => {
      remember((memory) => ({ ...hearActivities(memory, activities), watermark }));
      const reply = last(activities.filter(({ from }) => from?.role === "bot"));
      if (reply !== undefined) answered();
      update();
      if (reply?.locale !== undefined) spokeIn(reply.locale);
    },
    (now) => {
      state = now;
      showState();
    },
  );
  watchMemory(() => (recall() === undefined ? cleared() : update()));
  update();

  function send(what: Pick<Waiting, "text" | "choice" | "event">): void {
    remember(({ queue, locale }) => ({
      queue: [...queue, { key: newKey(), at: Date.now(), locale, ...what }],
    }));
    clearTimeout(slowTimer);
    slowTimer = window.setTimeout(() => {
      isSlow = true;
      showState();
    }, slowMilliseconds);
    // on its way before it is drawn: the answer takes longer than the drawing
    wire.flush();
    update();
  }

  function answered(): void {
    clearTimeout(slowTimer);
    isSlow = false;
  }

  function update(): void {
    const memory = recall();
    if (memory === undefined) return;
    const isNew = showLog(list, memory);
    showChoices(waitingOf(memory).length === 0 ? last(memory.log) : undefined, choose);
    showState();
    if (isNew) showNewest();
  }

  function choose({ label, wire: choice }: ShownChoice): void {
    stopSpeaking();
    send({ text: label, ...(choice === undefined ? {} : { choice }) });
    focusLastSaid();
  }

  function showState(): void {
    const memory = recall();
    if (memory === undefined) return;
    const isUnsent = memory.queue.length > 0;
    const isUnanswered = isUnsent || last(memory.log)?.key !== undefined || memory.log.length === 0;
    const isOff = state === "offline" || !navigator.onLine;
    const isStuck = (isUnsent && (isOff || state !== "online")) || (isUnanswered && isSlow);
    const status = at("#status");
    status.textContent = isUnanswered && !isStuck ? t("waiting") : "";
    markWaiting(list, memory, isStuck);
    const trouble = isOff ? "offline" : state === "crowded" ? "crowded" : "busy";
    if (showTrouble(isStuck ? t(trouble) : undefined)) showNewest();
  }

  return {
    say: (text) => {
      stopSpeaking();
      send({ text });
    },
    ask: (event) => send({ event }),
    redraw: () => {
      sayAgain(list);
      update();
    },
    expectsPhone: () => /callback|phone/.test(last(recall()?.log ?? [])?.dialog ?? ""),
    end: () => {
      clearTimeout(slowTimer);
      wire.end();
    },
  };
}

/** Keeps the focus with what the parent just said, so that what comes next is the answer. */
export function focusLastSaid(): void {
  document.querySelector<HTMLElement>("#log li:last-child")?.focus({ preventScroll: true });
}

/** Shows the choices of the last reply, as long as it is the last thing said. */
function showChoices(newest: Shown | undefined, choose: (choice: ShownChoice) => void): void {
  const group = at("#choices");
  const choices = newest?.choices ?? [];
  const shown = `${newest?.id} ${choices.length}`;
  if (group.dataset["of"] === shown) return;
  group.dataset["of"] = shown;
  group.hidden = choices.length === 0;
  if (newest?.locale !== undefined) group.lang = languageOf(newest.locale);
  const lastAnswer = choices.map(isAside).lastIndexOf(false);
  group.replaceChildren(
    ...choices.map((choice, index) =>
      drawChoice(choice, lastAnswer === -1 || index <= lastAnswer, () => choose(choice)),
    ),
  );
}

/** What stands below the answers to a question: to pass over it, to ask about it, to go elsewhere. */
function isAside({ wire }: ShownChoice): boolean {
  return /\.(skip|menu|nurse|guideline|misfit|other)$/.test(wire ?? "");
}

function drawChoice(
  { label, description, pictogram }: ShownChoice,
  isBlock: boolean,
  choose: () => void,
): HTMLElement {
  const more = description === undefined ? undefined : h("small", {}, description);
  return h(
    "button",
    { type: "button", class: isBlock ? "block" : undefined, onclick: choose },
    icon(pictogram),
    h("span", {}, label, more),
  );
}

/**
 * Brings what is new to where reading starts: what the parent said with its answer, or what came by itself, as when a
 * nurse has closed a request.
 */
function showNewest(): void {
  refreshListening();
  const newest = last([...document.querySelectorAll<HTMLElement>("#log .you, #log [data-reply]")]);
  const asked = newest?.previousElementSibling;
  const before = asked instanceof HTMLElement && asked.matches(".you") ? asked : newest;
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const box = scroller();
  const from = box.scrollTop - box.getBoundingClientRect().top;
  const start = before === undefined ? 0 : from + before.getBoundingClientRect().top - roomAbove(before);
  // whom to call while nobody answers counts for more than where a long message begins
  const trouble = document.querySelector("#trouble .trouble");
  const needed = trouble === null ? 0 : from + trouble.getBoundingClientRect().bottom + 8 - box.clientHeight;
  box.scrollTo({ top: Math.max(start, needed), behavior: isCalm ? "auto" : "smooth" });
}

/** What scrolls: the log, or where that leaves too little room, the log with the field below it. */
function scroller(): HTMLElement {
  const scroll = at("#scroll");
  return scroll.scrollHeight > scroll.clientHeight + 1 ? scroll : at("#chat");
}

/** Some air, and the figures that stand on a reply. */
function roomAbove(item: HTMLElement): number {
  return 16 + (item.querySelector<SVGElement>(":scope > .dolls")?.clientHeight ?? 0);
}
