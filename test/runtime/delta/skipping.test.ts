import { describe, expect, test } from "vitest";
import { liveFilesOf, withAdded, withChanges } from "../../../runtime/delta/actions/live-files.ts";
import type { AddFile } from "../../../runtime/delta/actions/actions.ts";
import type { ColumnTest } from "../../../runtime/delta/engine.ts";
import { filesFor } from "../../../runtime/delta/statistics/skipping.ts";
import { columnsOf } from "../../../runtime/delta/schema/types.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";

interface Given { readonly type?: string; readonly stats?: unknown; readonly partition?: string | null; readonly physical?: string }

/** Whether a file with these statistics of its column `x` is kept for a test. */
function kept({ type = "long", stats, partition, physical = "x" }: Given, asked: ColumnTest["test"], ...values: readonly ColumnTest["values"][number][]): boolean {
  const columns = columnsOf(JSON.stringify({ type: "struct", fields: [{ name: "x", type, nullable: true, metadata: {} }] }));
  const file: AddFile = { path: "a", size: 1, modificationTime: 0, dataChange: true, partitionValues: partition === undefined ? {} : { [physical]: partition }, ...(stats === undefined ? {} : { stats: typeof stats === "string" ? stats : JSON.stringify(stats) }) };
  const snapshot = { columns, physical: columns.map((column) => ({ ...column, name: physical })), partitionColumns: partition === undefined ? [] : ["x"], files: liveFilesOf([file]) } as unknown as Snapshot;
  return filesFor(snapshot, [{ column: "X", test: asked, values }])?.length !== 0;
}

test("of many files in blocks those are chosen that are live and may hold a row", () => {
  const columns = columnsOf(JSON.stringify({ type: "struct", fields: [{ name: "x", type: "long", nullable: true, metadata: {} }, { name: "p", type: "long", nullable: true, metadata: {} }] }));
  const file = (id: number): AddFile => ({ path: `f${id}`, size: 1, modificationTime: 0, dataChange: true, partitionValues: { p: String(id % 3) }, stats: JSON.stringify(within(id * 10, id * 10 + 9)) });
  const all = liveFilesOf(Array.from({ length: 3_000 }, (_, id) => file(id)));
  const files = withAdded(withChanges(all, new Map([["f7", undefined]])), [file(3_000), file(3_001)]);
  const chosen = (test: ColumnTest["test"], value: number, partition?: number): string[] | undefined =>
    filesFor({ columns, physical: columns, partitionColumns: ["p"], files } as unknown as Snapshot, [{ column: "x", test, values: [whole(value)] }, ...(partition === undefined ? [] : [{ column: "p", test: "=" as const, values: [whole(partition)] }])])?.map(({ path }) => path);
  for (const _ of [1, 2]) {
    expect(chosen("=", 75)).toEqual([]);
    expect(chosen("<", 81)).toEqual(["f0", "f1", "f2", "f3", "f4", "f5", "f6", "f8"]);
    expect(chosen("<", 81, 2)).toEqual(["f2", "f5", "f8"]);
    expect(chosen(">=", 29_995)).toEqual(["f2999", "f3000", "f3001"]);
  }
});

const whole = (text: string | number) => ({ type: "whole", text: String(text) }) as const;
const number = (text: string | number) => ({ type: "number", text: String(text) }) as const;
const text = (value: string) => ({ type: "text", text: value }) as const;
const within = (min: unknown, max: unknown, more: object = {}) => ({ numRecords: 10, minValues: { x: min }, maxValues: { x: max }, nullCount: { x: 0 }, ...more });

