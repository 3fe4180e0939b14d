/** The filters of a column as query parameters: `filter[fare]gte=10`. Which operators a column has follows from its type. */
import type { Column } from "../ir/catalog.ts";
import { matchKind } from "../ir/column-type.ts";
import type { ByKind, ColumnType } from "../ir/column-type.ts";
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
  bool: () => ["", "neq"],
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

/** The filter parameters of these columns, in their order. */
export function filterParameters(columns: readonly Column[]): JsonSchema[] {
  return columns.flatMap((column) => {
    const known = matchKind(operators, column.type);
    return (column.nullable ? [...known, "is" as const] : known).map((operator) => filterParameter(column, operator));
  });
}

function filterParameter(column: Column, operator: Operator): JsonSchema {
  const parameter = { name: `filter[${column.name}]${operator}`, in: "query" };
  if (operator === "is") return { ...parameter, schema: { type: "string", enum: ["null", "notnull"] } };
  if (operator === "like" || operator === "ilike" || operator === "contains") return { ...parameter, schema: { type: "string" } };
  const schema = valueSchema(column.type);
  if (operator !== "in" && operator !== "nin") return { ...parameter, schema };
  return { ...parameter, explode: false, schema: { type: "array", items: schema } };
}

/** A value to compare with need not have the digits or the bounds of the column. */
function valueSchema(type: ColumnType): JsonSchema {
  if (type.kind === "float32" || type.kind === "float64") return { type: "number" };
  if (type.kind === "decimal") return { type: "string", format: "decimal" };
  return slotSchema(type, false);
}
