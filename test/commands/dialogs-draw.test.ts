import { readFileSync } from "node:fs";
import { join } from "node:path";
import { layOut } from "../../src/commands/dialogs-draw/lay-out.ts";
import { writeCatalogue } from "../../src/commands/dialogs-draw/page.ts";
import { wrap } from "../../src/commands/dialogs-draw/picture.ts";
import { loadWording } from "../../src/http/inspect-content.ts";
import { productionContent, root } from "../support/content.ts";

const own = (name: string): string => readFileSync(join(root, "src/commands/dialogs-draw", name), "utf8");
const content = productionContent();

describe("a tree", () => {
  const box = (id: string) => ({ id, width: 100, height: 40 });
  const graph = {
    boxes: ["a", "b", "c", "d"].map(box),
    arrows: [
      { from: "a", to: "b" },
      { from: "a", to: "c" },
      { from: "b", to: "d" },
      { from: "c", to: "d" },
      { from: "a", to: "d" },
      { from: "d", to: "a" },
    ],
  };
  const { boxes, arrows, width, height } = layOut(graph);

  test("leads down, and only what leads back leads up", () => {
    for (const { from, to, back } of arrows)
      expect(Math.sign((boxes.get(to)?.y ?? 0) - (boxes.get(from)?.y ?? 0))).toBe(back ? -1 : 1);
    expect(arrows.filter(({ back }) => back).map(({ from, to }) => from + to)).toEqual(["da"]);
  });

  test("keeps boxes of a layer apart, and all within the picture", () => {
    const [b, c] = [boxes.get("b")!, boxes.get("c")!];
    expect(b.y).toBe(c.y);
    expect(Math.abs(b.x - c.x)).toBeGreaterThan(100);
    for (const { x, y } of boxes.values()) {
      expect(x - 50).toBeGreaterThanOrEqual(-0.001);
      expect(x + 50).toBeLessThanOrEqual(width + 0.001);
      expect(y + 20).toBeLessThanOrEqual(height + 0.001);
    }
  });

  test("leads a long arrow through each layer it passes", () =>
    expect(arrows.find(({ from, to }) => from + to === "ad")?.points).toHaveLength(3));

  test("of every dialog can be laid out without boxes on top of each other", () => {
    for (const dialog of content.book.dialogs.values()) {
      const ids = Object.keys(dialog.nodes);
      const laid = layOut({ boxes: ids.map(box), arrows: ids.slice(1).map((to) => ({ from: ids[0]!, to })) });
      const places = [...laid.boxes.values()].map(({ x, y }) => `${Math.round(x)} ${Math.round(y)}`);
      expect(new Set(places).size).toBe(ids.length);
    }
  });
});

test("a text that does not fit a box says that there is more", () => {
  expect(wrap("een twee drie", 8, 2)).toEqual(["een twee", "drie"]);
  expect(wrap("een twee drie vier vijf", 8, 2)).toEqual(["een twee", "drie …"]);
});

describe("the page", () => {
  const page = writeCatalogue({
    content,
    wording: loadWording(root),
    shown: ["nl", "tr-simple"],
    style: own("catalogue.css"),
    script: own("catalogue.js"),
  });

  test("holds every dialog with a picture, and every text of both locales", () => {
    for (const dialog of content.book.dialogs.values()) expect(page).toContain(`id="${dialog.id}"`);
    for (const locale of ["nl", "tr-simple"] as const) {
      const text = content.files[locale]["sleep-p4"]?.["often"] ?? "missing";
      expect(page).toContain(text.replaceAll("'", "&#39;"));
    }
  });

  test("asks nothing of a network", () =>
    expect(page.match(/(?:src|href)="(?!#)[^"]*"|@import|url\(/g)).toBeNull());

  test("leads nowhere that is not there", () => {
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const dead = [...page.matchAll(/href="#([^"]+)"/g)].map(([, to]) => to).filter((to) => !ids.has(to));
    expect(new Set(dead)).toEqual(new Set());
  });

  test("says of every fact that nobody has reviewed that nobody has", () =>
    expect(page.match(/nog niet nagekeken<\/b>/g)?.length).toBeGreaterThan(200));
});
