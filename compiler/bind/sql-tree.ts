/** What can be read from a parsed SELECT without binding it: the tables it names, and which of its results are never null. */
import type { Column } from "../ir/catalog.ts";
import type { SqlTree } from "../../runtime/query/binder.ts";

/** What is known of one result column: whether it may be null, and the column it is a plain copy of. */
export interface ResultFact { readonly nullable: boolean; readonly copyOf?: Column }

/** The columns of a named table; undefined for a name that is none. */
export type KnownColumns = (table: string) => readonly Column[] | undefined;

interface Source { readonly alias: string; readonly columns: readonly Column[]; readonly optional: boolean }
interface Scope { readonly sources: readonly Source[]; readonly grouped: boolean }

const unknown: ResultFact = { nullable: true };
const present: ResultFact = { nullable: false };

/** The tables a statement names, as it spells them: `rides.trips`, or a bare name; its own CTEs left out. */
export function namedTables(tree: SqlTree): string[] {
  const ctes = new Set<string>();
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (!isTree(value)) return;
    for (const entry of list(value["map"])) ctes.add(text(entry["key"]).toLowerCase());
    if (value["type"] === "BASE_TABLE") names.add([text(value["schema_name"]), text(value["table_name"])].filter((part) => part !== "").join("."));
    Object.values(value).forEach(visit);
  };
  visit(tree);
  return [...names].filter((name) => !ctes.has(name.toLowerCase()));
}

/** One fact for each result column, in order; undefined where the statement is not a plain SELECT whose columns can be counted. */
export function resultFacts(tree: SqlTree, known: KnownColumns): readonly ResultFact[] | undefined {
  const sources = tree["type"] === "SELECT_NODE" ? sourcesOf(tree["from_table"], known) : undefined;
  if (sources === undefined || list(tree["group_sets"]).length > 1) return undefined;
  const items = list(tree["select_list"]);
  const byAll = tree["aggregate_handling"] === "FORCE_AGGREGATES" && items.some((item) => item["class"] === "COLUMN_REF");
  const scope: Scope = { sources, grouped: byAll || list(tree["group_expressions"]).length > 0 };
  const facts: ResultFact[] = [];
  for (const item of items) {
    if (item["class"] !== "STAR") facts.push(factOf(item, scope));
    else if (isBareStar(item)) facts.push(...sources.flatMap((source) => source.columns.map((column) => copyFact(source, column))));
    else return undefined;
  }
  return facts;
}

/** The tables of a FROM clause of plain tables and joins; undefined for anything else. */
function sourcesOf(from: unknown, known: KnownColumns, optional: boolean = false): readonly Source[] | undefined {
  if (!isTree(from)) return undefined;
  if (from["type"] === "EMPTY") return [];
  if (from["type"] === "BASE_TABLE") {
    const name = `${text(from["schema_name"])}.${text(from["table_name"])}`;
    const columns = list(from["column_name_alias"]).length === 0 ? known(name) : undefined;
    return columns === undefined ? undefined : [{ alias: text(from["alias"]) || text(from["table_name"]), columns, optional }];
  }
  const plain = from["type"] === "JOIN" && (from["ref_type"] === "REGULAR" || from["ref_type"] === "CROSS") && list(from["using_columns"]).length === 0;
  const joinType = from["join_type"];
  if (!plain || (joinType !== "INNER" && joinType !== "LEFT")) return undefined;
  const left = sourcesOf(from["left"], known, optional);
  const right = sourcesOf(from["right"], known, optional || joinType === "LEFT");
  return left === undefined || right === undefined ? undefined : [...left, ...right];
}

/** Aggregates that give a value whenever their group has a row with one. */
const valueAggregates = new Set(["sum", "min", "max", "avg", "mean", "any_value", "first", "last", "bool_and", "bool_or"]);
const countingWindows = new Set(["WINDOW_ROW_NUMBER", "WINDOW_RANK", "WINDOW_RANK_DENSE"]);

function factOf(item: SqlTree, scope: Scope): ResultFact {
  switch (item["class"]) {
    case "COLUMN_REF":
      return columnFact(item, scope);
    case "CONSTANT":
      return isTree(item["value"]) && item["value"]["is_null"] === false ? present : unknown;
    case "CAST":
      return item["try_cast"] === false && isTree(item["child"]) && !factOf(item["child"], scope).nullable ? present : unknown;
    case "WINDOW":
      return countingWindows.has(text(item["type"])) || text(item["function_name"]).startsWith("count") ? present : unknown;
    case "OPERATOR":
      return item["type"] === "OPERATOR_COALESCE" && list(item["children"]).some((child) => !factOf(child, scope).nullable) ? present : unknown;
    case "FUNCTION":
      return functionFact(item, scope);
    default:
      return unknown;
  }
}

function functionFact(item: SqlTree, scope: Scope): ResultFact {
  const name = text(item["function_name"]);
  if (name === "count_star" || name === "count") return present;
  const [value, more] = list(item["children"]);
  const sure = scope.grouped && valueAggregates.has(name) && item["filter"] === null && value !== undefined && more === undefined;
  return sure && !factOf(value, scope).nullable ? present : unknown;
}

function columnFact(item: SqlTree, { sources }: Scope): ResultFact {
  const names = Array.isArray(item["column_names"]) ? item["column_names"].map((name) => text(name).toLowerCase()) : [];
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
function isBareStar(item: SqlTree): boolean {
  const lists = ["exclude_list", "replace_list", "qualified_exclude_list", "rename_list"];
  return item["relation_name"] === "" && item["expr"] === null && item["columns"] === false && lists.every((name) => list(item[name]).length === 0);
}

function isTree(value: unknown): value is SqlTree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: unknown): readonly SqlTree[] {
  return Array.isArray(value) ? value.filter(isTree) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
