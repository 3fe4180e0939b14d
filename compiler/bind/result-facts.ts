/** What can be read from a parsed SELECT without binding it: which of its results are never null, and which are plain copies of a column. */
import type { Column } from "../ir/catalog.ts";
import { isNode, listOf, textOf } from "../../runtime/query/sql-tree.ts";
import type { TreeNode, TreeValue } from "../../runtime/query/sql-tree.ts";

/** What is known of one result column: whether it may be null, and the column it is a plain copy of. */
export interface ResultFact { readonly nullable: boolean; readonly copyOf?: Column }

/** The columns of a named table; undefined for a name that is none. */
export type KnownColumns = (table: string) => readonly Column[] | undefined;

interface Source { readonly alias: string; readonly columns: readonly Column[]; readonly optional: boolean }
interface Scope { readonly sources: readonly Source[]; readonly grouped: boolean }

/** The tree leaves empty lists out, and with them the empty grouping set: only the words tell it from a plain GROUP BY. */
const groupingSets = /\b(?:rollup|cube|grouping\s+sets)\b/i;

const unknown: ResultFact = { nullable: true };
const present: ResultFact = { nullable: false };

/** One fact for each result column, in order; undefined where the statement is not a plain SELECT whose columns can be counted. */
export function resultFacts(tree: TreeNode, sql: string, known: KnownColumns): readonly ResultFact[] | undefined {
  const sources = tree["type"] === "SELECT_NODE" ? sourcesOf(tree["from_table"], known) : undefined;
  if (sources === undefined || groupingSets.test(sql)) return undefined;
  const items = nodes(tree, "select_list");
  const byAll = tree["aggregate_handling"] === "FORCE_AGGREGATES" && items.some((item) => item["class"] === "COLUMN_REF");
  const scope: Scope = { sources, grouped: byAll || nodes(tree, "group_expressions").length > 0 };
  const facts: ResultFact[] = [];
  for (const item of items) {
    if (item["class"] !== "STAR") facts.push(factOf(item, scope));
    else if (isBareStar(item)) facts.push(...sources.flatMap((source) => source.columns.map((column) => copyFact(source, column))));
    else return undefined;
  }
  return facts;
}

/** The tables of a FROM clause of plain tables and joins; undefined for anything else. */
function sourcesOf(from: TreeValue | undefined, known: KnownColumns, optional: boolean = false): readonly Source[] | undefined {
  if (!isNode(from)) return undefined;
  if (from["type"] === "EMPTY") return [];
  if (from["type"] === "BASE_TABLE") {
    const name = `${textOf(from, "schema_name")}.${textOf(from, "table_name")}`;
    const columns = listOf(from, "column_name_alias").length === 0 ? known(name) : undefined;
    return columns === undefined ? undefined : [{ alias: textOf(from, "alias") || textOf(from, "table_name"), columns, optional }];
  }
  const plain = from["type"] === "JOIN" && (from["ref_type"] === "REGULAR" || from["ref_type"] === "CROSS") && listOf(from, "using_columns").length === 0;
  const joinType = from["join_type"];
  if (!plain || (joinType !== "INNER" && joinType !== "LEFT")) return undefined;
  const left = sourcesOf(from["left"], known, optional);
  const right = sourcesOf(from["right"], known, optional || joinType === "LEFT");
  return left === undefined || right === undefined ? undefined : [...left, ...right];
}

/** Aggregates that give a value whenever their group has a row with one. */
const valueAggregates = new Set(["sum", "min", "max", "avg", "mean", "any_value", "first", "last", "bool_and", "bool_or"]);
const countingWindows = new Set(["WINDOW_ROW_NUMBER", "WINDOW_RANK", "WINDOW_RANK_DENSE"]);

function factOf(item: TreeNode, scope: Scope): ResultFact {
  switch (item["class"]) {
    case "COLUMN_REF":
      return columnFact(item, scope);
    case "CONSTANT":
      return isNode(item["value"]) && item["value"]["is_null"] === false ? present : unknown;
    case "CAST":
      return item["try_cast"] !== true && isNode(item["child"]) && !factOf(item["child"], scope).nullable ? present : unknown;
    case "WINDOW":
      return countingWindows.has(textOf(item, "type")) || textOf(item, "function_name").startsWith("count") ? present : unknown;
    case "OPERATOR":
      return item["type"] === "OPERATOR_COALESCE" && nodes(item, "children").some((child) => !factOf(child, scope).nullable) ? present : unknown;
    case "FUNCTION":
      return functionFact(item, scope);
    default:
      return unknown;
  }
}

function functionFact(item: TreeNode, scope: Scope): ResultFact {
  const name = textOf(item, "function_name");
  if (name === "count_star" || name === "count") return present;
  const [value, more] = nodes(item, "children");
  const sure = scope.grouped && valueAggregates.has(name) && item["filter"] === undefined && value !== undefined && more === undefined;
  return sure && !factOf(value, scope).nullable ? present : unknown;
}

function columnFact(item: TreeNode, { sources }: Scope): ResultFact {
  const names = listOf(item, "column_names").map((name) => String(name).toLowerCase());
  const column = names.at(-1);
  const alias = names.at(-2);
  const found = sources
    .filter((source) => alias === undefined || source.alias.toLowerCase() === alias)
    .flatMap((source) => source.columns.filter((known) => known.name.toLowerCase() === column).map((known) => copyFact(source, known)));
  return found.length === 1 ? found[0] ?? unknown : unknown;
}

function copyFact(source: Source, column: Column): ResultFact {
  return { nullable: source.optional || column.nullable, copyOf: column };
}

/** `*` alone: no table before it, nothing left out or replaced. */
function isBareStar(item: TreeNode): boolean {
  return Object.keys(item).every((key) => key === "class" || key === "type" || key === "query_location");
}

function nodes(node: TreeNode, key: string): readonly TreeNode[] {
  return listOf(node, key).filter(isNode);
}
