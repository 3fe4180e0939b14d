/** Conditions on what stands within values, through objects, lists and maps, as SQL. */
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import { quoteText } from "../../compiler/ir/names.ts";

/** The condition on a plain value of this type; undefined where there is none. */
export type PlainSql = (type: ColumnType, sql: string) => string | undefined;

/** Whether anything within a value meets the condition on it, null where nothing is there; undefined for a type of which nothing does. */
export function withinSql(type: ColumnType, sql: string, plain: PlainSql, depth = 0): string | undefined {
  if (type.kind === "object") return anyOf(type.fields.map((field) => withinSql(field.type, `${sql}[${quoteText(field.name)}]`, plain, depth)));
  if (type.kind === "array") return elementSql(type.element, sql, plain, depth);
  return type.kind === "map" ? anyOf([elementSql(type.key, `map_keys(${sql})`, plain, depth), elementSql(type.value, `map_values(${sql})`, plain, depth)]) : plain(type, sql);
}

function elementSql(type: ColumnType, list: string, plain: PlainSql, depth: number): string | undefined {
  const element = `element_${depth}`;
  const condition = withinSql(type, element, plain, depth + 1);
  return condition === undefined ? undefined : `list_bool_or(list_transform(${list}, lambda ${element}: ${condition}))`;
}

function anyOf(conditions: readonly (string | undefined)[]): string | undefined {
  const some = conditions.filter((condition) => condition !== undefined);
  return some.length === 0 ? undefined : `(${some.join(" OR ")})`;
}

const times: { readonly [kind in ColumnType["kind"]]?: string } = {
  day: "DATE '0001-01-01' AND DATE '9999-12-31'",
  timestamp: "TIMESTAMPTZ '0001-01-01 00:00:00+00' AND TIMESTAMPTZ '9999-12-31 23:59:59.999999+00'",
  local_timestamp: "TIMESTAMP '0001-01-01 00:00:00' AND TIMESTAMP '9999-12-31 23:59:59.999999'",
};

/** Whether a time within a value lies outside the years 0001 to 9999, as the engine's infinities do: nobody could read it back. Undefined for a type without times. */
export function farTimeSql(type: ColumnType, sql: string): string | undefined {
  return withinSql(type, sql, ({ kind }, plain) => (times[kind] === undefined ? undefined : `${plain} NOT BETWEEN ${times[kind]}`));
}
