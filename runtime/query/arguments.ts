/** The arguments of a row function's call: SQL of constants and parameters in the query's text, worked out by the engine, exact values out. */
import type { Parameter } from "../../compiler/ir/catalog.ts";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { batchOf } from "../parquet/arrow-build.ts";
import { readRows } from "../parquet/arrow-rows.ts";
import { arrowSchema } from "../parquet/arrow-schema.ts";
import { Failure } from "../values/failure.ts";
import type { Value } from "../values/value.ts";
import { bindParameters, renumbered, valuesOf } from "./bind-parameters.ts";
import { columnWriter } from "./chunk-columns.ts";
import { duckType } from "./duckdb-types.ts";
import { duckdbVectors } from "./duckdb.ts";
import type { Engine } from "./engine.ts";
import type { SqlParameter } from "./request.ts";
import { readProblem } from "./sql-problem.ts";

/** One value per parameter, null where no argument is given. SQL_INVALID for what is no constant of the parameter's type. */
export async function evaluateArguments(engine: Engine, parameters: readonly Parameter[], args: readonly (string | undefined)[], given: readonly SqlParameter[]): Promise<readonly Value[]> {
  if (args.every((arg) => arg === undefined)) return args.map(() => null);
  const columns: NamedType[] = parameters.map((parameter, k) => ({ name: `a${k}`, type: parameter.type, nullable: true }));
  const { sql, numbers } = renumbered(`SELECT ${parameters.map(({ type }, k) => `CAST((${args[k] ?? "NULL"}\n) AS ${duckType(type)})`).join(", ")}`);
  try {
    const plan = await engine.control.prepare(sql);
    try {
      bindParameters(plan, valuesOf(numbers, given));
      const chunk = (await plan.run()).getChunk(0);
      const data = columns.map((column, k) => {
        const writer = columnWriter(column.type, parameters[k]?.name ?? "");
        writer.append({ vector: duckdbVectors().data_chunk_get_vector(chunk.chunk, k), size: chunk.rowCount }, 1);
        return writer.take();
      });
      const [row] = readRows(columns, batchOf(arrowSchema(columns), 1, data));
      return columns.map(({ name }) => row?.[name] ?? null);
    } finally {
      plan.destroySync();
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure("SQL_INVALID", `An argument is no constant of its parameter's type: ${readProblem(error, sql).message}`, { hint: "A function that returns rows is called with constants and parameters.", cause: error });
  }
}
