/**
 * Which leaf columns a table wants statistics of: the first 32 in the order of its schema, or as many as delta.dataSkippingNumIndexedCols says (-1: all),
 * or those that delta.dataSkippingStatsColumns names; and always those that it is clustered by (protocol, "Writer Requirements for Clustered Table").
 */
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { Failure } from "../../values/failure.ts";
import type { DomainMetadata, Metadata } from "../actions/actions.ts";
import { storedColumns } from "../schema/column-mapping.ts";
import type { Layout } from "../schema/column-mapping.ts";
import { isOnPath, listedPath } from "../schema/field-path.ts";
import type { FieldPath } from "../schema/field-path.ts";
import { clusteringDomain, clusteringPaths } from "./clustering-domain.ts";
import { leafKey } from "./leaf-key.ts";
import type { IndexedColumns } from "./leaf-key.ts";

/** A table's columns and what it says of their statistics. */
export interface IndexedTable extends Layout { readonly metadata?: Metadata; readonly domains?: ReadonlyMap<string, DomainMetadata> }

const countDefault = 32;
const countProperty = "delta.dataSkippingNumIndexedCols";
/** The property that names them. */
export const namesProperty = "delta.dataSkippingStatsColumns";

interface Leaf { readonly path: readonly string[]; readonly physical: readonly string[] }

/** What came out for a metadata, with the clustering it was asked beside: every append asks again. */
const known = new WeakMap<Metadata, { readonly clustering: string | undefined; readonly indexed: IndexedColumns }>();

/** The leaves that statistics are kept of. CONFIG_INVALID for a property that makes no sense. */
export function indexedColumns(table: IndexedTable): IndexedColumns {
  if (table.metadata === undefined) return chosen(table);
  const clustering = table.domains?.get(clusteringDomain)?.configuration;
  const before = known.get(table.metadata);
  if (before !== undefined && before.clustering === clustering) return before.indexed;
  const indexed = chosen(table);
  known.set(table.metadata, { clustering, indexed });
  return indexed;
}

function chosen({ metadata, domains, ...layout }: IndexedTable): IndexedColumns {
  const { columns, physical } = storedColumns(layout);
  const leaves = leavesOf(columns, physical, [], []);
  const names = metadata?.configuration[namesProperty];
  const wanted = names === undefined ? leaves.slice(0, countOf(metadata)) : leaves.filter(named(namesIn(names)));
  const clustered = clusteringPaths(domains).map(leafKey);
  return new Set([...wanted.map((leaf) => leafKey(leaf.physical)), ...leaves.map((leaf) => leafKey(leaf.physical)).filter((key) => clustered.includes(key))]);
}

/** Lists and maps count as one. */
function leavesOf(columns: readonly NamedType[], physical: readonly NamedType[], above: readonly string[], physicalAbove: readonly string[]): Leaf[] {
  return columns.flatMap(({ name, type }, k) => {
    const stored = physical[k] ?? { name, type };
    const [path, storedPath] = [[...above, name], [...physicalAbove, stored.name]];
    return type.kind === "object" && stored.type.kind === "object" ? leavesOf(type.fields, stored.type.fields, path, storedPath) : [{ path, physical: storedPath }];
  });
}

function countOf(metadata: Metadata | undefined): number {
  const text = metadata?.configuration[countProperty] ?? String(countDefault);
  if (text === "-1") return Number.POSITIVE_INFINITY;
  if (/^\d+$/.test(text)) return Number(text);
  throw new Failure("CONFIG_INVALID", `The table's property ${countProperty} is "${text}", which is no number of columns.`, { hint: "Set it to a whole number, or to -1 for all columns.", place: { value: text } });
}

function namesIn(text: string): readonly string[] {
  return pathsIn(text).map((path) => leafKey(path).toLowerCase());
}

/** The paths that a value of delta.dataSkippingStatsColumns names: names parted by commas, their parts by dots, any of it in backticks: `a, b.c, \`d,e\``. */
export function pathsIn(text: string): readonly FieldPath[] {
  const name = "(?:`(?:[^`]|``)*`|[^`,.]+)";
  if (text.trim() === "") return [];
  if (!new RegExp(`^\\s*${name}(\\s*[.,]\\s*${name})*\\s*$`).test(text)) {
    throw new Failure("CONFIG_INVALID", `The table's property ${namesProperty} is "${text}", which is no list of columns.`, { hint: "Write it as `a, b.c`.", place: { value: text } });
  }
  const paths: string[][] = [[]];
  for (const [, sign, quoted, plain] of text.matchAll(/([.,])|`((?:[^`]|``)*)`|([^`,.]+)/g)) {
    if (sign === ",") paths.push([]);
    else if (quoted !== undefined) paths.at(-1)?.push(quoted.replaceAll("``", "`"));
    else if (plain !== undefined && plain.trim() !== "") paths.at(-1)?.push(plain.trim());
  }
  return paths;
}

/** The properties of a table one of whose columns or fields has another name. */
export function withStatisticsRenamed(configuration: Metadata["configuration"], path: FieldPath, name: string): Metadata["configuration"] {
  return withPaths(configuration, (paths) => paths.map((told) => (told.length >= path.length && isOnPath(told, path) ? told.with(path.length - 1, name) : told)));
}

/** The properties of a table without one of its columns or fields. */
export function withoutStatisticsOf(configuration: Metadata["configuration"], path: FieldPath): Metadata["configuration"] {
  return withPaths(configuration, (paths) => paths.filter((told) => told.length < path.length || !isOnPath(told, path)));
}

function withPaths(configuration: Metadata["configuration"], change: (paths: readonly FieldPath[]) => readonly FieldPath[]): Metadata["configuration"] {
  const text = configuration[namesProperty];
  if (text === undefined) return configuration;
  const before = pathsIn(text);
  const after = change(before);
  return after.length === before.length && after.every((path, k) => path === before[k]) ? configuration : { ...configuration, [namesProperty]: after.map(listedPath).join(",") };
}

/** A name stands for all that is below it, in any case. */
function named(names: readonly string[]): (leaf: Leaf) => boolean {
  return ({ path }) => path.some((_, k) => names.includes(leafKey(path.slice(0, k + 1)).toLowerCase()));
}
