/**
 * Where the boxes and arrows of a lineage drawing go: tables in layers from left to right, each right of all it reads. In: names and
 * who reads whom. Out: positions and curves; the component only prints them. After Sugiyama: an arrow over several layers gets a
 * narrow lane in each layer it crosses, so that it never runs behind a box.
 */

export interface Box { readonly name: string; readonly x: number; readonly y: number }
export interface Drawing { readonly width: number; readonly height: number; readonly boxes: readonly Box[]; readonly curves: readonly string[] }
/** `from` is read by `to`. */
export interface Flow { readonly from: string; readonly to: string }

export const boxWidth = 196;
export const boxHeight = 46;
const laneHeight = 8;
const gapAcross = 76;
const gapDown = 18;
const margin = 2;

/** A box, or a lane of an arrow through one layer. */
interface Slot { readonly name: string; readonly lane: boolean }
/** What an arrow passes on its way: a box, lanes, a box. */
type Route = readonly string[];

/** Lays out the named tables; a flow whose ends are not both among them is left out. */
export function drawLineage(names: readonly string[], flows: readonly Flow[]): Drawing {
  const known = new Set(names);
  const edges = flows.filter((flow) => known.has(flow.from) && known.has(flow.to) && flow.from !== flow.to);
  const layerOf = layersOf(names.toSorted(), edges);
  const layers: Slot[][] = Array.from({ length: Math.max(-1, ...layerOf.values()) + 1 }, () => []);
  for (const [name, layer] of layerOf) layers[layer]?.push({ name, lane: false });
  const routes = edges.map((edge): Route => [edge.from, ...addLanes(edge, layerOf, layers), edge.to]);
  const placed = place(layers.map(inOrder(routes)));
  const height = Math.max(0, ...placed.map(({ y, slot }) => y + heightOf(slot))) + margin;
  const at = new Map(placed.map((each) => [each.slot.name, each]));
  return {
    width: layers.length * (boxWidth + gapAcross) - gapAcross + margin * 2,
    height,
    boxes: placed.filter(({ slot }) => !slot.lane).map(({ slot, x, y }) => ({ name: slot.name, x, y })),
    curves: routes.map((route) => curve(route.map((name) => at.get(name)))),
  };
}

/** Each name one layer right of the furthest thing it reads; a circle, which the compiler refuses, ends by the count of names. */
function layersOf(names: readonly string[], edges: readonly Flow[]): Map<string, number> {
  const layer = new Map(names.map((name) => [name, 0]));
  for (let round = 0, moved = true; moved && round < names.length; round += 1) {
    moved = false;
    for (const { from, to } of edges) {
      const least = (layer.get(from) ?? 0) + 1;
      if ((layer.get(to) ?? 0) < least) { layer.set(to, least); moved = true; }
    }
  }
  return layer;
}

function addLanes({ from, to }: Flow, layerOf: ReadonlyMap<string, number>, layers: Slot[][]): string[] {
  const lanes: string[] = [];
  for (let layer = (layerOf.get(from) ?? 0) + 1; layer < (layerOf.get(to) ?? 0); layer += 1) {
    const name = `${from} > ${to} at ${layer}`;
    layers[layer]?.push({ name, lane: true });
    lanes.push(name);
  }
  return lanes;
}

/** Orders one layer after another: a slot stands near the middle of what leads to it, so that few arrows cross. */
function inOrder(routes: readonly Route[]): (layer: readonly Slot[]) => readonly Slot[] {
  const before = new Map<string, string[]>();
  for (const route of routes) route.forEach((name, at) => { if (at > 0) before.set(name, [...before.get(name) ?? [], route[at - 1] ?? ""]); });
  const row = new Map<string, number>();
  return (layer) => {
    const middle = ({ name }: Slot): number => {
      const rows = (before.get(name) ?? []).map((each) => row.get(each) ?? 0);
      return rows.length === 0 ? Number.POSITIVE_INFINITY : rows.reduce((sum, at) => sum + at, 0) / rows.length;
    };
    const sorted = layer.toSorted((a, b) => compare(middle(a), middle(b)) || compare(a.name, b.name));
    sorted.forEach(({ name }, at) => row.set(name, at - (sorted.length - 1) / 2));
    return sorted;
  };
}

interface Placed { readonly slot: Slot; readonly x: number; readonly y: number }

/** Layers side by side, each centred on the tallest. */
function place(layers: readonly (readonly Slot[])[]): Placed[] {
  const heights = layers.map((layer) => layer.reduce((sum, slot) => sum + heightOf(slot) + gapDown, -gapDown));
  const tallest = Math.max(0, ...heights);
  return layers.flatMap((layer, across) => {
    let y = margin + (tallest - (heights[across] ?? 0)) / 2;
    return layer.map((slot) => {
      const placed = { slot, x: margin + across * (boxWidth + gapAcross), y };
      y += heightOf(slot) + gapDown;
      return placed;
    });
  });
}

function heightOf(slot: Slot): number {
  return slot.lane ? laneHeight : boxHeight;
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** From the right edge of the first box, straight through each lane, to the left edge of the last box. */
function curve(stops: readonly (Placed | undefined)[]): string {
  return stops.slice(1).map((to, at) => {
    const from = stops[at];
    if (from === undefined || to === undefined) throw new Error("an arrow of the lineage drawing has no box");
    const last = at === stops.length - 2;
    const [x1, y1, x2, y2] = [from.x + boxWidth, from.y + heightOf(from.slot) / 2, to.x - (last ? 5 : 0), to.y + heightOf(to.slot) / 2];
    const bend = (x2 - x1) / 2;
    return `${at === 0 ? `M${x1} ${y1}` : ""}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}${last ? "" : `H${to.x + boxWidth}`}`;
  }).join("");
}

/** A name short enough for its box, with an ellipsis in the middle where the middle was. */
export function fitted(name: string, letters: number): string {
  return name.length <= letters ? name : `${name.slice(0, Math.ceil((letters - 1) / 2))}…${name.slice(-Math.floor((letters - 1) / 2))}`;
}
