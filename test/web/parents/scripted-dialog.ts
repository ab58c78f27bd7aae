import { readFileSync } from "node:fs";
import type { Choice, Inbound, Reply } from "../../../src/conversation/inbound.ts";
import type { Locale } from "../../../src/terms.ts";

/** Words for a small dialog in the four languages, long enough to show what breaks. */
const words = {
  nl: {
    hello:
      "Hoi. Ik ben Naast, een automatische hulp van de jeugdgezondheidszorg. Ik ben geen mens en geen dokter.",
    ask: "Waar wil je het over hebben?",
    labels: [
      "Slapen",
      "Eten en drinken",
      "Huilen en troosten",
      "Grenzen en driftbuien",
      "Hoe het met jou gaat",
      "Vraag een verpleegkundige",
    ],
    heard: "Wat zwaar als je nachten zo kort zijn. Je bent niet de enige.",
    check: "Kijk eerst even mee. Is je kind suf, of ademt het moeilijk? *Bel dan 112.*",
    yes: "Ja, één van deze dingen",
    no: "Nee, niets daarvan",
    card: "*Bel nu 112.* Zeg hoe oud je kind is en wat er gebeurt.\nLeg de telefoon op de luidspreker.\nSluit dit gesprek en bel.",
    urgent:
      "Bel nu de huisarts. 's Avonds en 's nachts bel je de huisartsenspoedpost.\nZeg hoe oud je kind is.\nWordt je kind suf? Bel 112.",
    summary:
      "Je vraag: slapen.\nJe probeert: een vast ritueel voor het slapen.\nBel de huisarts als je kind koorts krijgt.",
  },
  en: {
    hello:
      "Hi. I am Naast, an automated helper of the youth health service. I am not a human and not a doctor.",
    ask: "What would you like to talk about?",
    labels: [
      "Sleep",
      "Food and drinks",
      "Crying and comfort",
      "Limits and tantrums",
      "How you are doing",
      "Ask a nurse to call",
    ],
    heard: "Short nights are hard. You are not the only one.",
    check: "Let us look first. Is your child drowsy, or breathing with difficulty? *Then call 112.*",
    yes: "Yes, one of these",
    no: "No, none of these",
    card: "*Call 112 now.* Say how old your child is and what is happening.\nPut the phone on speaker.\nClose this chat and call.",
    urgent:
      "Call your doctor (huisarts) now. At night call the huisartsenspoedpost.\nSay how old your child is.\nDrowsy? Call 112.",
    summary:
      "Your question: sleep.\nYou try: the same steps every evening.\nCall the huisarts if your child gets a fever.",
  },
  pl: {
    hello:
      "Cześć. Jestem Naast, automatyczny pomocnik opieki zdrowotnej dla dzieci. Nie jestem człowiekiem ani lekarzem.",
    ask: "O czym chcesz porozmawiać?",
    labels: [
      "Sen",
      "Jedzenie i picie",
      "Płacz i pocieszanie",
      "Granice i napady złości",
      "Jak Ty się czujesz",
      "Poproś pielęgniarkę o telefon",
    ],
    heard: "Krótkie noce są bardzo trudne. Wielu rodziców to zna.",
    check:
      "Najpierw sprawdźmy. Czy dziecko jest senne i trudno je obudzić albo ciężko oddycha? *Zadzwoń pod 112.*",
    yes: "Tak, jedna z tych rzeczy",
    no: "Nie, nic z tego",
    card: "*Zadzwoń teraz pod 112.* Powiedz, ile lat ma dziecko i co się dzieje.\nWłącz głośnik w telefonie.\nZamknij tę rozmowę i dzwoń.",
    urgent:
      "Zadzwoń teraz do lekarza (huisarts). W nocy dzwoń na dyżur (huisartsenspoedpost).\nPowiedz, ile lat ma dziecko.\nDziecko się nie budzi? Zadzwoń pod 112.",
    summary:
      "Twoje pytanie: sen.\nCo wypróbujesz: stały rytuał przed snem.\nZadzwoń do lekarza (huisarts), jeśli dziecko ma gorączkę. W nocy dzwoń na huisartsenpost.",
  },
  tr: {
    hello:
      "Merhaba. Ben Naast, çocuk sağlığı kurumunun otomatik yardımcısıyım. İnsan değilim, doktor da değilim.",
    ask: "Hangi konuda konuşmak istersiniz?",
    labels: [
      "Uyku",
      "Yemek ve içmek",
      "Ağlama ve sakinleştirme",
      "Sınırlar ve öfke nöbetleri",
      "Siz nasılsınız?",
      "Hemşireden arama isteyin",
    ],
    heard: "Uykusuz geceler çok yorucudur. Yalnız değilsiniz.",
    check: "Önce birlikte bakalım. Çocuğunuz uyuşuk mu, zor mu nefes alıyor? *Hemen 112'yi arayın.*",
    yes: "Evet, bunlardan biri var",
    no: "Hayır, hiçbiri yok",
    card: "*Hemen 112'yi arayın.* Çocuğun yaşını ve ne olduğunu söyleyin.\nTelefonun hoparlörünü açın.\nBu sohbeti kapatın ve arayın.",
    urgent:
      "Hemen doktoru (huisarts) arayın. Gece nöbetçi doktoru (huisartsenspoedpost) arayın.\nÇocuğun yaşını söyleyin.\nUyanmazsa 112'yi arayın.",
    summary:
      "Sorunuz: uyku.\nDeneyeceğiniz şey: her akşam aynı sıra.\nÇocuğunuzun ateşi çıkarsa huisarts'ı arayın.",
  },
} as const;