describe("a file is left out when statistics are sure", () => {
  test("of whole numbers, on either side of each bound", () => {
    const given = { stats: within(10, 20) };
    const answers = (asked: ColumnTest["test"]) => [9, 10, 15, 20, 21].map((value) => kept(given, asked, whole(value)));
    expect(answers("=")).toEqual([false, true, true, true, false]);
    expect(answers("<")).toEqual([false, false, true, true, true]);
    expect(answers("<=")).toEqual([false, true, true, true, true]);
    expect(answers(">")).toEqual([true, true, true, false, false]);
    expect(answers(">=")).toEqual([true, true, true, true, false]);
    expect(kept(given, "in", whole(1), whole(30))).toBe(false);
    expect(kept(given, "in", whole(1), whole(12))).toBe(true);
  });

  test("of numbers beyond 2^53, to the last digit", () => {
    const given = { stats: '{"numRecords":1,"minValues":{"x":9007199254740993},"maxValues":{"x":9007199254740993}}' };
    expect(["9007199254740992", "9007199254740993", "9007199254740994"].map((value) => kept(given, "=", whole(value)))).toEqual([false, true, false]);
  });

  test("of nulls", () => {
    const nulls = (count: number) => ({ stats: { numRecords: 10, nullCount: { x: count } } });
    expect([0, 3, 10].map((count) => kept(nulls(count), "is null"))).toEqual([false, true, true]);
    expect([0, 3, 10].map((count) => kept(nulls(count), "is not null"))).toEqual([true, true, false]);
    expect([0, 3, 10].map((count) => kept(nulls(count), "=", whole(1)))).toEqual([true, true, false]);
  });

  test("of days, times and texts", () => {
    expect(["2026-07-31", "2026-08-01", "2026-08-03"].map((day) => kept({ type: "date", stats: within("2026-08-01", "2026-08-02") }, "=", text(day)))).toEqual([false, true, false]);
    expect(["a", "b", "bz", "cz"].map((value) => kept({ type: "string", stats: within("b", "c") }, "=", text(value)))).toEqual([false, true, true, false]);
    // In the order of bytes and not of UTF-16.
    expect(kept({ type: "string", stats: within("\u{FFFD}", "\u{1F600}") }, "=", text("\u{1F5FF}"))).toBe(true);
  });

  test("by partition values, exactly", () => {
    expect(["6", "7"].map((value) => kept({ partition: "7" }, "=", whole(value)))).toEqual([false, true]);
    expect([kept({ partition: null }, "is null"), kept({ partition: "" }, "is null"), kept({ partition: "7" }, "is null"), kept({ partition: null }, "=", whole(7))]).toEqual([true, true, false, false]);
    expect(kept({ type: "timestamp", partition: "2026-08-01 12:00:00" }, "=", text("2026-08-01T12:00:00.000001Z"))).toBe(false);
    expect(kept({ type: "string", partition: "a", physical: "col-1" }, "=", text("b"))).toBe(false);
  });

  test("by the names that files have", () => {
    const stats = { numRecords: 1, minValues: { "col-1": 1, x: 5 }, maxValues: { "col-1": 1, x: 5 } };
    expect([kept({ physical: "col-1", stats }, "=", whole(1)), kept({ physical: "col-1", stats }, "=", whole(5))]).toEqual([true, false]);
  });
});

describe("a file stays where they are not", () => {
  test.each<[string, Given, ColumnTest["test"], ColumnTest["values"]]>([
    ["no statistics", {}, "=", [whole(1)]],
    ["no bounds", { stats: { numRecords: 1 } }, "=", [whole(1)]],
    ["statistics that are no JSON", { stats: "{" }, "=", [whole(1)]],
    ["statistics that are no record", { stats: "[1]" }, "=", [whole(1)]],
    ["bounds that are no record", { stats: { numRecords: 1, minValues: 5, maxValues: 6 } }, "=", [whole(9)]],
    ["bounds of another type", { stats: within("5", "6") }, "=", [whole(9)]],
    ["bounds with a fraction for a whole number", { stats: within(1.5, 2.5) }, ">", [whole(2)]],
    ["a value of another type", { stats: within(5, 6) }, "=", [text("9")]],
    ["a null count that is none", { stats: { nullCount: { x: "0" } } }, "is null", []],
    ["NaN, which is above all and in no bounds", { type: "double", stats: within(1, 2) }, ">", [number(5)]],
    ["single precision", { type: "double", stats: within(0.1, 0.1) }, "=", [number(Math.fround(0.1))]],
    ["a time cut to milliseconds", { type: "timestamp", stats: within("2026-08-01T00:00:00.000Z", "2026-08-01T00:00:00.123Z") }, "=", [text("2026-08-01T00:00:00.123999Z")]],
    ["a time without zone, of nobody knows whose clock", { type: "timestamp", stats: within("2026-08-01T00:00:00", "2026-08-01T00:00:01") }, "=", [text("2026-08-02T00:00:00Z")]],
    ["a text that was cut and not rounded up", { type: "string", stats: within("a".repeat(32), "a".repeat(32)) }, "=", [text(`${"a".repeat(32)}b`)]],
    ["a type without order", { type: "boolean", stats: within(true, true) }, "=", [text("false")]],
    ["a partition value that is none of its type", { partition: "seven" }, "=", [whole(7)]],
  ])("%s", (_name, given, asked, values) => {
    expect(kept(given, asked, ...values)).toBe(true);
  });
});
