import { rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildTable, metaData, protocol } from "../runtime/delta/log-builder.ts";
import type { BuiltTable } from "../runtime/delta/log-builder.ts";
import { inlineVector } from "../runtime/delta/roaring-writer.ts";
import { runCommand } from "./command.ts";

let table: BuiltTable;
beforeAll(async () => {
  table = await buildTable();
  await table.commit(0, protocol(["deletionVectors"]), metaData([{ name: "id", type: "long" }], { configuration: { "delta.enableChangeDataFeed": "true" } }));
  const first = await table.add("a.parquet", "SELECT i AS id FROM range(3) t(i)", { stats: '{"numRecords":3}' });
  await table.commit(1, first);
  const add = first["add"] as { path: string; size: number };
  await table.commit(2, { remove: { path: add.path, size: add.size, partitionValues: {}, dataChange: true } }, { add: { ...add, deletionVector: inlineVector([1]) } });
});
afterAll(async () => await table.close());

const run = async (...args: readonly string[]): Promise<{ readonly code: number | null; readonly json: unknown }> => {
  const { code, stdout } = await runCommand(path.dirname(table.directory), [...args, "--json"]);
  return { code, json: JSON.parse(stdout) };
};

test("a Delta table of others is peeked at, described and its history told by its path", async () => {
  expect(await run("peek", "./table")).toEqual({ code: 0, json: [{ id: 0 }, { id: 2 }] });
  expect(await run("peek", "./table", "--version", "1", "--where", "id > 0")).toEqual({ code: 0, json: [{ id: 1 }, { id: 2 }] });
  expect((await run("describe", "./table")).json).toMatchObject({ version: 2, files: 1, rows: 2, protocol: { readerFeatures: ["deletionVectors"] } });
  expect((await run("history", "./table")).json).toMatchObject([{ version: 2 }, { version: 1 }, { version: 0 }]);
});

test("its changes are told, and refused where it did not record them", async () => {
  const { code, json } = await run("changes", "./table", "--from", "1");
  expect(code).toBe(0);
  expect((json as { id: number; _change_type: string; _commit_version: number }[]).map((row) => [row.id, row._change_type, row._commit_version])).toEqual([[0, "insert", 1], [1, "insert", 1], [2, "insert", 1], [1, "delete", 2]]);
  expect((await run("changes", "./table", "--from", "2", "--to", "2", "--columns", "_change_type")).json).toEqual([{ _change_type: "delete" }]);
  expect(await run("changes", "./table", "--from", "9")).toMatchObject({ code: 1, json: { error: { code: "PARAMETER_INVALID" } } });
  expect((await run("changes", "./table")).code).toBe(2);
});

test("verify says that it is whole, and what is missing with exit code 3", async () => {
  expect(await run("verify", "./table")).toMatchObject({ code: 0, json: { version: 2, files: 1, rows: 2, findings: [] } });
  await rm(path.join(table.directory, "a.parquet"));
  expect(await run("verify", "./table")).toMatchObject({ code: 3, json: { findings: [{ kind: "missing", path: "a.parquet" }] } });
  expect(await run("verify", "./nothing")).toMatchObject({ code: 1, json: { error: { code: "DELTA_TABLE_NOT_FOUND" } } });
});
