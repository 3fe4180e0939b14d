/** Rows of Parquet files as their footers tell, for the Delta room's verification. */
import type { CountRows } from "../delta/engine.ts";
import { adoptFiles } from "./adopted-files.ts";
import type { Engine } from "./engine.ts";
import { Failure } from "../values/failure.ts";
import { fileList } from "./file-list.ts";
import { readProblem } from "./sql-problem.ts";

/** Fulfils the Delta room's contract; one file that cannot be read stops no other. */
export function countRows(engine: Engine): CountRows {
  return async (files) => {
    const counts: (number | Error)[] = [];
    for (const file of files) counts.push(await rowsOf(engine, file));
    return counts;
  };
}

async function rowsOf(engine: Engine, url: string): Promise<number | Error> {
  let sql = "";
  try {
    const [file = { url }] = await adoptFiles(engine, [{ url }]);
    sql = `SELECT num_rows FROM parquet_file_metadata(${fileList([file.url])})`;
    const reader = await engine.hold(() => engine.control.runAndReadAll(sql));
    return Number(reader.getRows()[0]?.[0]);
  } catch (error) {
    if (error instanceof Failure) return error;
    return new Error(readProblem(error, sql).message, { cause: error });
  }
}
