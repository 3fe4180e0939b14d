import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { arrowSchema } from "../../../runtime/parquet/arrow-schema.ts";
import { encodeParquetStream } from "../../../runtime/parquet/parquet-encoder.ts";
import { encodeParquet } from "../../../runtime/parquet/parquet-file.ts";

const columns: readonly NamedType[] = [
  { name: "x", type: { kind: "float64" }, nullable: true },
  { name: "s", type: { kind: "object", fields: [{ name: "y", type: { kind: "float32" }, nullable: true }] }, nullable: true },
];
const batch = buildBatch(columns, [{ x: 1, s: { y: 1 } }, { x: Number.NaN, s: { y: Number.NaN } }]);
async function* one() {
  yield batch;
}

test.each<[string, () => Promise<Uint8Array>]>([
  ["a small file", async () => encodeParquet(batch)],
  ["a streamed file", async () => Buffer.concat(await Array.fromAsync(encodeParquetStream(arrowSchema(columns), one())))],
])("a filter finds NaN in %s", async (_name, encode) => {
  const folder = await mkdtemp(join(tmpdir(), "neuralake-nan-"));
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const file = join(folder, "nan.parquet");
    await writeFile(file, await encode());
    for (const condition of ["x = 'NaN'::DOUBLE", "x > 5", "s.y > 5", "s.y = 'NaN'::FLOAT"]) {
      const found = await connection.runAndReadAll(`SELECT count(*)::INTEGER AS n FROM read_parquet('${file}') WHERE ${condition}`);
      expect(found.getRowObjectsJson(), condition).toEqual([{ n: 1 }]);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
});
