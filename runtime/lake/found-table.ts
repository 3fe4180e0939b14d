/** What a table that nobody declared says of itself, so that a catalog can declare it: columns, how rows lie, words, and what the catalog has no word for. */
import type { ColumnType, NamedType } from "../../compiler/ir/column-type.ts";
import { wordFacts } from "../../compiler/ir/words.ts";
import type { DeltaField, DeltaType } from "../delta/schema/schema-shape.ts";
import { physicalPath } from "../delta/schema/column-mapping.ts";
import { columnsOf, schemaFields } from "../delta/schema/types.ts";
import { clusteringDomain, clusteringPaths } from "../delta/statistics/clustering-domain.ts";
import { Failure } from "../values/failure.ts";
import type { Description } from "./contract.ts";

export interface FoundTable {
  readonly columns: readonly NamedType[];
  readonly partitionBy: readonly string[];
  readonly clusterBy: readonly string[];
  readonly doc: string;
  /** In whole sentences, for a comment. */
  readonly notes: readonly string[];
}

/** Of a Delta table as `describe` tells it. DELTA_UNSUPPORTED_FEATURE names a column of a type that no column of a catalog has. */
export function foundDelta({ location, metadata, domains }: Description): FoundTable {
  const text = JSON.stringify(metadata.schema);
  const fields = schemaFields(text);
  for (const field of fields) requireDeclarable(location, field.name, field.type);
  const columns = columnsOf(text);
  for (const { name, type } of columns) requireTextKeys(location, name, type);
  for (const name of metadata.partitionColumns) requirePartition(location, name, columns);
  const clustering = clusteredBy(columns, fields, domains[clusteringDomain]);
  return { columns, partitionBy: metadata.partitionColumns, clusterBy: clustering.columns, doc: metadata.description ?? "", notes: [...clustering.notes, ...constraintNotes(metadata.configuration)] };
}

/** A variant would be read as its two parts in bytes, which is no declaration of it. */
function requireDeclarable(location: string, path: string, type: DeltaType): void {
  if (typeof type === "string" ? ["variant", "void", "null"].includes(type) : type.type === "variant") {
    const name = typeof type === "string" ? type : "variant";
    throw new Failure("DELTA_UNSUPPORTED_FEATURE", `Column "${path}" of ${location} is of the Delta type ${name}, which no column of a catalog has.`, { hint: `Look at the table by its path (neuralake peek ${location}), or let another engine give the column a type.`, place: { value: path } });
  }
  if (typeof type === "string" || type.type === "variant") return;
  if (type.type === "struct") for (const { name, type: inner } of type.fields) requireDeclarable(location, `${path}.${name}`, inner);
  if (type.type === "array") requireDeclarable(location, `${path}.element`, type.elementType);
  if (type.type !== "map") return;
  requireDeclarable(location, `${path}.key`, type.keyType);
  requireDeclarable(location, `${path}.value`, type.valueType);
}

/** The language has maps from text alone. DELTA_UNSUPPORTED_FEATURE. */
function requireTextKeys(location: string, path: string, type: ColumnType): void {
  if (type.kind === "array") requireTextKeys(location, `${path}.element`, type.element);
  if (type.kind === "object") for (const field of type.fields) requireTextKeys(location, `${path}.${field.name}`, field.type);
  if (type.kind !== "map") return;
  if (type.key.kind !== "text") {
    throw new Failure("DELTA_UNSUPPORTED_FEATURE", `Column "${path}" of ${location} is a map from ${type.key.kind}; the maps of a catalog are from text.`, { hint: `Look at the table by its path: neuralake peek ${location}`, place: { value: path } });
  }
  requireTextKeys(location, `${path}.value`, type.value);
}

/** DELTA_UNSUPPORTED_FEATURE for a type that the word does not fit. */
function requirePartition(location: string, name: string, columns: readonly NamedType[]): void {
  const type = columns.find((column) => column.name === name)?.type;
  if (type === undefined || wordFacts("partition")?.fits?.includes(type.kind) === true) return;
  throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${location} is partitioned by "${name}", which is ${type.kind}; no table of a catalog is.`, { hint: `Look at the table by its path: neuralake peek ${location}`, place: { value: name } });
}

/** Clustering goes by physical names; what is below a column, or of a type that the word does not fit, is told. */
function clusteredBy(columns: readonly NamedType[], fields: readonly DeltaField[], configuration: string | undefined): { readonly columns: readonly string[]; readonly notes: readonly string[] } {
  if (configuration === undefined) return { columns: [], notes: [] };
  const paths = clusteringPaths(new Map([[clusteringDomain, { domain: clusteringDomain, configuration, removed: false }]]));
  const found = paths.map((path) => ({ path, column: path.length === 1 ? columns.find(({ name }) => physicalPath(fields, [name])[0] === path[0]) : undefined }));
  const fits = (column: NamedType | undefined): column is NamedType => column !== undefined && wordFacts("cluster")?.fits?.includes(column.type.kind) === true;
  const others = found.filter(({ column }) => !fits(column));
  return {
    columns: found.flatMap(({ column }) => (fits(column) ? [column.name] : [])),
    notes: others.map(({ path }) => `The table is clustered by ${path.join(".")} too, for which @cluster() has no place.`),
  };
}

/** CHECK constraints stay in the table's log, by which every writer judges. */
function constraintNotes(configuration: Description["metadata"]["configuration"]): readonly string[] {
  const prefix = "delta.constraints.";
  return Object.entries(configuration).filter(([key]) => key.startsWith(prefix)).toSorted().map(([key, sql]) => `The table itself holds rows to CHECK ${key.slice(prefix.length)}: ${sql}`);
}
