/**
 * What a query gives, and the statement that streams it. DuckDB ends a stream that fails as if it were done; so the query runs inside one
 * that adds a last row, `true` in a column of its own: without that row, rows are missing. Columns leave in the canonical type of what they are.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import { columnTypeOf, duckType } from "./duckdb-types.ts";
import { duckdbApi } from "./duckdb.ts";

export interface Shape {
  readonly columns: readonly NamedType[];
  /** Streams the rows, the end mark in the last column. */
  readonly streamed: string;
  /** Reads every column and returns nothing of it: fails where a stream only ended. */
  readonly checked: string;
}

/** Asks DuckDB what a SELECT gives; undefined when that depends on the type of a parameter; throws what it throws. */
export async function shapeOf(connection: DuckDBConnection, sql: string): Promise<Shape | undefined> {
  const plan = await connection.prepare(sql);
  try {
    if (Array.from({ length: plan.columnCount }, (_, k) => plan.columnTypeId(k)).includes(duckdbApi().DuckDBTypeId.INVALID)) return undefined;
    const names = distinctNames(Array.from({ length: plan.columnCount }, (_, k) => plan.columnName(k)));
    const found = names.map((name, k) => {
      const type = plan.columnType(k);
      return { name, type: columnTypeOf(type, name), given: type.toString() };
    });
    const slots = found.map((_, k) => quoteName(`c${k}`));
    const values = found.map(({ name, type, given }, k) => canonical(slots[k] ?? "", name, given, duckType(type)));
    const from = `FROM (${sql}\n) AS "q"(${slots.join(", ")})`;
    return {
      columns: found.map(({ name, type }) => ({ name, type, nullable: true })),
      streamed: `SELECT ${[...values, "false"].join(", ")} ${from} UNION ALL SELECT ${[...values.map(() => "NULL"), "true"].join(", ")}`,
      checked: `SELECT ${values.map((value) => `count(${value})`).join(", ")} ${from}`,
    };
  } finally {
    plan.destroySync();
  }
}

/** A record needs each name once: the second `x` is `x_1`. */
function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let k = 1; taken.has(own.toLowerCase()); k += 1) own = `${name}_${k}`;
    taken.add(own.toLowerCase());
    return own;
  });
}

/** A column in the type it leaves in. A time finer than the microseconds that are kept is refused, never cut. */
function canonical(slot: string, name: string, given: string, wanted: string): string {
  if (sameType(given, wanted)) return slot;
  const cast = `CAST(${slot} AS ${wanted})`;
  if (given !== "TIMESTAMP_NS") return cast;
  const finer = quoteText(`Column "${name}" holds a time finer than a microsecond; cast it to TIMESTAMP to cut it.`);
  return `CASE WHEN coalesce(epoch_ns(${slot}) % 1000, 0) = 0 THEN ${cast} ELSE error(${finer}) END`;
}

/** The engine spells a type it gives as we do but for blanks and quotes. */
function sameType(given: string, wanted: string): boolean {
  return given.replaceAll(/[\s"]/g, "") === wanted.replaceAll(/[\s"]/g, "");
}
