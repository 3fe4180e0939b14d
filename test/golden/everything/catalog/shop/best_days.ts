import { columns, materializedView, sql } from "neuralake";
import { DailyTakings } from "./daily_takings.ts";

/** The two days on which most was taken. */
@materializedView({ layer: "gold", refresh: "1d", engine: "duckdb" })
export class BestDays {
  static query(t = columns(DailyTakings)) {
    return sql`SELECT ${t.day}, CAST(sum(${t.takings}) AS DECIMAL(18, 2)) AS takings FROM ${t} GROUP BY 1 ORDER BY 2 DESC LIMIT 2`;
  }
}
