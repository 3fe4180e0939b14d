/** When the library of small Parquet files is loaded: not by merging or by asking, which are the engine's, but by the first rows that a program appends. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const lake = path.resolve(import.meta.dirname, "../../../runtime/lake.ts");

test("a process that merges a file into a table and asks for its rows never loads the library, and one that appends does", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "neuralake-wasm-"));
  try {
    const [at, source] = [path.join(folder, "table"), path.join(folder, "source.csv")];
    await writeFile(source, "id\n1\n2\n");
    const script = `
      import { createRequire } from "node:module";
      const { createTable, openLake, types } = await import(${JSON.stringify(lake)});
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).filter((name) => name.includes("parquet-wasm")).length > 0;
      const table = await createTable(${JSON.stringify(at)}, { schema: { id: types.long } });
      const lake = await openLake({ catalog: { format: 1, databases: [] }, root: ${JSON.stringify(folder)}, project: ${JSON.stringify(folder)} });
      const { inserted } = await lake.mergeFiles(${JSON.stringify(at)}, [${JSON.stringify(source)}], { on: ["id"] });
      await lake.close();
      await table.refresh();
      const rows = await table.rows().toArray();
      const before = loaded();
      await table.append([{ id: 3n }]);
      await table.close();
      console.log(JSON.stringify([inserted, rows.length, before, loaded()]));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["-C", "source", "--input-type=module", "--eval", script]);
    expect(JSON.parse(stdout)).toEqual([2, 2, false, true]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
