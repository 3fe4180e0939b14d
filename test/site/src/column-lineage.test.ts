import { expect, test } from "vitest";
import { columnBoxWidth, drawColumns, indexFlows, nameOf, traceColumns } from "../../../site/src/column-lineage.ts";
import type { ColumnFlow, How, Place } from "../../../site/src/column-lineage.ts";

const place = (name: string): Place => ({ table: name.slice(0, name.lastIndexOf(".")), column: name.slice(name.lastIndexOf(".") + 1) });
const flow = (from: string, to: string, how: How = "copied"): ColumnFlow => ({ from: place(from), to: place(to), how });

/** `a.x` and `a.y` make `b.p` and `b.q`, which make `c.r`; nothing of `d` meets `b`. */
const flows = indexFlows([flow("d.a.x", "d.b.p"), flow("d.a.y", "d.b.q", "computed"), flow("d.a.x", "d.b.q", "tested"), flow("d.b.p", "d.c.r", "aggregated"), flow("d.a.y", "d.d.z")]);
const traced = traceColumns(flows, [place("d.b.p"), place("d.b.q")]);

test("columns are followed up and down, each by its number, and what only their sources lead to is left out", () => {
  expect(traced.map(({ flow: { from, to, how }, of }) => `${nameOf(from)} ${nameOf(to)} ${how} ${[...of].join(" ")}`)).toEqual([
    "d.a.x d.b.p copied 0", "d.b.p d.c.r aggregated 0", "d.a.y d.b.q computed 1", "d.a.x d.b.q tested 1",
  ]);
});

test("tables stand right of what they read, without touching; lines and curves bear the numbers they belong to", () => {
  const { boxes, curves, width, height, left } = drawColumns("d.b", traced, 12);
  expect(left).toBe(0);
  expect(boxes.map((box) => [box.table, box.lines.map(({ column, of }) => `${column} ${of.join(" ")}`)])).toEqual([["d.a", ["x 0 1", "y 1"]], ["d.b", ["p 0", "q 1"]], ["d.c", ["r 0"]]]);
  for (const [at, box] of boxes.entries()) {
    expect(box.x + columnBoxWidth).toBeLessThanOrEqual(width);
    expect(box.y + box.height).toBeLessThanOrEqual(height);
    if (at > 0) expect(box.x).toBeGreaterThan((boxes[at - 1]?.x ?? 0) + columnBoxWidth);
    for (const line of box.lines) expect(line.y > box.y && line.y < box.y + box.height).toBe(true);
  }
  expect(curves.map(({ how, of }) => `${how} ${of.join(" ")}`)).toEqual(["copied 0", "aggregated 0", "computed 1", "tested 1"]);
});

test("what there is no room for is counted, and circles end", () => {
  expect(drawColumns("d.b", traced, 1)).toMatchObject({ left: 1, boxes: [{ table: "d.a" }, { table: "d.b" }] });
  const circle = indexFlows([flow("d.a.x", "d.b.p"), flow("d.b.p", "d.a.x")]);
  expect(drawColumns("d.a", traceColumns(circle, [place("d.a.x")]), 12).boxes).toHaveLength(2);
  expect(drawColumns("d.a", [], 12)).toMatchObject({ curves: [], left: 0 });
});
