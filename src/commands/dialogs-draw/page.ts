import { inspectContent } from "../../http/inspect-content.ts";
import type { Content } from "../../http/load-content.ts";
import { formsOf } from "../../language/inspect-locales.ts";
import { languageOf } from "../../language/locale.ts";
import type { Reading } from "../../language/reading-gates.ts";
import type { Wording } from "../../language/wording.ts";
import type { Locale } from "../../terms.ts";
import { type ChromeWords, chromeWords } from "./chrome-words.ts";
import { anchorOf, escapeHtml } from "./html.ts";
import { drawDialog } from "./picture.ts";
import { type Entry, type Lead, type Sheet, sheetsOf } from "./sheets.ts";

/** What to draw: the content, the two locales that stand side by side, and the page's own style and script. */
export interface Drawing {
  readonly content: Content;
  readonly wording: Wording;
  readonly shown: readonly [Locale, Locale];
  readonly style: string;
  readonly script: string;
}

/** All that the parts of the page are written with. */
interface Desk {
  readonly content: Content;
  readonly shown: readonly [Locale, Locale];
  readonly words: ChromeWords;
  readonly readings: ReadonlyMap<string, Reading>;
}

/** Within this share of its gate, a text is marked as nearly too hard. */
const nearGate = 0.05;

/** Writes the whole catalogue as one page that needs nothing else: no network, no other file. */
export function writeCatalogue({ content, wording, shown, style, script }: Drawing): string {
  const words = chromeWords(languageOf(shown[0]));
  const { readings } = inspectContent(content, wording);
  const desk: Desk = {
    content,
    shown,
    words,
    readings: new Map(readings.map((reading) => [`${reading.locale} ${reading.passage.keys[0]}`, reading])),
  };
  const sheets = grouped(sheetsOf(content), content);
  return `<!doctype html>
<html lang="${languageOf(shown[0])}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeHtml(words.title)}</title>
<style>
${style}
</style>
</head>
<body>
${writeHead(desk, sheets)}
<div class="desk">
${writeIndex(desk, sheets)}
<main>
<p class="no-match" hidden>${escapeHtml(words.noMatch)}</p>
${sheets.map((sheet) => writeSheet(desk, sheet)).join("\n")}
</main>
</div>
<script>
${script}
</script>
</body>
</html>
`;
}

/** Themes in the order of the table of themes, then what is shared, then the cards; a theme's start first, then by age. */
function grouped(sheets: readonly Sheet[], { book }: Content): readonly Sheet[] {
  const groups = [...Object.keys(book.themes), "shared", "cards"];
  const starts = new Set(Object.values(book.themes).map(({ start }) => start));
  const group = (sheet: Sheet): number =>
    groups.includes(sheet.group) ? groups.indexOf(sheet.group) : groups.length;
  const age = ({ id, dialog }: Sheet): string => (starts.has(id) ? "" : (dialog?.bands?.[0] ?? "Z"));
  return sheets.toSorted((one, other) => group(one) - group(other) || age(one).localeCompare(age(other)));
}

function writeHead({ content, shown, words }: Desk, sheets: readonly Sheet[]): string {
  const { facts } = content.provenance;
  const reviewed = Object.values(facts).filter(({ reviewedBy }) => reviewedBy !== null).length;
  const entries = sheets.flatMap((sheet) => sheet.entries);
  const texts = entries.reduce((sum, entry) => sum + entry.texts.length, 0);
  const languages = shown.map((locale) => {
    const by = content.files[locale]["locale"]?.["languageReviewedBy"];
    const said = by ? `${words.languageReviewed} ${by}` : words.languageUnreviewed;
    return `<li><b>${escapeHtml(nameOf(content, locale))}</b> ${escapeHtml(said)}</li>`;
  });
  return `<header>
<h1>${escapeHtml(words.title)}</h1>
<p>${escapeHtml(words.intro)}</p>
<ul class="state">
<li><b>${sheets.length} · ${entries.length} · ${texts}</b> ${escapeHtml(words.counts)}</li>
<li><b>${reviewed} / ${Object.keys(facts).length}</b> ${escapeHtml(words.factsReviewed)}</li>
${languages.join("\n")}
</ul>
<form class="tools" role="search">
<input type="search" id="search" aria-label="${escapeHtml(words.search)}" placeholder="${escapeHtml(words.search)}" autocomplete="off">
<output for="search" data-found="${escapeHtml(words.found)}"></output>
<label><input type="checkbox" id="unreviewed"> ${escapeHtml(words.onlyUnreviewed)}</label>
<label><input type="checkbox" id="hard"> ${escapeHtml(words.onlyHard)}</label>
<label><input type="checkbox" id="pictures" checked> ${escapeHtml(words.pictures)}</label>
</form>
</header>`;
}

