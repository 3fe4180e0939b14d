/**
 * A point query on two columns after z-order: how many files would be opened, by the same reading of minima and maxima, of our layout and of delta-rs's, at one size of a file. Both start from the same table,
 * whose rows lie in no order; both keep statistics of both columns.
 */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import type { ColumnTest } from "../../runtime/delta/engine.ts";
import { readSnapshot } from "../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../runtime/delta/snapshot/snapshot.ts";
import { filesFor } from "../../runtime/delta/statistics/skipping.ts";
import { openEngine } from "../../runtime/query/engine.ts";
import { openFiles } from "../../runtime/storage/files.ts";
import { rounded } from "./append/rides.ts";
import { copyTable, makeTable, optimizers, sumsOf } from "./optimize/optimizers.ts";
import type { WriteFile } from "./optimize/optimizers.ts";

const rows = Number(process.env["BENCH_ROWS"] ?? 4_000_000);
const files = 16;
const targetBytes = 2 ** 20;
const points = 500;
const goals = { ofDeltaRs: 1 };

/** What the two columns of an order are: numbers and names, of which some are frequent, and times. */
const columns: readonly NamedType[] = [
  { name: "id", type: { kind: "int64" }, nullable: false },
  { name: "rider", type: { kind: "int32" }, nullable: true },
  { name: "town", type: { kind: "text" }, nullable: true },
  { name: "seen_at", type: { kind: "timestamp" }, nullable: false },
];
const select = "i AS id, CASE WHEN i % 100 > 0 THEN CAST(hash(i) % 50000 AS INTEGER) END AS rider, CASE WHEN i % 50 > 0 THEN 'town ' || CAST(floor(sqrt(hash(i * 31) % 4000000)) AS INTEGER) END AS town, TIMESTAMPTZ '2026-01-01 00:00:00Z' + to_seconds(hash(i * 7) % 31536000) AS seen_at";

const directory = await mkdtemp(path.join(tmpdir(), "neuralake-bench-"));
const store = openFiles(directory);
await mkdir(path.join(directory, "tmp"));
const engine = await openEngine({ readable: [directory], temporary: path.join(directory, "tmp") });
try {
  const acts = await optimizers();
  await makeTable(store, "rides", columns, shuffled());
  const expected = await sumsOf(store, "rides", columns, engine);
  for (const by of ["rider,town", "rider,seen_at"]) {
    const tests = await pointsOf(by.split(","));
    const opened: { [name: string]: { readonly files: number; readonly both: number; readonly first: number; readonly second: number; readonly ms: number } } = {};
    for (const name of ["ours", "deltaRs"] as const) {
      await copyTable(store, "rides", name);
      const { ms } = await acts[name](path.join(directory, name), targetBytes, by);
      assert.deepEqual(await sumsOf(store, name, columns, engine), expected, name);
      const snapshot = await readSnapshot(store, name);
      const mean = (of: (tests: readonly ColumnTest[]) => readonly ColumnTest[]): number => rounded(tests.reduce((sum, each) => sum + openedBy(snapshot, of(each)), 0) / tests.length);
      opened[name] = { files: snapshot.files.length, both: mean((each) => each), first: mean((each) => each.slice(0, 1)), second: mean((each) => each.slice(1)), ms: Math.round(ms) };
      await rm(path.join(directory, name), { recursive: true });
    }
    const { ours, deltaRs } = opened;
    assert(ours !== undefined && deltaRs !== undefined);
    console.log(JSON.stringify({ bench: "delta-zorder", by, rows, points, ours, deltaRs, ofDeltaRs: rounded(ours.both / deltaRs.both), goals }));
  }
} finally {
  await engine.close();
  await rm(directory, { recursive: true, force: true });
}

function* shuffled(): Generator<WriteFile> {
  const own = rows / files;
  for (let k = 0; k < files; k++) {
    yield async (file) => {
      await engine.control.run(`COPY (SELECT ${select} FROM range(${k * own}, ${(k + 1) * own}) r(i)) TO '${file}' (FORMAT parquet)`);
      return own;
    };
  }
}

/** Values that some row has together. */
async function pointsOf(names: readonly string[]): Promise<readonly (readonly ColumnTest[])[]> {
  const texts = names.map((name) => (name === "seen_at" ? `strftime(seen_at AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ')` : `CAST(${name} AS VARCHAR)`));
  const found = await engine.control.runAndReadAll(`SELECT ${texts.join(", ")} FROM (SELECT ${select} FROM range(${points * 2}) r(i)) WHERE ${names.map((name) => `${name} IS NOT NULL`).join(" AND ")} LIMIT ${points}`);
  const types = { rider: "whole", town: "text", seen_at: "timestamp" } as const;
  return found.getRowsJson().map((row) => names.map((column, k) => ({ column, test: "=", values: [{ type: types[column as keyof typeof types], text: String(row[k]) }] })));
}

function openedBy(snapshot: Snapshot, tests: readonly ColumnTest[]): number {
  return (filesFor(snapshot, tests) ?? [...snapshot.files]).length;
}
