/** Rows changed in many small partitions: a few commands of the engine write them all, each row stays in the partition that it lay in, and partitions keep the words that the log has them by. */
import { DuckDBConnection } from "@duckdb/node-api";
import { describe, expect, test, vi } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { deleteRows } from "../../../runtime/delta/commit/delete.ts";
import { updateRows } from "../../../runtime/delta/commit/update.ts";
import type { MergeClauses } from "../../../runtime/delta/merge-engine.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { changeRows } from "../../../runtime/query/change-rows.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { metaData, protocol } from "./log-builder.ts";
import type { LogAction } from "./log-builder.ts";
import { mergeInto } from "./merging.ts";
import { fields, tableOf } from "./changed-table.ts";
import { table, tableEach } from "./table-each.ts";

tableEach();

const partitions = 40;
/** Partitions that one command writes. */
const together = 32;
const few = Math.ceil(partitions / together);
const changing = () => ({ store: table.store, location: "", finder: rowFinder(async () => table.engine), change: changeRows });
const set = [{ column: "n", sql: "n + 1" }];

/** What an act came to, and how many COPYs it took. */
async function copiesOf<T>(act: () => Promise<T>): Promise<readonly [T, number]> {
  const asked = vi.spyOn(DuckDBConnection.prototype, "runAndReadAll");
  try {
    const done = await act();
    return [done, asked.mock.calls.filter(([sql]) => String(sql).startsWith("COPY ")).length];
  } finally {
    asked.mockRestore();
  }
}

const numbers = Array.from({ length: partitions }, (_, k) => k);
const part = (k: number): string => `part ${k}`;
/** Two rows of each partition, in one file. */
const rowsOfAll: readonly Row[] = numbers.flatMap((k) => [0, 1].map((which) => ({ id: BigInt(which * 1_000 + k), n: k, p: part(k) })));

/** `[id, n, p]` of the table's own log, whose files hold rows of their own partition alone. */
async function rowsOf(snapshot: Snapshot): Promise<readonly unknown[]> {
  expect((await verifyTable(table.store, "", countRows(table.engine))).findings.filter(({ kind }) => kind !== "orphaned")).toEqual([]);
  const files = [...snapshot.files].map(({ path, partitionValues }) => [`${table.directory}/${decodeURIComponent(path)}`, partitionValues["p"]] as const);
  const held = (await table.engine.control.runAndReadAll(`SELECT DISTINCT filename, 'part ' || id % 1000 FROM read_parquet([${files.map(([file]) => `'${file}'`).join(", ")}], hive_partitioning = false, filename = true)`)).getRows();
  expect(held.map(String).sort()).toEqual(files.map(String).sort());
  return (await table.rowsOf(snapshot)).map(({ id, n, p }) => [Number(id), n, p]);
}

const forms: readonly (readonly [string, readonly LogAction[], object, boolean])[] = [
  ["written anew", [protocol()], {}, false],
  ["marked by vectors", [protocol(["deletionVectors"])], { "delta.enableDeletionVectors": "true" }, true],
  ["told to those who follow changes", [protocol([], ["changeDataFeed"])], { "delta.enableChangeDataFeed": "true" }, false],
];

