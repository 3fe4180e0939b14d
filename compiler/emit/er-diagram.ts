/**
 * generated/diagrams/<database>.mmd: a database's tables as a Mermaid entity-relationship diagram. Columns stand with their types and
 * keys, `@references` are the relations; a table of another database is there by its name alone.
 */
import type { Catalog, Column, Database, Table } from "../ir/catalog.ts";
import { matchKind } from "../ir/column-type.ts";
import type { ByKind } from "../ir/column-type.ts";
import { fullName } from "../ir/names.ts";
import { remembered } from "../ir/remembered.ts";
import { typeName } from "../ir/type-name.ts";
import { keptText } from "./emitted-file.ts";
import type { EmittedFile } from "./emitted-file.ts";

/** One file for each database that has tables. */
export function emitDiagrams(catalog: Catalog): EmittedFile[] {
  return catalog.databases.filter(({ tables }) => tables.length > 0).map((database) => ({ path: `diagrams/${database.name}.mmd`, parts: diagramParts(database) }));
}

function diagramParts({ name, tables }: Database): EmittedFile["parts"] {
  return [`---\ntitle: ${name}\n---\nerDiagram\n`, ...tables.map(entityText), ...tables.map(relationsText)];
}

const entityText = remembered((table: Table) => {
  const lines = table.columns.map((column) => `    ${attributeText(table, column)}\n`);
  return keptText(`  "${fullName(table)}"${lines.length === 0 ? "\n" : ` {\n${lines.join("")}  }\n`}`);
});

/** Many rows that name one; none where the column may be null. */
const relationsText = remembered((table: Table) => {
  const lines = table.columns.flatMap(({ name, nullable, references }) => (references === undefined ? [] : [`  "${fullName(table)}" }o--${nullable ? "o|" : "||"} "${references.table}" : "${name}"\n`]));
  return keptText(lines.join(""));
});

function attributeText(table: Table, column: Column): string {
  const keys = [...(table.key.includes(column.name) ? ["PK"] : []), ...(column.references === undefined ? [] : ["FK"]), ...(column.unique ? ["UK"] : [])];
  const note = [...(column.nullable ? ["nullable"] : []), ...(column.deprecated === undefined ? [] : ["deprecated"]), oneLine(column.doc)].filter((text) => text !== "").join("; ");
  return [matchKind(types, column.type), attributeName(column.name), keys.join(", "), note === "" ? "" : `"${note}"`].filter((part) => part !== "").join(" ");
}

/** What Mermaid would take for a key, or for no name at all, stands in backticks. */
function attributeName(name: string): string {
  return /^(pk|fk|uk)$/i.test(name) || !/^[A-Za-z_\u00C0-\uFFFF][A-Za-z0-9_\u00C0-\uFFFF]*$/.test(name) ? `\`${name}\`` : name;
}

/** A comment ends at the first double quote, and Mermaid knows no escape. */
function oneLine(doc: string): string {
  return doc.replaceAll(/\s+/g, " ").replaceAll('"', "'").trim();
}

const plain = (type: Parameters<typeof typeName>[0]): string => typeName(type);

/** A type is one word in Mermaid. */
const types: ByKind<string> = {
  int8: plain, int16: plain, int32: plain, int64: plain, float32: plain, float64: plain,
  text: plain, bool: plain, bytes: plain, uuid: plain, day: plain, timestamp: plain, local_timestamp: plain,
  decimal: ({ precision, scale }) => `Decimal(${precision},${scale})`,
  enum: () => "enum",
  array: ({ element }) => `${matchKind(types, element)}[]`,
  map: () => "Record",
  object: () => "object",
};
