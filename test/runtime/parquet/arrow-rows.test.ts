import { RecordBatch, tableFromIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { decodeArrowBytes, encodeArrowBatch } from "../../../runtime/parquet/arrow-ipc.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { columnsOfSchema } from "../../../runtime/parquet/arrow-schema.ts";
import { decodeParquet, encodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { extremeColumns, extremeRows } from "./extremes.ts";
import { spell } from "./same.ts";

const expected = extremeRows.map(spell);
const rowsOf = (batches: readonly RecordBatch[]): Row[] => batches.flatMap((batch) => readRows(extremeColumns, batch));

describe("the extremes of every type come back as they were", () => {
  test("out of the batch that was built", () => {
    expect(readRows(extremeColumns, buildBatch(extremeColumns, extremeRows)).map(spell)).toEqual(expected);
  });

  test("out of an Arrow stream, whose schema tells the columns again", () => {
    const { schema, batches } = decodeArrowBytes(encodeArrowBatch(buildBatch(extremeColumns, extremeRows)));
    expect(columnsOfSchema(schema)).toEqual(extremeColumns);
    expect(rowsOf(batches).map(spell)).toEqual(expected);
  });

  test("out of a Parquet file", () => {
    expect(rowsOf(decodeParquet(encodeParquet(buildBatch(extremeColumns, extremeRows)), "a.parquet")).map(spell)).toEqual(expected);
  });

  test("out of any slice of a batch", () => {
    const batch = buildBatch(extremeColumns, extremeRows);
    for (let start = 0; start < extremeRows.length; start++) {
      expect(readRows(extremeColumns, batch.slice(start, start + 2)).map(spell)).toEqual(expected.slice(start, start + 2));
    }
  });

  test("each column alone, so that no buffer leans on a neighbour", () => {
    for (const column of extremeColumns) {
      const [batch] = decodeParquet(encodeParquet(buildBatch([column], extremeRows)), "a.parquet");
      const back = batch === undefined ? [] : readRows([column], batch);
      expect(back.map((row) => spell(row[column.name])), column.name).toEqual(extremeRows.map((row) => spell(row[column.name])));
    }
  });
});

test("a batch of no rows keeps its columns", () => {
  const table = tableFromIPC(encodeArrowBatch(buildBatch(extremeColumns, [])));
  expect(table.numRows).toBe(0);
  expect(columnsOfSchema(table.schema)).toEqual(extremeColumns);
  expect(decodeParquet(encodeParquet(buildBatch(extremeColumns, [])), "a.parquet").flatMap((batch) => readRows(extremeColumns, batch))).toEqual([]);
});

test("a column named __proto__ is a column like any other", () => {
  const columns = [{ name: "__proto__", type: { kind: "int32" }, nullable: false }] as const;
  const rows = [JSON.parse('{"__proto__": 7}') as Row];
  const [row] = readRows(columns, buildBatch(columns, rows));
  expect(Object.getOwnPropertyDescriptor(row, "__proto__")?.value).toBe(7);
});
