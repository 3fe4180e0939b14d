/** Kysely's tree of a merge becomes what a port is told: a table, the query that gives the source's rows, and clauses in SQL over `target.x` and `source.x`, or with values as they are. */
import { AndNode, ColumnNode, DefaultInsertValueNode, InsertQueryNode, JoinNode, MatchedNode, PrimitiveValueListNode, RawNode, UpdateQueryNode, ValueListNode, ValuesNode } from "kysely";
import type { MergeQueryNode, OperationNode, QueryId, RootOperationNode, WhenNode } from "kysely";
import type { SqlParameter } from "../query/request.ts";
import type { Value } from "../values/value.ts";
import { changeRefused, openExpressions } from "./change-expressions.ts";
import type { Expressions } from "./change-expressions.ts";
import { namesOf, newValue, requireOnly, tableOf, valueOf } from "./change-nodes.ts";
import type { MergedValues, PortClauses } from "./port.ts";
import { LakeSqlText } from "./sql-text.ts";

/** What a merge of the builder does; parameters count through all clauses, and the source's own by themselves. */
export interface LakeMerge {
  readonly kind: "merge";
  readonly table: string;
  readonly source: { readonly sql: string; readonly parameters: readonly SqlParameter[] };
  readonly clauses: PortClauses;
  readonly parameters: readonly SqlParameter[];
}

/** What the merge does. SQL_FORBIDDEN for what cannot be said. */
export function mergeOf(node: MergeQueryNode): LakeMerge {
  requireOnly(node, ["kind", "into", "using", "whens"], "merge");
  const [target, using] = [tableOf(node.into), node.using];
  if (target === undefined || using === undefined || !JoinNode.is(using) || using.on === undefined) throw changeRefused("merge", "no table and source with a condition");
  const source = sourceOf(using.table);
  const expressions = openExpressions("merge", [{ names: namesOf(target), prefix: "target." }, { names: source.names, prefix: "source." }]);
  const on = expressions.sql(using.on.on);
  return { kind: "merge", table: target.table.join("."), source: source.query, clauses: { on, ...clausesOf(node.whens ?? [], expressions) }, parameters: expressions.parameters() };
}

/** The rows of a table, a query or a call, under the name that expressions call them by. */
function sourceOf(node: OperationNode): { readonly names: readonly string[]; readonly query: LakeMerge["source"] } {
  // appendValue, the only way in, adds nothing but SqlParameters.
  const { sql, parameters } = new LakeSqlText().compileQuery(node as RootOperationNode, noQuery);
  const table = tableOf(node);
  const alias = "alias" in node ? (node.alias as OperationNode & { readonly name?: string }).name : undefined;
  const names = alias !== undefined ? [alias] : table === undefined ? [] : namesOf(table);
  return { names, query: { sql: `select * from ${sql}`, parameters: parameters as readonly SqlParameter[] } };
}

const noQuery: QueryId = { queryId: "" };

type Kind = "matched" | "notMatched" | "notMatchedBySource";
type Act = { readonly update: MergedValues } | { readonly delete: true } | { readonly insert: MergedValues };
interface Clause { readonly kind: Kind; readonly if?: string; readonly act: Act | undefined }
type Acting = Act & { readonly if?: string };

function clausesOf(whens: readonly WhenNode[], expressions: Expressions): Omit<PortClauses, "on"> {
  const clauses = whens.map((when) => clauseOf(when, expressions));
  if (clauses.every(({ act }) => act === undefined)) throw changeRefused("merge", "nothing to be done");
  const of = (kind: Kind): readonly Acting[] => actingOf(clauses.filter((clause) => clause.kind === kind));
  return { matched: of("matched").map(changing), notMatched: of("notMatched").map(inserting), notMatchedBySource: of("notMatchedBySource").map(changing) };
}

/** A clause that does nothing keeps its rows from those behind it. */
function actingOf(clauses: readonly Clause[]): readonly Acting[] {
  const left: string[] = [];
  return clauses.flatMap(({ if: condition, act }) => {
    if (act === undefined) {
      left.push(`not coalesce((${condition ?? "true"}), false)`);
      return [];
    }
    const parts = [...(condition === undefined ? [] : [`(${condition})`]), ...left];
    return [{ ...(parts.length === 0 ? {} : { if: parts.join(" and ") }), ...act }];
  });
}

function changing(clause: Acting): Exclude<Acting, { readonly insert: MergedValues }> {
  if ("insert" in clause) throw changeRefused("merge", "an insert for rows that are there");
  return clause;
}

function inserting(clause: Acting): Extract<Acting, { readonly insert: MergedValues }> {
  if (!("insert" in clause)) throw changeRefused("merge", "a change of rows that are not there");
  return clause;
}

function clauseOf({ condition, result }: WhenNode, expressions: Expressions): Clause {
  const [matched, more] = AndNode.is(condition) ? [condition.left, condition.right] : [condition, undefined];
  if (!MatchedNode.is(matched)) throw changeRefused("merge", "a clause of another kind");
  const kind = !matched.not ? "matched" : matched.bySource ? "notMatchedBySource" : "notMatched";
  return { kind, ...(more === undefined ? {} : { if: expressions.sql(more) }), act: actOf(result, expressions) };
}

function actOf(result: OperationNode | undefined, expressions: Expressions): Clause["act"] {
  if (result !== undefined && RawNode.is(result)) {
    const word = result.sqlFragments.join("").trim();
    if (word === "delete") return { delete: true };
    if (word === "do nothing") return undefined;
  }
  if (result !== undefined && UpdateQueryNode.is(result)) {
    requireOnly(result, ["kind", "updates"], "merge");
    return { update: Object.fromEntries((result.updates ?? []).map((update) => newValue(update, expressions, "merge")).map((given) => [given.column, "sql" in given ? given.sql : { value: given.value }])) };
  }
  if (result !== undefined && InsertQueryNode.is(result)) return { insert: insertOf(result, expressions) };
  throw changeRefused("merge", "what no clause does");
}

function insertOf(node: InsertQueryNode, expressions: Expressions): MergedValues {
  requireOnly(node, ["kind", "columns", "values"], "merge");
  const [list, second] = node.values !== undefined && ValuesNode.is(node.values) ? node.values.values : [];
  if (list === undefined || second !== undefined) throw changeRefused("merge", "other than one row for each");
  const given = (node.columns ?? []).flatMap((column, k): [string, MergedValues[string]][] => {
    if (!ColumnNode.is(column)) throw changeRefused("merge", "a new value of what is no column");
    if (PrimitiveValueListNode.is(list)) return [[column.column.name, { value: list.values[k] as Value }]];
    const value = ValueListNode.is(list) ? list.values[k] : undefined;
    return value === undefined || DefaultInsertValueNode.is(value) ? [] : [[column.column.name, valueOf(value, expressions)]];
  });
  return Object.fromEntries(given);
}
