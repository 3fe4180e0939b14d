/**
 * A list, map or record from JSON, in SQL, value by value: the engine's own cast makes null of a number that does not fit, rounds, takes base64 for
 * the bytes themselves, and knows no value that is never null. What is no value within is an error here; under TRY the whole is null.
 */
import type { ColumnType } from "../../compiler/ir/column-type.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import { typeName } from "../../compiler/ir/type-name.ts";

export interface Within {
  /** The value of a cell of JSON that is neither nested nor null, or null where it is none; SQL. */
  leaf(type: ColumnType, cell: string): string;
  /** Whether what is declared `nullable` may be null. */
  mayBeNull(nullable: boolean): boolean;
  /** Whether a record may hold what is no field of its type, which is left out. */
  readonly mayHoldMore: boolean;
}

/** The value of `cell`, SQL of JSON. */
export function nestedCell(type: ColumnType, cell: string, within: Within): string {
  return valueOf({ within, depth: 0 }, type, true, cell);
}

interface Walk { readonly within: Within; readonly depth: number }

function valueOf(walk: Walk, type: ColumnType, nullable: boolean, cell: string): string {
  const absent = walk.within.mayBeNull(nullable) ? "NULL" : noValue(type, cell);
  return `CASE WHEN coalesce(json_type(${cell}), 'NULL') = 'NULL' THEN ${absent} ELSE ${presentOf(walk, type, cell)} END`;
}

function presentOf(walk: Walk, type: ColumnType, cell: string): string {
  const inner: Walk = { ...walk, depth: walk.depth + 1 };
  const each = quoteName(`value ${walk.depth}`);
  const of = (shape: string, value: string): string => `CASE WHEN json_type(${cell}) = '${shape}' THEN ${value} ELSE ${noValue(type, cell)} END`;
  switch (type.kind) {
    case "array":
      return of("ARRAY", `list_transform(CAST(${cell} AS JSON[]), lambda ${each}: ${valueOf(inner, type.element, type.elementNullable, each)})`);
    case "map": {
      const entry = (key: string): string => `{'k': ${key}, 'v': ${valueOf(inner, type.value, type.valueNullable, type.key.kind === "text" ? `${each}.value` : memberOf(each, "value"))}}`;
      return type.key.kind === "text"
        ? of("OBJECT", `map_from_entries(list_transform(map_entries(CAST(${cell} AS MAP(VARCHAR, JSON))), lambda ${each}: ${entry(`${each}.key`)}))`)
        : of("ARRAY", `map_from_entries(list_transform(CAST(${cell} AS JSON[]), lambda ${each}: ${entry(valueOf(inner, type.key, false, memberOf(each, "key")))}))`);
    }
    case "object": {
      // All fields are taken out of the text in one pass.
      const members = `json_extract(${cell}, [${type.fields.map(({ name }) => quoteText(pathOf(name))).join(", ")}])`;
      const fields = type.fields.map((field, at) => `${quoteText(field.name)}: ${valueOf(inner, field.type, field.nullable, `${each}[${at + 1}]`)}`);
      const record = `list_transform([${members}], lambda ${each}: {${fields.join(", ")}})[1]`;
      const known = `list_has_all([${type.fields.map(({ name }) => quoteText(name)).join(", ")}], json_keys(${cell}))`;
      return of("OBJECT", walk.within.mayHoldMore ? record : `CASE WHEN ${known} THEN ${record} ELSE ${noValue(type, cell)} END`);
    }
    default:
      return `coalesce(${walk.within.leaf(type, cell)}, ${noValue(type, cell)})`;
  }
}

function memberOf(cell: string, name: string): string {
  return `json_extract(${cell}, ${quoteText(pathOf(name))})`;
}

function pathOf(name: string): string {
  return `$.${JSON.stringify(name)}`;
}

/** Made of the cell: an error that no row decides about would be one for rows that never come to it. Of `error()` there is no TRY. */
function noValue(type: ColumnType, cell: string): string {
  return `CASE WHEN CAST(left(coalesce(CAST(${cell} AS VARCHAR), 'null'), 100) || ${quoteText(` is not ${typeName(type, false)}`)} AS BOOLEAN) THEN NULL END`;
}
