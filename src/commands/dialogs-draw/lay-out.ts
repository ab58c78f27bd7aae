/** What is to be drawn: boxes of a size, and the arrows between them. The first box stands on top. */
export interface Graph {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** Where everything goes; `x` and `y` are the middle of a box, and an arrow runs through its points. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Point>;
  readonly arrows: readonly Path[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Path {
  readonly from: string;
  readonly to: string;
  /** True for an arrow that leads back up. */
  readonly back: boolean;
  readonly points: readonly Point[];
}

const gap = { x: 22, y: 54 } as const;
/** The room an arrow takes where it passes a layer without a box. */
const laneWidth = 34;
const sweeps = 12;

/**
 * Lays boxes out in layers, top to bottom, so that arrows point down and cross little.
 *
 * The known way in four steps: turn arrows that lead back, put each box below all that lead to it, let long
 * arrows pass each layer in a lane of their own, and sort each layer by the mean place of what it hangs on. Then
 * boxes move towards the mean of their neighbours as far as those beside them let them.
 */
export function layOut(graph: Graph): Layout {
  const back = backArrows(graph);
  const turned = graph.arrows.map((arrow, at) => (back.has(at) ? { from: arrow.to, to: arrow.from } : arrow));
  const layerOf = layersOf(graph.boxes, turned);
  const { items, links, lanes } = withLanes(graph.boxes, turned, layerOf);
  const rows = sorted(rowsOf(items), links);
  const xs = spread(rows, links);
  const ys = heights(rows);
  const at = (id: string): Point => ({ x: xs.get(id) ?? 0, y: ys.get(layerOfItem(items, id)) ?? 0 });
  return {
    width: Math.max(0, ...items.map(({ id, width }) => (xs.get(id) ?? 0) + width / 2)),
    height: Math.max(0, ...rows.map((row, layer) => (ys.get(layer) ?? 0) + tallest(row) / 2)),
    boxes: new Map(graph.boxes.map(({ id }) => [id, at(id)])),
    arrows: graph.arrows.map(({ from, to }, index) => {
      const through = (lanes[index] ?? []).map(at);
      const isBack = back.has(index);
      return {
        from,
        to,
        back: isBack,
        points: [at(from), ...(isBack ? through.toReversed() : through), at(to)],
      };
    }),
  };
}

interface Item extends Box {
  readonly layer: number;
}

interface Link {
  readonly from: string;
  readonly to: string;
}

/** The arrows that lead to a box one came from, found by walking from the first box. */
function backArrows({ boxes, arrows }: Graph): ReadonlySet<number> {
  const found = new Set<number>();
  const done = new Set<string>();
  const walk = (id: string, above: ReadonlySet<string>): void => {
    if (done.has(id)) return;
    done.add(id);
    const path = new Set([...above, id]);
    arrows.forEach(({ from, to }, at) => {
      if (from !== id) return;
      if (path.has(to)) found.add(at);
      else walk(to, path);
    });
  };
  for (const { id } of boxes) walk(id, new Set());
  return found;
}

/** Puts each box one layer below the lowest that leads to it. */
function layersOf(boxes: readonly Box[], arrows: readonly Arrow[]): ReadonlyMap<string, number> {
  const layers = new Map(boxes.map(({ id }) => [id, 0]));
  for (let round = 0; round < boxes.length; round += 1) {
    const lower = arrows.filter(({ from, to }) => (layers.get(to) ?? 0) <= (layers.get(from) ?? 0));
    if (lower.length === 0) break;
    for (const { from, to } of lower)
      layers.set(to, Math.max(layers.get(to) ?? 0, (layers.get(from) ?? 0) + 1));
  }
  return layers;
}

function withLanes(
  boxes: readonly Box[],
  arrows: readonly Arrow[],
  layerOf: ReadonlyMap<string, number>,
): { readonly items: readonly Item[]; readonly links: readonly Link[]; readonly lanes: readonly string[][] } {
  const items: Item[] = boxes.map((box) => ({ ...box, layer: layerOf.get(box.id) ?? 0 }));
  const links: Link[] = [];
  const lanes = arrows.map(({ from, to }, at) => {
    const [top, bottom] = [layerOf.get(from) ?? 0, layerOf.get(to) ?? 0];
    const lane: string[] = [];
    for (let layer = top + 1; layer < bottom; layer += 1) {
      lane.push(`lane ${at} ${layer}`);
      items.push({ id: `lane ${at} ${layer}`, width: laneWidth, height: 0, layer });
    }
    const stops = [from, ...lane, to];
    for (const [index, stop] of stops.slice(1).entries())
      links.push({ from: stops[index] ?? from, to: stop });
    return lane;
  });
  return { items, links, lanes };
}

function rowsOf(items: readonly Item[]): readonly (readonly Item[])[] {
  const deepest = Math.max(0, ...items.map(({ layer }) => layer));
  return Array.from({ length: deepest + 1 }, (_, layer) => items.filter((item) => item.layer === layer));
}

/** Sorts each row by the mean place of its neighbours above, then below, again and again. */
function sorted(rows: readonly (readonly Item[])[], links: readonly Link[]): readonly (readonly Item[])[] {
  const now = rows.map((row) => [...row]);
  const { above, below } = neighbours(links);
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const order = new Map(now.flatMap((row) => row.map(({ id }, at) => [id, at] as const)));
    const beside = sweep % 2 === 0 ? above : below;
    for (const row of now) {
      const key = new Map(
        row.map(({ id }) => [
          id,
          mean(
            (beside.get(id) ?? []).map((other) => order.get(other) ?? 0),
            order.get(id) ?? 0,
          ),
        ]),
      );
      row.sort((one, other) => (key.get(one.id) ?? 0) - (key.get(other.id) ?? 0));
      for (const [at, { id }] of row.entries()) order.set(id, at);
    }
  }
  return now;
}

/** Gives each item a place from left to right, near its neighbours and clear of those beside it. */
function spread(rows: readonly (readonly Item[])[], links: readonly Link[]): ReadonlyMap<string, number> {
  const { above, below } = neighbours(links);
  const xs = new Map<string, number>();
  for (const row of rows)
    place(
      row,
      row.map(() => 0),
      xs,
    );
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    for (const row of sweep % 2 === 0 ? rows : rows.toReversed()) {
      const wanted = row.map(({ id }) => {
        const beside = [...(above.get(id) ?? []), ...(below.get(id) ?? [])];
        return mean(
          beside.map((other) => xs.get(other) ?? 0),
          xs.get(id) ?? 0,
        );
      });
      place(row, wanted, xs);
    }
  }
  const left = Math.min(...rows.flat().map(({ id, width }) => (xs.get(id) ?? 0) - width / 2));
  for (const [id, x] of xs) xs.set(id, x - left);
  return xs;
}

