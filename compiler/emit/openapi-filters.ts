/** The filters of a column as query parameters: `filter[fare]gte=10`. Which operators a column has follows from its type. */
import type { Column } from "../ir/catalog.ts";
import { matchKind } from "../ir/column-type.ts";
import type { ByKind, ColumnType } from "../ir/column-type.ts";
import { printItems } from "./emitted-file.ts";
import type { PrintedItems } from "./emitted-file.ts";
import { slotSchema } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

type Operator = "" | "neq" | "lt" | "lte" | "gt" | "gte" | "in" | "nin" | "like" | "ilike" | "contains" | "is";

/** What the operators mean, for the document's own words. */
export const filterMeanings = `\`filter[column]=value\` keeps the rows whose column is that value. An operator stands after the bracket, as in \`filter[column]gte=value\`: \`neq\` is not, \`lt\` less than, \`lte\` at most, \`gt\` more than, \`gte\` at least, \`in\` one of and \`nin\` none of a list with commas, \`like\` a pattern with % and _, \`ilike\` the same in any letter case, \`contains\` a part of the text, \`is\` null or notnull.`;

const equal: readonly Operator[] = ["", "neq", "in", "nin"];
const ordered: readonly Operator[] = ["", "neq", "lt", "lte", "gt", "gte", "in", "nin"];
const textual: readonly Operator[] = [...ordered, "like", "ilike", "contains"];

const operators: ByKind<readonly Operator[]> = {
  int8: () => ordered,
  int16: () => ordered,
  int32: () => ordered,
  int64: () => ordered,
  float32: () => ordered,
  float64: () => ordered,
  decimal: () => ordered,
  text: () => textual,
  bool: () => equal,
  bytes: () => [],
  uuid: () => equal,
  day: () => ordered,
  timestamp: () => ordered,
  local_timestamp: () => ordered,
  enum: () => equal,
  array: () => [],
  map: () => [],
  object: () => [],
};

/** Stands for a column's name in the parameters of its type, which are printed once; no column can be called that. */
const anyName = "\u0000";
/** The parameter's name up to there, as it is printed: in a value that is called so, the quotes have a stroke before them. */
const printedName = (column: string): string => `"name": ${JSON.stringify(`filter[${column}]`).slice(0, -1)}`;

/** Makes the filter parameters of columns, for a list whose items are indented by `indent`; those of one type, and of columns of one name and type, are printed once, since large catalogs have very many. */
export function filterPrinter(indent: string): (columns: readonly Column[]) => PrintedItems {
  const byType = new Map<string, string>();
  const byColumn = new Map<string, string>();
  const printed = (column: Column): string => {
    const type = JSON.stringify([column.type, column.nullable]);
    const ofType = byType.getOrInsertComputed(type, () => printItems(filtersOf(column)).printedItems.join(`,\n${indent}`));
    return byColumn.getOrInsertComputed(`${column.name} ${type}`, () => ofType.replaceAll(printedName(anyName), () => printedName(column.name)));
  };
  return (columns) => ({ printedItems: columns.map(printed).filter((text) => text !== "") });
}

function filtersOf({ type, nullable }: Column): JsonSchema[] {
  const known = matchKind(operators, type);
  return (nullable ? [...known, "is" as const] : known).map((operator) => filterParameter(type, operator));
}

function filterParameter(type: ColumnType, operator: Operator): JsonSchema {
  const parameter = { name: `filter[${anyName}]${operator}`, in: "query" };
  if (operator === "is") return { ...parameter, schema: { type: "string", enum: ["null", "notnull"] } };
  if (operator === "like" || operator === "ilike" || operator === "contains") return { ...parameter, schema: { type: "string" } };
  const schema = valueSchema(type);
  if (operator !== "in" && operator !== "nin") return { ...parameter, schema };
  return { ...parameter, explode: false, schema: { type: "array", items: schema } };
}

/** A value to compare with need not have the digits or the bounds of the column. */
function valueSchema(type: ColumnType): JsonSchema {
  if (type.kind === "float32" || type.kind === "float64") return { type: "number" };
  if (type.kind === "decimal") return { type: "string", format: "decimal" };
  return slotSchema(type, false);
}
