/** The table a URL names: `rides.trips`, or `trips` alone where it is unique. Letter case does not matter. */
import type { Catalog, Column, Parameter, Table } from "../../compiler/ir/catalog.ts";
import { allTables, fullName } from "../../compiler/ir/names.ts";
import { Failure } from "../values/failure.ts";
import { invalid } from "./query-string.ts";

/** The table of that name; TABLE_NOT_FOUND says which there are. */
export function findTable(catalog: Catalog, name: string): Table {
  const tables = allTables(catalog);
  const whole = tables.filter((table) => same(fullName(table), name));
  const found = whole.length > 0 ? whole : tables.filter((table) => same(table.name, name));
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  if (first !== undefined) throw new Failure("TABLE_NOT_FOUND", `More than one table is named ${JSON.stringify(name)}.`, { hint: `Write ${found.map(fullName).join(" or ")}.` });
  throw new Failure("TABLE_NOT_FOUND", `There is no table ${JSON.stringify(name)}.`, { hint: "GET /api/schema lists the tables." });
}

/** The column of that name; PARAMETER_INVALID says which there are. */
export function findColumn(table: Table, name: string, parameter: string): Column {
  const column = table.columns.find((candidate) => same(candidate.name, name));
  if (column !== undefined) return column;
  throw invalid(parameter, `${fullName(table)} has no column ${JSON.stringify(name)}.`, `It has ${table.columns.map((candidate) => candidate.name).join(", ")}.`);
}

/** The parameters of a function table; none for every other kind. */
export function parametersOf(table: Table): readonly Parameter[] {
  return table.source.kind === "sql" || table.source.kind === "rows" ? table.source.parameters : [];
}

function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
