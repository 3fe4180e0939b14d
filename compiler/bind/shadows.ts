/** Names that hide others: a table of a subquery called as one of the query around it, a WITH query called as one around it. Both are allowed, and rarely meant. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import { utf16Offset } from "../../runtime/query/sql-problem.ts";
import { isNode, listOf, textOf } from "../../runtime/query/sql-tree.ts";
import type { TreeNode, TreeValue } from "../../runtime/query/sql-tree.ts";
import { placeInTemplate } from "./sql-place.ts";
import type { SentSql } from "./sql-place.ts";

/** What can be seen where one stands, in lower case: tables of the queries around, WITH queries. */
interface Sight { readonly tables: ReadonlySet<string>; readonly queries: ReadonlySet<string> }

/** A warning for each name that hides another and is used where it does. */
export function shadows(tree: TreeNode, sent: SentSql): Diagnostic[] {
  const found: Diagnostic[] = [];
  const warn = (node: TreeNode, alias: string, what: string): void => {
    const location = node["query_location"];
    const offset = typeof location === "number" ? utf16Offset(sent.printed.sql, location) : undefined;
    found.push(diagnose("aliasShadows", placeInTemplate(sent, offset), { alias, what }));
  };
  const visit = (value: TreeValue | undefined, sight: Sight): void => {
    if (Array.isArray(value)) for (const item of value as readonly TreeValue[]) visit(item, sight);
    else if (isNode(value)) visitNode(value, sight);
  };
  const visitNode = (node: TreeNode, outer: Sight): void => {
    const own = node["type"] === "SELECT_NODE" ? tablesOf(node["from_table"]) : [];
    const hiding = own.filter(({ alias }) => outer.tables.has(alias.toLowerCase()));
    // Everything within is looked at only where a name could hide another: for every node, that would be the square of the tree.
    const named = new Set(hiding.length === 0 ? [] : qualifiersWithin(node));
    for (const { table, alias } of hiding) {
      if (named.has(alias.toLowerCase())) warn(table, alias, `the table ${alias} of the query around it`);
    }
    const queries = new Set(outer.queries);
    for (const entry of isNode(node["cte_map"]) ? listOf(node["cte_map"], "map").filter(isNode) : []) {
      const name = textOf(entry, "key");
      if (outer.queries.has(name.toLowerCase())) warn(node, name, `the WITH query ${name} around it`);
      visit(entry["value"], { tables: new Set(), queries });
      queries.add(name.toLowerCase());
    }
    // Only an expression sees the tables beside it; a subquery of FROM does not, and may call its own as it likes.
    const inside = { tables: new Set([...outer.tables, ...own.map(({ alias }) => alias.toLowerCase())]), queries };
    for (const [key, child] of Object.entries(node)) if (key !== "cte_map") visit(child, key === "from_table" ? { tables: new Set(), queries } : inside);
  };
  visitNode(tree, { tables: new Set(), queries: new Set() });
  return found;
}

function tablesOf(from: TreeValue | undefined): { readonly table: TreeNode; readonly alias: string }[] {
  if (!isNode(from)) return [];
  if (from["type"] === "JOIN") return [...tablesOf(from["left"]), ...tablesOf(from["right"])];
  const alias = textOf(from, "alias") || textOf(from, "table_name");
  return alias === "" ? [] : [{ table: from, alias }];
}

/** The names before a dot in column references of this query and those within it. */
function qualifiersWithin(value: TreeValue | undefined): string[] {
  if (Array.isArray(value)) return (value as readonly TreeValue[]).flatMap(qualifiersWithin);
  if (!isNode(value)) return [];
  if (value["class"] === "COLUMN_REF") return listOf(value, "column_names").slice(0, -1).map((name) => String(name).toLowerCase());
  return Object.values(value).flatMap(qualifiersWithin);
}