describe.each(forms)("rows of many partitions that are %s", (_name, first, configuration, vectors) => {
  const told = "delta.enableChangeDataFeed" in configuration ? 2 : 1;
  const start = async (): Promise<Snapshot> => await tableOf([...first, metaData(fields, { configuration, partitionColumns: ["p"] })], rowsOfAll);
  const expected = (of: (k: number, which: number) => readonly unknown[]): readonly unknown[] => [0, 1].flatMap((which) => numbers.flatMap((k) => of(k, which)));

  test("get new values, and go, by a command for some partitions", async () => {
    const [updated, copies] = await copiesOf(async () => await updateRows(changing(), await start(), set, "id < 1000"));
    expect([updated.change?.rows, copies]).toEqual([partitions, few * told]);
    expect(await rowsOf(updated.snapshot)).toEqual(expected((k, which) => [[which * 1_000 + k, which === 0 ? k + 1 : k, part(k)]]));
    const [deleted, more] = await copiesOf(async () => await deleteRows(changing(), updated.snapshot, "id >= 1000"));
    expect([deleted.change?.rows, more]).toEqual([partitions, vectors ? 0 : few * told]);
    expect(await rowsOf(deleted.snapshot)).toEqual(expected((k, which) => (which === 0 ? [[k, k + 1, part(k)]] : [])));
  });

  test("are merged by a command for some partitions, also where what matches is told its own partition", async () => {
    const columns: readonly NamedType[] = [{ name: "id", type: { kind: "int64" }, nullable: true }, { name: "n", type: { kind: "int32" }, nullable: true }, { name: "p", type: { kind: "text" }, nullable: true }];
    const rows = numbers.flatMap((k) => [{ id: BigInt(k), n: k + 1, p: part(k) }, ...(k === 0 ? [{ id: 2_000n, n: 0, p: part(0) }] : [])]);
    const clauses: readonly MergeClauses[] = [{ on: ["id", "p"] }, { on: "source.id = target.id AND target.p = source.p", matched: [{ update: { N: "source.n", P: "SOURCE.\"p\"" } }] }];
    let base = await start();
    for (const [k, own] of clauses.entries()) {
      const [merged, copies] = await copiesOf(async () => await mergeInto(table.store, "", base, { columns, rows: rows.map((row) => ({ ...row, n: row.n + k })) }, own));
      const inserted = k === 0 ? 1 : 0;
      expect([merged.change?.updated, merged.change?.inserted, copies]).toEqual([partitions + (k === 0 ? 0 : 1), inserted, (few + inserted) * told]);
      expect((await rowsOf(merged.snapshot)).slice(0, 2 * partitions)).toEqual(expected((id, which) => [[which * 1_000 + id, which === 0 ? id + 1 + k : id, part(id)]]));
      base = merged.snapshot;
    }
  });

  test("and rows that move may come to lie in any partition, by two commands for some", async () => {
    const base = await start();
    const [updated, copies] = await copiesOf(async () => await updateRows(changing(), base, [{ column: "p", sql: "'part ' || (n + 1) % 2" }, { column: "id", sql: "id % 2" }], "id >= 1000 AND id % 2 = 1"));
    expect([updated.change?.rows, copies]).toEqual([partitions / 2, (vectors ? Math.ceil(partitions / 2 / together) : 2 * Math.ceil(partitions / 2 / together)) * told]);
    expect((await table.rowsOf(updated.snapshot)).filter(({ p }) => p === part(0)).length).toBe(2 + partitions / 2);
  });
});

test("a partition keeps the words that the log has it by, and rows of two spellings of one value stay apart", async () => {
  const spelled = ["1.50", "-0.0", "0.0", "1.5", "", null].map((d) => ({ d, at: "2020-01-01 00:00:00" }));
  const actions = await Promise.all(spelled.map(async (partitionValues, k) => await table.add(`${k}.parquet`, `SELECT CAST(i AS BIGINT) AS id, CAST(${k} AS INTEGER) AS n FROM range(3) t(i)`, { partitionValues, stats: JSON.stringify({ numRecords: 3 }) })));
  await table.commit(0, protocol(), metaData([...fields.slice(0, 2), { name: "d", type: "double" }, { name: "at", type: "timestamp" }], { partitionColumns: ["d", "at"] }), ...actions);
  const [{ snapshot }, copies] = await copiesOf(async () => await updateRows(changing(), await table.snapshot(), set, "id = 1"));
  expect(copies).toBe(1);
  expect([...snapshot.files].map(({ partitionValues }) => partitionValues)).toEqual(spelled);
  expect((await table.rowsOf(snapshot, "n")).map(({ n }) => n)).toEqual([0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6]);
});

test("a column that has the engine's name for a group is written as it is, a partition at a time", async () => {
  const named = [...fields, { name: "Group of the row", type: "integer" }];
  const base = await tableOf([protocol(["columnMapping"], ["columnMapping"]), metaData(named.map((field, k) => ({ ...field, metadata: { "delta.columnMapping.id": k + 1, "delta.columnMapping.physicalName": `c${k}` } })), { partitionColumns: ["p"], configuration: { "delta.columnMapping.mode": "name", "delta.columnMapping.maxColumnId": "4" } })],
    [0, 1, 2].flatMap((k) => [{ id: BigInt(k), n: k, p: part(k), "Group of the row": 2 - k }, { id: BigInt(10 + k), n: k, p: part(k), "Group of the row": 7 }]));
  const [{ snapshot }, copies] = await copiesOf(async () => await updateRows(changing(), base, set, "id < 10"));
  expect(copies).toBe(3);
  expect((await table.rowsOf(snapshot)).map((row) => [Number(row["id"]), row["p"], row["Group of the row"]])).toEqual([[0, part(0), 2], [1, part(1), 1], [2, part(2), 0], [10, part(0), 7], [11, part(1), 7], [12, part(2), 7]]);
});
