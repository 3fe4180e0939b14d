/** Rows with what their table makes of the columns they leave out (protocol, "Generated Columns", "Default Columns"). */
import { buildBatch } from "../../parquet/arrow-build.ts";
import { Failure } from "../../values/failure.ts";
import { cellOf } from "../../values/value.ts";
import type { Row, Value } from "../../values/value.ts";
import type { MakeValues } from "../engine.ts";
import { madeColumns } from "../rules/made-columns.ts";
import type { MadeColumn } from "../rules/expression.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

/** The rows, each with every column that the table makes. What a row gives, null too, stays: it is judged like all others. VALUE_INVALID, ROWS_REFUSED where a value cannot be made. */
export async function withMade(snapshot: Snapshot, rows: readonly Row[], where: string, make: MakeValues): Promise<readonly Row[]> {
  let whole = rows;
  for (const column of madeColumns(snapshot, where)) {
    const lacking = [...whole.keys()].filter((index) => cellOf(whole[index] ?? {}, column.name) === undefined);
    if (lacking.length === 0) continue;
    const values = await valuesOf(snapshot, column, lacking.map((index) => whole[index] ?? {}), (index) => (lacking[index] ?? index) + 1, make);
    const filled = [...whole];
    for (const [k, index] of lacking.entries()) filled[index] = { ...whole[index], [column.name]: values[k] ?? null };
    whole = filled;
  }
  return whole;
}

/** DELTA_UNSUPPORTED_FEATURE for rows that leave out what the table makes. */
export function requireMade(snapshot: Snapshot, rows: readonly Row[], where: string): void {
  const left = madeColumns(snapshot, where).find(({ name }) => rows.some((row) => cellOf(row, name) === undefined));
  if (left === undefined) return;
  throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${where} makes the column ${left.name} where a row leaves it out, and here it was not made.`, { place: { value: left.kind === "default" ? "allowColumnDefaults" : "generatedColumns" }, hint: "Give every row the column, or append through the lake." });
}

async function valuesOf(snapshot: Snapshot, column: MadeColumn, rows: readonly Row[], line: (index: number) => number, make: MakeValues): Promise<readonly Value[]> {
  if (column.columns.length === 0) {
    const [only] = await make(undefined, [column]);
    return rows.map(() => only?.[column.name] ?? null);
  }
  // Whether they may be null is judged later.
  const columns = snapshot.columns.filter(({ name }) => column.columns.includes(name)).map((each) => ({ ...each, nullable: true }));
  const batch = buildBatch(columns, rows.map((row) => Object.fromEntries(columns.map(({ name }) => [name, cellOf(row, name) ?? null]))), undefined, line);
  return (await make(batch, [column])).map((made) => made[column.name] ?? null);
}
