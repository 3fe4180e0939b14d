/**
 * Follows the columns of one table up to what they are made of and down to what is made of them, and says where the drawing of it goes: tables as boxes with a line for each column,
 * left of all that reads them. Each line and each curve bears the numbers of those columns of the table that it belongs to, so that a reader can follow one.
 */
export type How = "copied" | "computed" | "aggregated" | "tested";
export interface Place { readonly table: string; readonly column: string }
/** `from` is a source of `to`. */
export interface ColumnFlow { readonly from: Place; readonly to: Place; readonly how: How; readonly masked?: string }

/** Flows by what they lead to and by what they come from, both as `table.column`. */
export interface FlowIndex { readonly into: ReadonlyMap<string, readonly ColumnFlow[]>; readonly outOf: ReadonlyMap<string, readonly ColumnFlow[]> }

export function indexFlows(flows: readonly ColumnFlow[]): FlowIndex {
  return { into: Map.groupBy(flows, ({ to }) => nameOf(to)), outOf: Map.groupBy(flows, ({ from }) => nameOf(from)) };
}

/** `rides.trips.fare`. */
export function nameOf({ table, column }: Place): string {
  return `${table}.${column}`;
}

/** A flow, and the numbers of the columns it belongs to. */
export interface Traced { readonly flow: ColumnFlow; readonly of: ReadonlySet<number> }

/** All flows above and below the columns, nearest first. */
export function traceColumns({ into, outOf }: FlowIndex, columns: readonly Place[]): Traced[] {
  const found = new Map<ColumnFlow, Set<number>>();
  for (const [number, column] of columns.entries()) {
    for (const [flows, end] of [[into, "from"], [outOf, "to"]] as const) {
      const met = new Map([[nameOf(column), column]]);
      // A map that grows is walked to its end.
      for (const place of met.values()) {
        for (const flow of flows.get(nameOf(place)) ?? []) {
          found.set(flow, (found.get(flow) ?? new Set()).add(number));
          if (!met.has(nameOf(flow[end]))) met.set(nameOf(flow[end]), flow[end]);
        }
      }
    }
  }
  return [...found].map(([flow, of]) => ({ flow, of }));
}

export interface Line { readonly column: string; readonly y: number; readonly of: readonly number[] }
export interface ColumnBox { readonly table: string; readonly x: number; readonly y: number; readonly height: number; readonly lines: readonly Line[] }
export interface ColumnCurve { readonly path: string; readonly how: How; readonly of: readonly number[] }
export interface ColumnDrawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly ColumnBox[];
  readonly curves: readonly ColumnCurve[];
  /** Tables there was no room for. */
  readonly left: number;
}

export const columnBoxWidth = 214;
export const headHeight = 40;
export const lineHeight = 22;
const foot = 8;
const gapAcross = 84;
const gapDown = 20;
const margin = 2;

/** Lays out what was traced from the columns of `me`, with as many other tables as there is room for. */
export function drawColumns(me: string, traced: readonly Traced[], tablesMost: number): ColumnDrawing {
  const all = [...new Set(traced.flatMap(({ flow }) => [flow.from.table, flow.to.table]))].filter((table) => table !== me);
  const kept = new Set([me, ...all.slice(0, tablesMost)]);
  const flows = traced.filter(({ flow }) => kept.has(flow.from.table) && kept.has(flow.to.table));
  const lines = linesOf(flows);
  const layer = layersOf([...kept], flows);
  const byLayer = Map.groupBy([...kept], (table) => layer.get(table) ?? 0);
  const columns = [...byLayer].sort(([a], [b]) => a - b).map(([, tables]) => tables.sort());
  const heightOf = (table: string): number => headHeight + (lines.get(table)?.size ?? 0) * lineHeight + foot;
  const heights = columns.map((tables) => tables.reduce((sum, table) => sum + heightOf(table) + gapDown, -gapDown));
  const tallest = Math.max(0, ...heights);
  const boxes = columns.flatMap((tables, across) => {
    let y = margin + (tallest - (heights[across] ?? 0)) / 2;
    return tables.map((table): ColumnBox => {
      const box = { table, x: margin + across * (columnBoxWidth + gapAcross), y, height: heightOf(table), lines: [...lines.get(table) ?? []].map(([column, of], at) => ({ column, y: y + headHeight + at * lineHeight + lineHeight / 2, of: [...of].sort((a, b) => a - b) })) };
      y += box.height + gapDown;
      return box;
    });
  });
  const at = new Map<string, Point>(boxes.flatMap((box) => box.lines.map((line) => [`${box.table}.${line.column}`, { x: box.x, y: line.y }] as const)));
  return {
    width: columns.length * (columnBoxWidth + gapAcross) - gapAcross + margin * 2,
    height: tallest + margin * 2,
    boxes,
    curves: flows.map(({ flow, of }) => ({ path: curve(at.get(nameOf(flow.from)), at.get(nameOf(flow.to))), how: flow.how, of: [...of].sort((a, b) => a - b) })),
    left: all.length - (kept.size - 1),
  };
}

/** The columns that are drawn of each table, in order of name, with the numbers they belong to. */
function linesOf(flows: readonly Traced[]): ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<number>>> {
  const tables = new Map<string, Map<string, Set<number>>>();
  const places = flows.flatMap(({ flow, of }) => [[flow.from, of], [flow.to, of]] as const).sort(([a], [b]) => (nameOf(a) < nameOf(b) ? -1 : 1));
  for (const [{ table, column }, of] of places) {
    const columns = tables.get(table) ?? new Map<string, Set<number>>();
    tables.set(table, columns);
    const numbers = columns.get(column) ?? new Set<number>();
    columns.set(column, numbers);
    for (const number of of) numbers.add(number);
  }
  return tables;
}

/** Each table one layer right of the furthest that it reads. */
function layersOf(tables: readonly string[], flows: readonly Traced[]): ReadonlyMap<string, number> {
  const layer = new Map(tables.map((table) => [table, 0]));
  for (let round = 0, moved = true; moved && round < tables.length; round += 1) {
    moved = false;
    for (const { flow } of flows) {
      const least = (layer.get(flow.from.table) ?? 0) + 1;
      if ((layer.get(flow.to.table) ?? 0) < least) { layer.set(flow.to.table, least); moved = true; }
    }
  }
  return layer;
}

interface Point { readonly x: number; readonly y: number }

function curve(from: Point | undefined, to: Point | undefined): string {
  if (from === undefined || to === undefined) throw new Error("a curve of the lineage drawing has no line to end at");
  const [x1, x2] = [from.x + columnBoxWidth, to.x];
  const bend = Math.max(28, (x2 - x1) / 2);
  return `M${x1} ${from.y}C${x1 + bend} ${from.y} ${x2 - bend} ${to.y} ${x2} ${to.y}`;
}
