import { expect, test } from "vitest";
import { goalText, statusLines, tableStatuses } from "../../bin/table-status.ts";
import type { Style } from "../../bin/terminal.ts";
import type { TableState } from "../../runtime/lake.ts";
import { catalog } from "../runtime/server/served-rides.ts";

const plain = (text: string): string => text;
const style: Style = { strong: plain, quiet: plain, blue: plain, coral: (text) => `!${text}!` };
const now = 1_000_000;

const state = (facts: Partial<TableState>): TableState => ({
  table: "rides.trips", kind: "delta", location: "/lake/rides/trips", exists: true, rows: 1200, bytes: 5, files: 3, version: 7, committed: now - 3_500, columns: null, partitionBy: null, ...facts,
});
const withGoal = (freshness: string) => ({
  ...catalog, databases: catalog.databases.map((database) => ({ ...database, tables: database.tables.map((table) => (table.name === "trips" ? { ...table, freshness } : table)) })),
});
const lines = (freshness: string, lag?: number): string[] => statusLines(tableStatuses(withGoal(freshness), [state({})], new Map(lag === undefined ? [] : [["rides.trips", lag]]), now), style, 120, 20);

test("a table within its goal is one quiet line", () => {
  expect(lines("5s", 0)).toEqual(["rides.trips  version 7  1,200 rows  3 files  lag 0  3 s old, goal 5 s"]);
});

test("one older than its goal stands out, unless nothing waits to be written", () => {
  expect(lines("20ms", 5)).toEqual(["rides.trips  version 7  1,200 rows  3 files  lag 5  !3 s old, goal 20 ms!"]);
  expect(lines("20ms")).toEqual(["rides.trips  version 7  1,200 rows  3 files  !3 s old, goal 20 ms!"]);
  expect(lines("20ms", 0)).toEqual(["rides.trips  version 7  1,200 rows  3 files  lag 0  3 s old, goal 20 ms"]);
});

test("beside an age stands the goal, and whether it is past it", () => {
  expect([goalText(3_000, 5_000, false), goalText(6_000, 5_000, false), goalText(6_000, undefined, false)]).toEqual([", goal 5 s", ", past its goal of 5 s", ""]);
  expect([goalText(3_000, 5_000, true), goalText(6_000, 5_000, true)]).toEqual([", goal 5 s", ", goal 5 s: its topic is quiet, or it is behind"]);
});

test("tables without versions have no line; columns are aligned; no line is wider than the terminal", () => {
  const states = [state({ table: "a.b", version: 12, rows: 1, files: 1, committed: now - 86_400_000 * 3 }), state({ table: "rides.by_day", kind: "view", version: null, files: null, committed: null }), state({ rows: null })];
  const statuses = tableStatuses(withGoal("1h"), states, new Map(), now);
  expect(statusLines(statuses, style, 120, 20)).toEqual([
    "rides.trips   version 7  rows unknown  3 files  3 s old, goal 1 h",
    "a.b          version 12         1 row   1 file  3 d old",
  ]);
  expect(statusLines(statuses, style, 30, 20).map((line) => line.length)).toEqual([30, 30]);
  expect(statusLines(statuses, style, 120, 1)).toEqual(["rides.trips  version 7  rows unknown  3 files  3 s old, goal 1 h", "and 1 more table"]);
});
