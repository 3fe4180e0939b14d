/** The state a query asks for in `AT (VERSION => …)` or `AT (TIMESTAMP => …)`: a constant, worked out by the engine. */
import { Failure } from "../values/failure.ts";
import type { FailurePlace } from "../values/failure.ts";
import type { Engine } from "./engine.ts";
import { readProblem } from "./sql-problem.ts";
import type { AsOf } from "./request.ts";

/** A version as a number, a time as RFC 3339 in UTC; SQL_INVALID when it is no constant of that kind. */
export async function stateOf(engine: Engine, unit: string, expression: string, place: FailurePlace): Promise<AsOf> {
  const version = unit === "VERSION";
  const sql = version
    ? `SELECT CAST(CAST((${expression}\n) AS BIGINT) AS VARCHAR)`
    : `SELECT strftime(CAST((${expression}\n) AS TIMESTAMP WITH TIME ZONE), '%Y-%m-%dT%H:%M:%S.%fZ')`;
  const value = await constant(engine, sql, place);
  if (typeof value !== "string") throw new Failure("SQL_INVALID", `AT (${unit} => …) is null.`, { hint: "Write AT (VERSION => 5) or AT (TIMESTAMP => '2026-08-01T12:00:00Z').", place });
  return version ? { version: Number(value) } : { timestamp: value };
}

async function constant(engine: Engine, sql: string, place: FailurePlace): Promise<unknown> {
  try {
    return (await engine.control.runAndReadAll(sql)).getRows()[0]?.[0];
  } catch (error) {
    throw new Failure("SQL_INVALID", `AT needs a constant: ${readProblem(error, sql).message}`, { hint: "Write AT (VERSION => 5) or AT (TIMESTAMP => '2026-08-01T12:00:00Z').", place, cause: error });
  }
}