function writeIndex(desk: Desk, sheets: readonly Sheet[]): string {
  const groups = [...new Set(sheets.map(({ group }) => group))];
  const lists = groups.map(
    (group) =>
      `<h2>${escapeHtml(groupName(desk, group))}</h2><ul>${sheets
        .filter((sheet) => sheet.group === group)
        .map(
          (sheet) =>
            `<li><a href="#${anchorOf(sheet.id)}">${escapeHtml(titleOf(desk, sheet))}</a> <small>${sheet.entries.length}</small></li>`,
        )
        .join("")}</ul>`,
  );
  return `<nav>${lists.join("\n")}</nav>`;
}

function writeSheet(desk: Desk, sheet: Sheet): string {
  const title = titleOf(desk, sheet);
  const picture =
    sheet.dialog === undefined || sheet.entries.length < 2
      ? ""
      : `<div class="picture">${drawDialog(sheet, {
          title,
          textOf: (entry) => firstWords(desk, entry),
          kindOf: (entry) => desk.words.kinds[entry.kind],
          labelOf: (lead) => leadWords(desk, lead),
          several: (count) => `${count} ${desk.words.answers}`,
        })}</div>`;
  return `<section class="sheet" id="${anchorOf(sheet.id)}">
<h2>${escapeHtml(groupName(desk, sheet.group))} <span>${escapeHtml(title)}</span> <code>${escapeHtml(sheet.id)}</code></h2>
<div class="leaf">
${picture}
<div class="entries">
${sheet.entries.map((entry) => writeEntry(desk, sheet, entry)).join("\n")}
</div>
</div>
</section>`;
}

function writeEntry(desk: Desk, sheet: Sheet, entry: Entry): string {
  const unreviewed = entry.facts.some((id) => desk.content.provenance.facts[id]?.reviewedBy === null);
  const marks = entry.texts.flatMap(({ key }) =>
    desk.shown.map((locale) => levelOf(desk.readings.get(`${locale} ${key}`))),
  );
  const hard = marks.includes("fault") || marks.includes("near");
  const flags = [unreviewed ? "unreviewed" : "", hard ? "hard" : ""].filter(Boolean).join(" ");
  const texts = entry.texts.filter(({ role }) => role !== "label" || entry.kind === "shared");
  return `<article id="${anchorOf(sheet.id, entry.id)}" class="${entry.kind}" data-flags="${flags}" data-node="${escapeHtml(entry.id)}">
<h3><span class="kind">${escapeHtml(desk.words.kinds[entry.kind])}</span> <code>${escapeHtml(entry.id)}</code></h3>
${texts.map((text) => writeText(desk, entry, text)).join("\n")}
${writeLeads(desk, sheet, entry)}
${writeFacts(desk, entry)}
</article>`;
}

function writeText(desk: Desk, entry: Entry, { key, part }: Entry["texts"][number]): string {
  const columns = desk.shown.map((locale) => {
    const forms = formsOf(desk.content.files, locale, key);
    const said = forms.map(([, text]) => `<p>${escapeHtml(text).replaceAll("\n", "<br>")}</p>`).join("");
    const missing = `<p class="missing">${escapeHtml(desk.words.missing)}</p>`;
    return `<div lang="${languageOf(locale)}">${said || missing}${writeReading(desk, locale, key)}</div>`;
  });
  const name = partName(desk, entry, part);
  return `<div class="text">${name === "" ? "" : `<h4>${escapeHtml(name)}</h4>`}<div class="beside">${columns.join("")}</div></div>`;
}

/** Names a part of a node: of an option, by its label and what it tells. */
function partName({ words, content, shown }: Desk, entry: Entry, part: string): string {
  const parts: Readonly<Record<string, string>> = words.parts;
  const [option, field] = part.includes(".") ? part.split(".") : [undefined, part];
  const label = entry.texts.find((text) => text.role === "label" && text.part === option);
  const optionName = label && formsOf(content.files, shown[0], label.key).at(0)?.[1];
  return [optionName, parts[field ?? ""] ?? field].filter(Boolean).join(" · ");
}

function writeReading({ readings, words }: Desk, locale: Locale, key: string): string {
  const reading = readings.get(`${locale} ${key}`);
  if (reading === undefined) return "";
  const { measures, scores, faults } = reading;
  const [score] = scores;
  const told = [
    `${measures.words} ${words.words}`,
    `${measures.sentenceLength.toFixed(1)} ${words.aSentence}`,
    ...(score === undefined ? [] : [`${score.formula} ${score.value.toFixed(0)}`]),
    ...faults.map(({ mend }) => mend),
  ];
  return `<small class="reading ${levelOf(reading)}">${escapeHtml(told.join(" · "))}</small>`;
}

function levelOf(reading: Reading | undefined): "fault" | "near" | "well" {
  if (reading === undefined) return "well";
  if (reading.faults.length > 0) return "fault";
  const near = reading.scores.some(
    ({ value, gate, lowerIsEasier }) => (lowerIsEasier ? gate - value : value - gate) < nearGate * gate,
  );
  return near ? "near" : "well";
}