/** Places a row as near to what is wanted as its order lets it, the whole row centred on the mean wish. */
function place(row: readonly Item[], wanted: readonly number[], xs: Map<string, number>): void {
  let edge = Number.NEGATIVE_INFINITY;
  const placed = row.map(({ width }, at) => {
    const x = Math.max(wanted[at] ?? 0, edge + width / 2);
    edge = x + width / 2 + gap.x;
    return x;
  });
  const shift = mean(
    placed.map((x, at) => (wanted[at] ?? 0) - x),
    0,
  );
  for (const [at, { id }] of row.entries()) xs.set(id, (placed[at] ?? 0) + shift);
}

function heights(rows: readonly (readonly Item[])[]): ReadonlyMap<number, number> {
  let top = 0;
  return new Map(
    rows.map((row, layer) => {
      const y = top + tallest(row) / 2;
      top += tallest(row) + gap.y;
      return [layer, y] as const;
    }),
  );
}

function tallest(row: readonly Item[]): number {
  return Math.max(0, ...row.map(({ height }) => height));
}

function layerOfItem(items: readonly Item[], id: string): number {
  return items.find((item) => item.id === id)?.layer ?? 0;
}

function neighbours(links: readonly Link[]): {
  readonly above: ReadonlyMap<string, readonly string[]>;
  readonly below: ReadonlyMap<string, readonly string[]>;
} {
  const above = new Map<string, string[]>();
  const below = new Map<string, string[]>();
  for (const { from, to } of links) {
    above.set(to, [...(above.get(to) ?? []), from]);
    below.set(from, [...(below.get(from) ?? []), to]);
  }
  return { above, below };
}

function mean(numbers: readonly number[], otherwise: number): number {
  return numbers.length === 0 ? otherwise : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
