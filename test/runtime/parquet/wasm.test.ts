/** When the libraries of Arrow and of small Parquet files are loaded: not by merging, which is the engine's; Arrow by the first rows that are asked for, the other by the first that a program appends. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const lake = path.resolve(import.meta.dirname, "../../../runtime/lake.ts");

test("a process that merges a file into a table loads neither library nor PostgreSQL's client, one that asks for rows loads Arrow's, one that appends both", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "neuralake-wasm-"));
  try {
    const [at, source] = [path.join(folder, "table"), path.join(folder, "source.csv")];
    await writeFile(source, "id\n1\n2\n");
    const script = `
      import { createRequire } from "node:module";
      const { createTable, openLake, types } = await import(${JSON.stringify(lake)});
      const loaded = () => ["apache-arrow", "parquet-wasm", "pg"].filter((library) => Object.keys(createRequire(import.meta.url).cache).some((name) => name.includes("/node_modules/" + library + "/")));
      const table = await createTable(${JSON.stringify(at)}, { schema: { id: types.long } });
      const lake = await openLake({ catalog: { format: 1, databases: [] }, root: ${JSON.stringify(folder)}, project: ${JSON.stringify(folder)} });
      const { inserted } = await lake.mergeFiles(${JSON.stringify(at)}, [${JSON.stringify(source)}], { on: ["id"] });
      await lake.close();
      const merged = loaded();
      await table.refresh();
      const rows = await table.rows().toArray();
      const asked = loaded();
      await table.append([{ id: 3n }]);
      await table.close();
      console.log(JSON.stringify([inserted, rows.length, merged, asked, loaded()]));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["-C", "source", "--input-type=module", "--eval", script]);
    expect(JSON.parse(stdout)).toEqual([2, 2, [], ["apache-arrow"], ["apache-arrow", "parquet-wasm"]]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
