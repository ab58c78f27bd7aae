import { anchorOf, escapeHtml } from "./html.ts";
import { type Box, layOut, type Path, type Point } from "./lay-out.ts";
import type { Entry, Lead, Sheet } from "./sheets.ts";

/** What a picture needs to know of the words. */
export interface Lettering {
  /** The words of a box: its text, or what it does. */
  readonly textOf: (entry: Entry) => string;
  readonly kindOf: (entry: Entry) => string;
  /** The words on an arrow, or none. */
  readonly labelOf: (lead: Lead) => string | undefined;
  /** The words on an arrow that several answers share. */
  readonly several: (count: number) => string;
  readonly title: string;
}

const wide = { width: 212, height: 82 } as const;
const narrow = { width: 172, height: 46 } as const;
const margin = 14;
const lettersInLine = { wide: 29, narrow: 23 } as const;
const longestLabel = 24;

/** Kinds that say nothing themselves are drawn small. */
const silent = new Set([
  "branch",
  "call",
  "go",
  "theme",
  "return",
  "callback",
  "withdraw",
  "check-back",
  "erase",
  "tell-team",
]);

/** Draws a dialog as a tree: every node a box that leads to its text, every way on an arrow. */
export function drawDialog(sheet: Sheet, lettering: Lettering): string {
  const first = sheet.dialog?.first ?? "";
  const entries = sheet.entries.toSorted(
    (one, other) => Number(other.id === first) - Number(one.id === first),
  );
  const boxes: readonly Box[] = entries.map(({ id, kind }) => ({
    id,
    ...(silent.has(kind) ? narrow : wide),
  }));
  const known = new Set(boxes.map(({ id }) => id));
  const ways = entries.flatMap((entry) => waysFrom(entry, known));
  const layout = layOut({ boxes, arrows: ways });
  const width = layout.width + 2 * margin;
  const height = layout.height + 2 * margin;
  return [
    `<svg class="tree" role="img" aria-label="${escapeHtml(lettering.title)}" viewBox="${-margin} ${-margin} ${round(width)} ${round(height)}" style="--width: ${Math.ceil(width)}px">`,
    ...layout.arrows.map((path) => drawArrow(path, boxes)),
    ...entries.map((entry) => drawBox(sheet, entry, layout.boxes.get(entry.id), lettering)),
    ...layout.arrows.map((path, at) => drawLabel(path, boxes, ways[at], fansOut(ways, path), lettering)),
    "</svg>",
  ].join("\n");
}

interface Way {
  readonly from: string;
  readonly to: string;
  readonly leads: readonly Lead[];
}

/** The ways from one node, those to the same node as one. */
function waysFrom(entry: Entry, known: ReadonlySet<string>): readonly Way[] {
  const to = new Map<string, Lead[]>();
  for (const lead of entry.leads)
    if (lead.node !== undefined && known.has(lead.node))
      to.set(lead.node, [...(to.get(lead.node) ?? []), lead]);
  return [...to].map(([node, leads]) => ({ from: entry.id, to: node, leads }));
}

/** An arrow needs words only where there is more than one way on. */
function fansOut(ways: readonly Way[], { from }: Path): boolean {
  return ways.filter((way) => way.from === from).length > 1;
}

function drawBox(sheet: Sheet, entry: Entry, at: Point | undefined, lettering: Lettering): string {
  if (at === undefined) return "";
  const small = silent.has(entry.kind);
  const { width, height } = small ? narrow : wide;
  const [x, y] = [round(at.x - width / 2), round(at.y - height / 2)];
  const lines = wrap(
    lettering.textOf(entry),
    small ? lettersInLine.narrow : lettersInLine.wide,
    small ? 1 : 3,
  );
  const text = lines.map(
    (line, index) => `<text x="${x + 12}" y="${y + 36 + index * 15}">${escapeHtml(line)}</text>`,
  );
  return [
    `<a href="#${anchorOf(sheet.id, entry.id)}" class="box ${entry.kind}" data-node="${escapeHtml(entry.id)}">`,
    `<title>${escapeHtml(entry.id)}</title>`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${small ? height / 2 : 9}"/>`,
    `<text class="kind" x="${x + 12}" y="${y + 18}">${escapeHtml(lettering.kindOf(entry))}</text>`,
    ...text,
    "</a>",
  ].join("");
}

function drawArrow({ from, to, back, points }: Path, boxes: readonly Box[]): string {
  const stops = clip(points, from, to, back, boxes);
  const [start, ...rest] = stops;
  if (start === undefined) return "";
  let last = start;
  const curve = rest.map((point) => {
    const half = round((last.y + point.y) / 2);
    const piece = `C ${round(last.x)} ${half} ${round(point.x)} ${half} ${round(point.x)} ${round(point.y)}`;
    last = point;
    return piece;
  });
  const tip = stops.at(-1) ?? start;
  const side = back ? 1 : -1;
  const head = `M ${round(tip.x - 4)} ${round(tip.y + side * 7)} L ${round(tip.x)} ${round(tip.y)} L ${round(tip.x + 4)} ${round(tip.y + side * 7)}`;
  return `<path class="arrow${back ? " back" : ""}" d="M ${round(start.x)} ${round(start.y)} ${curve.join(" ")} ${head}"/>`;
}

/** Lets an arrow begin and end at the edge of its boxes. */
function clip(
  points: readonly Point[],
  from: string,
  to: string,
  back: boolean,
  boxes: readonly Box[],
): readonly Point[] {
  const half = (id: string): number => (boxes.find((box) => box.id === id)?.height ?? 0) / 2;
  const down = back ? -1 : 1;
  return points.map(({ x, y }, at) => ({
    x,
    y: y + (at === 0 ? down * half(from) : at === points.length - 1 ? -down * half(to) : 0),
  }));
}

function drawLabel(
  path: Path,
  boxes: readonly Box[],
  way: Way | undefined,
  needed: boolean,
  lettering: Lettering,
): string {
  if (way === undefined || !needed) return "";
  const labels = way.leads.flatMap((lead) => lettering.labelOf(lead) ?? []);
  const [only] = labels;
  if (only === undefined) return "";
  const words = labels.length === 1 ? only : lettering.several(labels.length);
  const [one, other] = clip(path.points, path.from, path.to, path.back, boxes);
  if (one === undefined || other === undefined) return "";
  // near where it leads, or near where it comes from when it leads back: so labels keep out of each other's way
  const along = path.back ? 0.3 : 0.62;
  const [x, y] = [round(one.x + (other.x - one.x) * along), round(one.y + (other.y - one.y) * along + 3)];
  return `<text class="way" x="${x}" y="${y}" text-anchor="middle"><title>${escapeHtml(labels.join("\n"))}</title>${escapeHtml(shorten(words, longestLabel))}</text>`;
}

/** Breaks a text into lines of about so many letters; what does not fit is left out, and said to be. */
export function wrap(text: string, letters: number, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= letters)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(shorten(word, letters));
  }
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), shorten(`${lines[most - 1]} …`, letters)];
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\s.,;:…]+$/u, "")}…`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
