/** When DuckDB's library is loaded: not by importing the lake, nor by looking into a table's log, but by the first question. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const lake = path.resolve(import.meta.dirname, "../../../runtime/lake.ts");

test("a process that appends to a table and looks into its log never loads the engine, and one that asks does", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "neuralake-duckdb-"));
  try {
    const script = `
      import { createRequire } from "node:module";
      const { createTable, types } = await import(${JSON.stringify(lake)});
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).filter((name) => name.includes("@duckdb")).length > 0;
      const table = await createTable(${JSON.stringify(path.join(folder, "table"))}, { schema: { id: types.long } });
      await table.append([{ id: 1n }]);
      await table.history();
      const before = loaded();
      const rows = await table.rows({ where: "id = 1" }).toArray();
      await table.close();
      console.log(JSON.stringify([before, rows.length, loaded()]));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["-C", "source", "--input-type=module", "--eval", script]);
    expect(JSON.parse(stdout)).toEqual([false, 1, true]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
