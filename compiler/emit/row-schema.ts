/**
 * generated/json-schema/<database>/<table>.json: the rows of a table as JSON Schema 2020-12. Of a table that rows are appended to it takes
 * and refuses what appending does; what no schema can say it names in its description. Of any other it tells the rows of replies.
 */
import { exactBounds } from "../ir/bounds.ts";
import type { Catalog, Column, Rule, Table } from "../ir/catalog.ts";
import type { ColumnType } from "../ir/column-type.ts";
import { allTables, fullName } from "../ir/names.ts";
import { remembered } from "../ir/remembered.ts";
import { jsonText, keptText } from "./emitted-file.ts";
import type { EmittedFile } from "./emitted-file.ts";
import { columnFacts, columnSchema } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";
import { definitionsOf, orNull, sentSchema } from "./sent-values.ts";
import { singleBounds } from "./single-bounds.ts";
import { mayBeLeftOut } from "./table-facts.ts";

/** One file for each table. */
export function emitRowSchemas(catalog: Catalog): EmittedFile[] {
  return allTables(catalog).map(schemaFile);
}

const schemaFile = remembered((table: Table): EmittedFile => ({ path: `json-schema/${table.database}/${table.name}.json`, parts: [keptText(jsonText(rowSchema(table)))] }));

/** The schema of a row. */
export function rowSchema(table: Table): JsonSchema {
  const sent = table.source.kind === "delta";
  const definitions = sent ? table.columns.flatMap(({ type }) => definitionsOf(type)).toSorted(([left], [right]) => (left < right ? -1 : 1)) : [];
  const description = [table.doc, ...(sent ? unsaid(table) : [])].filter((part) => part !== "").join("\n\n");
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `urn:neuralake:${table.database}:${table.name}`,
    title: fullName(table),
    ...(description === "" ? {} : { description }),
    ...(table.deprecated === undefined ? {} : { deprecated: true }),
    type: "object",
    properties: Object.fromEntries(table.columns.map((column) => [column.name, sent ? sentColumn(column) : columnSchema(column)])),
    required: table.columns.filter((column) => !sent || !mayBeLeftOut(column)).map(({ name }) => name),
    additionalProperties: false,
    ...(definitions.length === 0 ? {} : { $defs: Object.fromEntries(definitions) }),
  };
}

function sentColumn(column: Column): JsonSchema {
  return { ...column.rules.reduce((schema, rule) => ruled(schema, rule, column), sentSchema(column.type, column.nullable)), ...columnFacts(column) };
}

/** The schema with a rule's bounds, as far as JSON Schema has words for them. */
function ruled(schema: JsonSchema, rule: Rule, { type, nullable }: Column): JsonSchema {
  if (!isSaid(rule, type)) return schema;
  if (rule.kind === "matches") return { ...schema, pattern: rule.pattern };
  // Neither infinity nor NaN lies between bounds.
  if (type.kind === "float64") return orNull({ type: "number", format: "double", minimum: Number(rule.low), maximum: Number(rule.high) }, nullable);
  if (type.kind === "float32") return orNull({ type: "number", format: "float", ...singleBounds(Number(rule.low), Number(rule.high)) }, nullable);
  const bounds = exactBounds(type, rule.low, rule.high);
  if (bounds === undefined || bounds === "empty") return nullable ? { type: "null" } : { not: {} };
  return { ...schema, minimum: bounds.low, maximum: bounds.high };
}

/** Bounds of numbers, and patterns that mean the same without their flags: schemas read them by code points, and so do we. */
function isSaid(rule: Rule, type: ColumnType): boolean {
  if (rule.kind === "between") return type.kind !== "decimal";
  return /^[dgyu]*$/.test(rule.flags) && isUnicodePattern(rule.pattern);
}

function isUnicodePattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, "u") instanceof RegExp;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

const outcomes = { reject: "else the row is refused", quarantine: "else the row is set aside", warn: "else it is warned of" } as const;

/** What is asked of a row besides, one line each. */
function unsaid(table: Table): string[] {
  const lines = [
    ...table.columns.flatMap(({ name, dayOf }) => (dayOf === undefined ? [] : [`${name} is the day of ${dayOf}, and follows from it when left out`])),
    ...table.columns.flatMap(({ name, type, rules }) => rules.filter((rule) => !isSaid(rule, type)).map((rule) => `${name} ${rule.kind === "between" ? `lies between ${rule.low} and ${rule.high}` : `matches /${rule.pattern}/${rule.flags}`}`)),
    ...table.checks.map(({ name, doc, onFail }) => `the check ${name} holds${doc === "" ? "" : ` (${doc.replaceAll(/\s+/g, " ")})`}, ${outcomes[onFail]}`),
  ];
  return lines.length === 0 ? [] : [`Asked of a row besides, which no schema can say:\n${lines.map((line) => `- ${line}`).join("\n")}`];
}
