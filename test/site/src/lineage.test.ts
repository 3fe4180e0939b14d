import { expect, test } from "vitest";
import { boxHeight, boxWidth, drawLineage, fitted } from "../../../site/src/lineage.ts";

const flows = [["a", "c"], ["b", "c"], ["c", "d"], ["a", "d"]].map(([from = "", to = ""]) => ({ from, to }));

test("each table stands right of all it reads, and boxes never overlap", () => {
  const { boxes, curves, width, height } = drawLineage(["d", "c", "b", "a"], flows);
  const at = new Map(boxes.map((box) => [box.name, box]));
  for (const { from, to } of flows) expect(at.get(from)?.x).toBeLessThan((at.get(to)?.x ?? 0) - boxWidth);
  for (const one of boxes) {
    expect(one.x + boxWidth).toBeLessThanOrEqual(width);
    expect(one.y + boxHeight).toBeLessThanOrEqual(height);
    for (const other of boxes) if (one !== other && one.x === other.x) expect(Math.abs(one.y - other.y)).toBeGreaterThan(boxHeight);
  }
  expect(curves).toHaveLength(4);
});

test("an arrow over several layers keeps clear of the boxes between", () => {
  const { boxes, curves } = drawLineage(["a", "b", "c"], [{ from: "a", to: "b" }, { from: "b", to: "c" }, { from: "a", to: "c" }]);
  const between = boxes.find(({ name }) => name === "b");
  const lane = /C[\d. -]+ (\d+(?:\.\d+)?)H/.exec(curves[2] ?? "")?.[1];
  expect(Number(lane) < (between?.y ?? 0) || Number(lane) > (between?.y ?? 0) + boxHeight).toBe(true);
});

test("arrows from tables that are not drawn are left out, and a circle comes to an end", () => {
  expect(drawLineage(["a"], flows)).toMatchObject({ curves: [], boxes: [{ name: "a" }] });
  expect(drawLineage(["a", "b"], [{ from: "a", to: "b" }, { from: "b", to: "a" }]).boxes).toHaveLength(2);
  expect(drawLineage([], [])).toMatchObject({ boxes: [], curves: [] });
});

test("the order of the names does not change the drawing", () => {
  expect(drawLineage(["a", "b", "c", "d"], flows).boxes.toSorted((x, y) => (x.name < y.name ? -1 : 1))).toEqual(drawLineage(["d", "b", "a", "c"], flows).boxes.toSorted((x, y) => (x.name < y.name ? -1 : 1)));
});

test("a long name loses its middle", () => {
  expect(fitted("busiest_routes", 20)).toBe("busiest_routes");
  expect(fitted("a_very_long_name_indeed", 11)).toBe("a_ver…ndeed");
});
