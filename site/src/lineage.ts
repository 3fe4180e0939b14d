/**
 * Where the boxes and arrows of a lineage drawing go: tables in layers from left to right, each right of all it reads. In: names and
 * who reads whom. Out: positions and curves; the component only prints them.
 */

export interface Box { readonly name: string; readonly x: number; readonly y: number }
export interface Drawing { readonly width: number; readonly height: number; readonly boxes: readonly Box[]; readonly curves: readonly string[] }
/** `from` is read by `to`. */
export interface Flow { readonly from: string; readonly to: string }

export const boxWidth = 196;
export const boxHeight = 46;
const gapAcross = 76;
const gapDown = 18;
const margin = 2;

/** Lays out the named tables; a flow whose ends are not both among them is left out. */
export function drawLineage(names: readonly string[], flows: readonly Flow[]): Drawing {
  const known = new Set(names);
  const edges = flows.filter((flow) => known.has(flow.from) && known.has(flow.to) && flow.from !== flow.to);
  const layers = ordered(layersOf(names, edges), edges);
  const tallest = Math.max(0, ...layers.map((layer) => layer.length));
  const height = tallest * (boxHeight + gapDown) - gapDown + margin * 2;
  const boxes = layers.flatMap((layer, across) => {
    const free = height - margin * 2 - (layer.length * (boxHeight + gapDown) - gapDown);
    return layer.map((name, down) => ({ name, x: margin + across * (boxWidth + gapAcross), y: margin + free / 2 + down * (boxHeight + gapDown) }));
  });
  const places = new Map(boxes.map((box) => [box.name, box]));
  return { width: layers.length * (boxWidth + gapAcross) - gapAcross + margin * 2, height, boxes, curves: edges.map((edge) => curve(places.get(edge.from), places.get(edge.to))) };
}

/** Each name one layer right of the furthest thing it reads; a circle, which the compiler refuses, would end by the count of names. */
function layersOf(names: readonly string[], edges: readonly Flow[]): string[][] {
  const layer = new Map(names.map((name) => [name, 0]));
  for (let round = 0, moved = true; moved && round < names.length; round += 1) {
    moved = false;
    for (const { from, to } of edges) {
      const least = (layer.get(from) ?? 0) + 1;
      if ((layer.get(to) ?? 0) < least) { layer.set(to, least); moved = true; }
    }
  }
  const layers: string[][] = Array.from({ length: Math.max(-1, ...layer.values()) + 1 }, () => []);
  for (const [name, at] of layer) layers[at]?.push(name);
  return layers;
}

/** Within its layer a box stands near the middle of what it reads, so that few arrows cross. */
function ordered(layers: readonly string[][], edges: readonly Flow[]): string[][] {
  const row = new Map<string, number>();
  return layers.map((layer) => {
    const middle = (name: string): number => {
      const above = edges.filter((edge) => edge.to === name).map((edge) => row.get(edge.from) ?? 0);
      return above.length === 0 ? Number.POSITIVE_INFINITY : above.reduce((sum, at) => sum + at, 0) / above.length;
    };
    const sorted = layer.map((name) => ({ name, middle: middle(name) })).toSorted((a, b) => compare(a.middle, b.middle) || compare(a.name, b.name));
    sorted.forEach(({ name }, at) => row.set(name, at - (sorted.length - 1) / 2));
    return sorted.map(({ name }) => name);
  });
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function curve(from: Box | undefined, to: Box | undefined): string {
  if (from === undefined || to === undefined) throw new Error("an arrow of the lineage drawing has no box");
  const [x1, y1, x2, y2] = [from.x + boxWidth, from.y + boxHeight / 2, to.x - 5, to.y + boxHeight / 2];
  const bend = Math.max(30, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

/** A name short enough for its box, with an ellipsis in the middle where the middle was. */
export function fitted(name: string, letters: number): string {
  return name.length <= letters ? name : `${name.slice(0, Math.ceil((letters - 1) / 2))}…${name.slice(-Math.floor((letters - 1) / 2))}`;
}