function writeLeads(desk: Desk, sheet: Sheet, entry: Entry): string {
  const { words } = desk;
  if (entry.kind === "end") return `<p class="leads">${escapeHtml(words.ends)}</p>`;
  if (entry.kind === "return") return `<p class="leads">${escapeHtml(words.returns)}</p>`;
  if (entry.leads.length === 0 && entry.kind !== "rule") return "";
  const leads = entry.leads.map((lead) => {
    const label = lead.label === undefined ? writeNote(words, lead.note) : writeLabel(desk, lead.label);
    const target = lead.node === undefined ? anchorOf(lead.dialog ?? "") : anchorOf(sheet.id, lead.node);
    const name = lead.node ?? lead.dialog;
    const link = name === undefined ? "" : `<a href="#${target}">→ ${escapeHtml(name)}</a>`;
    return `<li>${label} ${link}</li>`;
  });
  const answers = entry.kind === "rule" ? entry.texts.filter(({ role }) => role === "label") : [];
  return `<ul class="leads" aria-label="${escapeHtml(words.leads)}">${answers
    .map(({ key }) => `<li>${writeLabel(desk, key)}</li>`)
    .join("")}${leads.join("")}</ul>`;
}

function writeNote(words: ChromeWords, note: string | undefined): string {
  const notes: Readonly<Record<string, string>> = words.notes;
  return note === undefined ? "" : `<i>${escapeHtml(notes[note] ?? note)}</i>`;
}

function writeLabel({ content, shown }: Desk, key: string): string {
  const [one, other] = shown.map((locale) => {
    const text = formsOf(content.files, locale, key).at(0)?.[1] ?? "–";
    return `<span lang="${languageOf(locale)}">${escapeHtml(text)}</span>`;
  });
  return `<span class="label">${one} <small>${other}</small></span>`;
}

function writeFacts({ content, words }: Desk, { facts }: Entry): string {
  if (facts.length === 0) return "";
  const { provenance } = content;
  const lines = facts.map((id) => {
    const fact = provenance.facts[id];
    if (fact === undefined) return `<li class="unreviewed"><code>${escapeHtml(id)}</code></li>`;
    const sources = fact.sources.map((code) => provenance.sources[code]?.title ?? code);
    const moving = fact.sources.some((code) => provenance.sources[code]?.moving === true);
    const state = fact.reviewedBy === null ? words.unreviewed : `${words.reviewed} ${fact.reviewedBy}`;
    const more = [
      sources.join(", "),
      moving ? words.moving : "",
      `${words.reviewBefore} ${fact.reviewBefore}`,
    ];
    return `<li class="${fact.reviewedBy === null ? "unreviewed" : "reviewed"}"><b>${escapeHtml(state)}</b> <span lang="en">${escapeHtml(fact.says)}</span> <small>${escapeHtml(more.filter(Boolean).join(" · "))} <code>${escapeHtml(id)}</code></small></li>`;
  });
  return `<details class="facts"><summary>${escapeHtml(words.facts)} (${facts.length})</summary><ul>${lines.join("")}</ul></details>`;
}

function firstWords({ content, shown, words }: Desk, entry: Entry): string {
  const [own] = entry.texts.filter(({ role }) => role !== "label");
  const text = own && formsOf(content.files, shown[0], own.key).at(0)?.[1];
  const [lead] = entry.leads;
  return (
    text ??
    lead?.dialog ??
    (entry.kind === "branch" ? (lead?.note?.split(" = ")[0] ?? "") : writeless(words, entry))
  );
}

function writeless(words: ChromeWords, { kind, id }: Entry): string {
  return kind === "alarm-check" ? words.kinds["alarm-check"] : id;
}

function leadWords({ content, shown, words }: Desk, lead: Lead): string | undefined {
  if (lead.label !== undefined) return formsOf(content.files, shown[0], lead.label).at(0)?.[1];
  const notes: Readonly<Record<string, string>> = words.notes;
  return lead.note === undefined ? undefined : (notes[lead.note] ?? lead.note.split(" = ").at(-1));
}

function groupName({ content, shown, words }: Desk, group: string): string {
  if (group === "shared") return words.shared;
  if (group === "cards") return words.cards;
  return formsOf(content.files, shown[0], `themes:${group}`).at(0)?.[1] ?? group;
}

/** A dialog's name: the ages it is for, and what sets it apart; or else its own id in words. */
function titleOf({ content, shown, words }: Desk, { id, group, dialog }: Sheet): string {
  const names: Readonly<Record<string, string>> = words.sheets;
  const ages = (dialog?.bands ?? []).flatMap(
    (band) => formsOf(content.files, shown[0], `ages:${band}`).at(0)?.[1] ?? [],
  );
  const span = ages.length > 2 ? [ages.at(0), "–", ages.at(-1)].join(" ") : ages.join(", ");
  if (id === group) return names["start"] ?? id;
  const rest = id.startsWith(`${group}-`) ? id.slice(group.length + 1) : id;
  const own = /^p\d$/.test(rest) ? "" : (names[rest] ?? rest.replaceAll("-", " "));
  return [span, own].filter(Boolean).join(" · ");
}

function nameOf({ files }: Content, locale: Locale): string {
  return files[locale]["locales"]?.[locale] ?? locale;
}