const pictograms = ["moon", "plate", "drop", "hand-stop", "heart", "nurse"];
const ids = ["sleep", "food", "crying", "limits", "self", "nurse"];

/** Remembers the locale and the last question of each person, as the centre would. */
export function scriptedDialog() {
  const people = new Map<string, { locale: Locale; at: string; turn: number }>();
  return (inbound: Inbound): Reply => {
    const before = people.get(inbound.person) ?? { locale: "nl", at: "", turn: 0 };
    const said = inbound.words.reveal();
    const locale = /Turks/.test(said) ? "tr" : (inbound.locale ?? before.locale);
    const now = {
      locale,
      at: inbound.kind === "opened" ? before.at || "menu" : next(said, locale),
      turn: before.turn + 1,
    };
    people.set(inbound.person, now);
    return { ...screens(locale)[now.at as "menu"], locale, turn: now.turn, listLabel: "…" };
  };
}

function next(said: string, locale: Locale): string {
  const at = wordsOf(locale);
  if (/112|blauw/.test(said)) return "card";
  if (said === at.labels[0]) return "check";
  if (said === at.no) return "summary";
  if (said === at.yes) return "urgent";
  return /bel mij/.test(said) ? "callback" : "menu";
}

export function wordsOf(locale: Locale) {
  return words[locale.slice(0, 2) as keyof typeof words];
}

function screens(locale: Locale) {
  const at = wordsOf(locale);
  const none: readonly Choice[] = [];
  const menu = at.labels.map(
    (label, index): Choice => ({ id: ids[index] ?? "", label, pictogram: pictograms[index] ?? "" }),
  );
  const yesNo: Choice[] = [
    { id: "yes", label: at.yes, pictogram: "check" },
    { id: "no", label: at.no, pictogram: "cross" },
  ];
  const at1 = { dialog: "test", card: null };
  return {
    menu: {
      ...at1,
      node: "menu",
      bubbles: [{ text: at.hello }, { text: `${at.ask}\n\n${tryOut(locale)}`, pictogram: "talk" }],
      choices: menu,
    },
    check: {
      ...at1,
      node: "check",
      card: "doubt",
      bubbles: [{ text: at.heard }, { text: at.check, pictogram: "thermometer" }],
      choices: yesNo,
    },
    urgent: {
      ...at1,
      node: "urgent",
      card: "urgent",
      bubbles: [{ text: at.urgent, pictogram: "phone" }],
      choices: yesNo,
    },
    card: {
      ...at1,
      node: "card",
      card: "emergency",
      bubbles: [{ text: at.card }],
      choices: [{ id: "menu", label: at.labels[4] }, ...yesNo.slice(0, 1), ...menu.slice(5)],
    },
    summary: {
      ...at1,
      node: "summary",
      bubbles: [{ text: at.summary, pictogram: "list", keep: true }],
      choices: none,
    },
    callback: { ...at1, dialog: "callback", node: "phone", bubbles: [{ text: at.ask }], choices: none },
  } satisfies Record<string, Omit<Reply, "locale" | "turn" | "listLabel">>;
}

/** The line that ends every reply while the product is tried out. */
function tryOut(locale: Locale): string {
  return JSON.parse(readFileSync(`locales/${locale}/common.json`, "utf8"))["try-out"];
}
