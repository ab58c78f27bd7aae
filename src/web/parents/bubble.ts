import type { Language } from "../../terms.ts";
import { dolls, h, icon, pageWords, setPageWords } from "./dom.ts";
import { last } from "./last.ts";
import type { Shown } from "./memory.ts";
import { callLink, doctors } from "./numbers.ts";
import { nationalLines } from "./phone-lines.ts";
import { keepNumbersWhole, type Piece, readRichText, type Sentence } from "./rich-text.ts";
import { canSpeak, type Spoken, speak, stopSpeaking } from "./speech.ts";
import { pictureOf } from "./subjects.ts";
import { isSimple, languageOf, t } from "./texts.ts";

const cardIcons: Readonly<Record<string, string>> = { emergency: "warning", urgent: "phone", doubt: "eye" };

/** Draws what the parent said. Their words are text and nothing else. */
export function drawOwn(id: string, words: string): HTMLLIElement {
  return h(
    "li",
    { class: "you", tabindex: "-1", "data-id": id },
    h("span", { class: "away" }, pageWords("you"), ": "),
    words,
    pageWords("queued", "small"),
  );
}

/** Draws one text of the bot, in its own language, with its card, pictogram and the button to hear it. */
export function drawReply(shown: Shown, isFirstOfReply: boolean): HTMLLIElement {
  const locale = shown.locale ?? "nl";
  const language = languageOf(locale);
  const body = h("div", { class: isSimple(locale) ? "simple-text" : undefined });
  const spoken = fillBody(body, shown, language);
  const card = shown.card ?? undefined;
  const hasTitle = card !== undefined && isFirstOfReply;
  const wantsSubject = isSimple(locale) && isFirstOfReply;
  const picture = hasTitle ? undefined : icon(pictureOf(shown, wantsSubject));

  return h(
    "li",
    {
      class: kindOfReply(card, isFirstOfReply),
      lang: language,
      "data-id": shown.id,
      "data-reply": isFirstOfReply ? "" : undefined,
    },
    h("span", { class: "away" }, "Naast: "),
    isFirstOfReply && card === undefined ? dolls() : undefined,
    hasTitle ? cardTitle(card) : undefined,
    ...(hasTitle ? callsFirst(shown, language) : []),
    picture === undefined ? body : h("div", { class: "with-pictogram" }, picture, body),
    ...(hasTitle ? callsThen(shown, language) : []),
    listenButton(spoken, language, isSimple(locale)),
  );
}

/**
 * The numbers that a card begins with, as buttons: before anything there is to read.
 *
 * An urgent card sends to a doctor or a helpline, and names 112 for when it gets worse: as its one large button 112
 * would be all that a parent in haste reads.
 */
function callsFirst({ card, text }: Shown, language: Language): HTMLElement[] {
  if (card !== "emergency" && card !== "urgent") return [];
  const pieces = readRichText(text, language).slice(0, 2).flat(2);
  const numbers = new Set(pieces.filter(({ href }) => href?.startsWith("tel:")).map(({ text }) => text));
  if (card === "urgent") numbers.delete(nationalLines[0]);
  return [...numbers].map((number) => callLink("", number, true));
}

/** Below an urgent card: the doctor of nights and weekends where we know the number, and 112 with when to call it. */
function callsThen({ card, text }: Shown, language: Language): HTMLElement[] {
  if (card !== "urgent") return [];
  return [
    ...(text.includes("huisartsenspoedpost") ? doctors(language) : []),
    callLink(pageWords("emergency.danger"), nationalLines[0]),
  ];
}

/** Shows the listen buttons that this device can keep the promise of. */
export function refreshListening(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-listen]")) {
    button.hidden = !canSpeak(button.dataset["listen"] as Language);
  }
}

function kindOfReply(card: string | undefined, isFirstOfReply: boolean): string | undefined {
  if (card !== undefined) return `card ${card}`;
  return isFirstOfReply ? "first" : undefined;
}

function cardTitle(card: string): HTMLElement {
  return h("h2", {}, icon(cardIcons[card]), pageWords(`card.${card}`));
}

function fillBody(body: HTMLElement, shown: Shown, language: Language): readonly Spoken[] {
  const spoken: Spoken[] = [];
  for (const line of readRichText(shown.text, language)) {
    const row = body.appendChild(h("span", { class: `line ${kindOfLine(line[0]?.[0]?.text ?? "")}` }));
    for (const sentence of line) {
      const mark = h("span", { class: "said" }, ...sentence.map(drawPiece));
      row.append(mark, " ");
      spoken.push(...partsOf(sentence, language, mark));
    }
  }
  return shown.speak === undefined ? spoken : [{ text: shown.speak, language, mark: body }];
}

/** A line of a list hangs under its dot; where a text comes from is said more quietly. */
function kindOfLine(beginning: string): string {
  if (/^[•-] /.test(beginning)) return "item";
  return t("source") !== "" && beginning.startsWith(t("source")) ? "source" : "";
}

function drawPiece(piece: Piece): Node | string {
  const text = keepNumbersWhole(piece.text);
  const words = piece.dutch === true ? h("span", { lang: "nl", translate: "no" }, text) : text;
  const node = piece.href === undefined ? words : drawLink(piece.href, piece.text);
  return piece.strong === true ? h("strong", {}, node) : node;
}

function drawLink(href: string, words: string): HTMLElement {
  if (href.startsWith("tel:")) return h("a", { href, dir: "ltr" }, words);
  return h(
    "a",
    { href, target: "_blank", rel: "noopener noreferrer" },
    words.replace(/^https?:\/\/(www\.)?/, ""),
    h("span", { class: "away" }, " (", pageWords("new-tab"), ")"),
  );
}

/** Says a sentence in as few breaths as its languages allow. */
function partsOf(sentence: Sentence, language: Language, mark: HTMLElement): Spoken[] {
  const parts: Spoken[] = [];
  for (const piece of sentence) {
    const own = piece.dutch === true ? "nl" : language;
    const before = last(parts);
    if (before?.language === own) parts.splice(-1, 1, { ...before, text: before.text + piece.text });
    else parts.push({ text: piece.text, language: own, mark });
  }
  return parts;
}

function listenButton(spoken: readonly Spoken[], language: Language, slow: boolean): HTMLElement {
  const words = pageWords("listen");
  const button = h(
    "button",
    {
      type: "button",
      class: "small",
      "data-listen": language,
      "aria-pressed": "false",
      hidden: !canSpeak(language),
      onclick: () => (button.getAttribute("aria-pressed") === "true" ? stopSpeaking() : start()),
    },
    icon("speaker"),
    words,
  );
  const start = () => {
    speak(spoken, slow ? 0.85 : 1, () => show("listen", "false"));
    show("stop", "true");
  };
  const show = (key: string, pressed: string) => {
    setPageWords(words, key);
    button.setAttribute("aria-pressed", pressed);
  };
  return button;
}
