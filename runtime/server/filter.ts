/** Filters of a table request: `filter[fare]gte=10`. Text in, typed conditions out; each operator says which columns it fits and how many values it takes. */
import { matchKind } from "../../compiler/ir/column-type.ts";
import type { ByKind } from "../../compiler/ir/column-type.ts";
import type { Column, Table } from "../../compiler/ir/catalog.ts";
import { typeName } from "../../compiler/ir/type-name.ts";
import { readText } from "../query/formats/text-value.ts";
import { Failure } from "../values/failure.ts";
import type { Value } from "../values/value.ts";
import { invalid } from "./query-string.ts";
import { findColumn } from "./table-name.ts";

export type Operator = "eq" | "neq" | "lt" | "lte" | "gt" | "gte" | "in" | "nin" | "like" | "ilike" | "contains" | "null" | "notnull";

/** A column, what is asked of it, and of which values; none for `null` and `notnull`, one or more for `in` and `nin`, else one. */
export interface Condition { readonly column: Column; readonly operator: Operator; readonly values: readonly Value[] }

const spellings: { readonly [spelling: string]: Operator | "is" } = {
  "": "eq", neq: "neq", lt: "lt", lte: "lte", lteq: "lte", gt: "gt", gte: "gte", gteq: "gte",
  in: "in", nin: "nin", like: "like", ilike: "ilike", contains: "contains", is: "is",
};

const equal: readonly Operator[] = ["eq", "neq", "in", "nin"];
const ordered: readonly Operator[] = [...equal, "lt", "lte", "gt", "gte"];
const textual: readonly Operator[] = [...ordered, "like", "ilike", "contains"];

const fitting: ByKind<readonly Operator[]> = {
  int8: () => ordered, int16: () => ordered, int32: () => ordered, int64: () => ordered,
  float32: () => ordered, float64: () => ordered, decimal: () => ordered,
  text: () => textual, enum: () => equal, uuid: () => equal, bool: () => equal,
  day: () => ordered, timestamp: () => ordered, local_timestamp: () => ordered,
  bytes: () => [], array: () => [], map: () => [], object: () => [],
};

/** The condition a parameter spells; undefined when the parameter is no filter. PARAMETER_INVALID names what is wrong and what there is. */
export function readFilter(table: Table, parameter: string, value: string): Condition | undefined {
  const match = /^filter\[(.*)\](.*)$/s.exec(parameter);
  if (match === null) return undefined;
  const [, name = "", spelling = ""] = match;
  const column = findColumn(table, name, parameter);
  const operator = Object.hasOwn(spellings, spelling) ? spellings[spelling] : undefined;
  if (operator === undefined) {
    throw invalid(parameter, `There is no filter operator ${JSON.stringify(spelling)}.`, `There is ${Object.keys(spellings).filter((known) => known !== "").join(", ")}, and none for equals.`);
  }
  if (operator === "is") return { column, operator: readNullness(parameter, value), values: [] };
  if (!matchKind(fitting, column.type).includes(operator)) {
    const known = matchKind(fitting, column.type).map((fits) => fits === "eq" ? "equals" : fits);
    throw invalid(parameter, `Column "${column.name}" is ${typeName(column.type)}, which ${operator === "eq" ? "equals" : operator} does not fit.`, `It takes ${[...known, "is"].join(", ")}.`);
  }
  return { column, operator, values: readOperands(column, operator, parameter, value) };
}

function readNullness(parameter: string, value: string): "null" | "notnull" {
  if (value === "null" || value === "notnull") return value;
  throw invalid(parameter, `${JSON.stringify(value)} is neither null nor notnull.`, "Write null or notnull.");
}

function readOperands(column: Column, operator: Operator, parameter: string, value: string): Value[] {
  if (operator === "like" || operator === "ilike" || operator === "contains") return [unwrap(value)];
  const texts = operator === "in" || operator === "nin" ? splitList(value) : [unwrap(value)];
  return texts.map((text) => readParameter(column.type, parameter, text));
}

/** The value a parameter's text spells; PARAMETER_INVALID names the parameter when it spells none. */
export function readParameter(type: Column["type"], parameter: string, text: string): Value {
  // A day alone is its first moment on the wall clock.
  const whole = type.kind === "local_timestamp" && /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00` : text;
  try {
    return readText(type, whole);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure("PARAMETER_INVALID", `Parameter "${parameter}": ${error.message}`, {
      place: { parameter, value: text }, hint: error.hint ?? `It takes ${typeName(type)}.`, cause: error,
    });
  }
}

/** ROAPI's clients write text in single quotes, a quote inside it twice. */
function unwrap(text: string): string {
  return /^'.*'$/s.test(text) && text.length > 1 ? text.slice(1, -1).replaceAll("''", "'") : text;
}

/** Splits at commas; an item in single quotes may hold commas of its own. */
function splitList(text: string): string[] {
  return (text.match(/(?<=^|,)(?:'(?:[^']|'')*'(?=,|$)|[^,]*)/g) ?? [""]).map(unwrap);
}
