/** The changes of single columns, each with its risk and what callers must know. */
import type { Column, Table } from "../ir/catalog.ts";
import type { NamedType } from "../ir/column-type.ts";
import { fullName } from "../ir/names.ts";
import { typeName } from "../ir/type-name.ts";
import type { Change, Cost, LakeTable } from "./change.ts";
import type { Pair } from "./matched-columns.ts";
import { typeChange } from "./type-change.ts";

/** A column that is new; with `@initially` in a table with files, old rows are written anew. */
export function addColumn(table: Table, column: Column, lake: LakeTable): Change {
  const fills = column.initially !== undefined && lake.files > 0;
  const given = column.nullable || column.dayOf !== undefined || column.kafka !== undefined;
  return {
    kind: "add-column", table: fullName(table), column: column.name, risk: given ? "additive" : "breaking",
    text: `add ${column.name}: ${typeName(column.type, column.nullable)}${fills ? `, ${valueText(column)} in rows there are` : ""}`,
    ...(given ? {} : { callers: `who appends must give ${column.name}` }),
    ...(fills ? { cost: costOf(lake) } : {}),
  };
}

/** A column that no declared column is: gone for the newest version, still there in older ones until they are vacuumed. */
export function dropColumn(table: Table, { name, type, nullable }: NamedType, lake: LakeTable): Change {
  const foreign = lake.ours === false ? "; another hand than ours changed the table last" : "";
  return {
    kind: "drop-column", table: fullName(table), column: name, risk: "destructive",
    text: `drop ${name}: ${typeName(type, nullable)}, which is not declared${foreign}`,
    callers: `who asks for ${name} is refused`,
  };
}

/** What becomes of a column that is there; what cannot be done is told elsewhere and left out here. */
export function changesOfPair(table: Table, { column, kept }: Pair, lake: LakeTable): Change[] {
  const about = { table: fullName(table), column: column.name };
  const changes: Change[] = [];
  if (kept.name !== column.name) {
    changes.push({ ...about, kind: "rename-column", from: kept.name, risk: "breaking", text: `rename ${kept.name} to ${column.name}`, callers: `who asks for ${kept.name}, or appends it, must say ${column.name}` });
  }
  const change = typeChange(kept.type, column.type);
  if (change === "widened") changes.push(widenColumn(table, column, kept, lake));
  if (change === "restated") {
    changes.push({ ...about, kind: "restate-column", risk: accepts(column, kept) ? "additive" : "breaking", text: `take ${column.name} for ${typeName(column.type)}, which was ${typeName(kept.type)}` });
  }
  if (column.nullable && !kept.nullable) changes.push({ ...about, kind: "relax-not-null", risk: "breaking", text: `let ${column.name} be null`, callers: `who reads ${column.name} may meet null` });
  if (docsOf(column) !== docsOf(kept)) changes.push({ ...about, kind: "change-comment", risk: "safe", text: `describe ${column.name} as the catalog does` });
  return changes;
}

function widenColumn(table: Table, { name, type }: Column, kept: NamedType, lake: LakeTable): Change {
  const bigint = type.kind === "int64";
  const scale = type.kind === "decimal" && kept.type.kind === "decimal" && type.scale > kept.type.scale;
  const callers = bigint ? `values of ${name} become bigint in the client` : `values of ${name} have more digits after the point`;
  const files = lake.files > 0 && !lake.partitionBy.includes(kept.name);
  return {
    kind: "widen-column", table: fullName(table), column: name, risk: bigint || scale ? "breaking" : "additive",
    text: `widen ${name} from ${typeName(kept.type)} to ${typeName(type)}`,
    ...(bigint || scale ? { callers } : {}),
    ...(files ? { cost: costOf(lake) } : {}),
  };
}

/** Whether every value that was told before is still one. */
function accepts({ type }: NamedType, kept: NamedType): boolean {
  if (type.kind === "text") return true;
  return type.kind === "enum" && kept.type.kind === "enum" && kept.type.values.every((value) => type.values.includes(value));
}

function costOf({ rows, files, bytes }: LakeTable): Cost {
  return { rows, files, bytes };
}

function valueText({ initially, type }: Column): string {
  return type.kind === "text" || type.kind === "enum" ? JSON.stringify(initially) : String(initially);
}

/** The words about a column and about the fields within it. */
function docsOf({ doc = "", type }: NamedType): string {
  return JSON.stringify([doc, ...docsWithin(type)]);
}

function docsWithin(type: NamedType["type"]): string[] {
  if (type.kind === "array") return docsWithin(type.element);
  if (type.kind === "map") return [...docsWithin(type.key), ...docsWithin(type.value)];
  return type.kind === "object" ? type.fields.toSorted((left, right) => (left.name < right.name ? -1 : 1)).flatMap((field) => [docsOf(field)]) : [];
}
