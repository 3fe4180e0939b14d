/** What becomes of a materialized view: its rows follow from other tables, so whatever of it is declared otherwise, it is made anew, in one commit. */
import type { Table } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";
import { typeName } from "../ir/type-name.ts";
import type { Change, LakeTable, Risk } from "./change.ts";
import { changesOfPair, dropColumn } from "./column-changes.ts";
import type { Matched, Pair } from "./matched-columns.ts";
import { typeChange } from "./type-change.ts";

type Reason = Pick<Change, "text" | "risk" | "callers">;

const risks: readonly Risk[] = ["safe", "additive", "breaking"];

/** The one change, where there is a reason for it; comments alone are changed as those of any table. */
export function planView(table: Table, lake: LakeTable, matched: Matched, comments: readonly Change[]): readonly Change[] {
  const spark = table.source.kind === "materialized" && table.source.engine === "spark";
  const reasons = [...(lake.rowsOf === "outdated" && !spark ? [{ text: "its query is another one", risk: "safe" } as const] : []), ...reasonsOf(table, lake, matched)];
  if (reasons.length === 0) return comments;
  const callers = reasons.flatMap((reason) => reason.callers ?? []);
  return [{
    kind: "remake-table", table: fullName(table),
    // Nothing is lost that its query does not give again.
    risk: risks[Math.max(...reasons.map(({ risk }) => (risk === "destructive" ? risks.indexOf("breaking") : risks.indexOf(risk))))] ?? "breaking",
    text: `${spark ? "make it anew, empty until Spark fills it" : "work its rows out anew"}: ${reasons.map(({ text }) => text).join("; ")}`,
    ...(callers.length === 0 ? {} : { callers: callers.join("; ") }),
    ...(spark ? {} : { cost: { rows: lake.rows, files: lake.files, bytes: lake.bytes } }),
  }];
}

function reasonsOf(table: Table, lake: LakeTable, { pairs, added, dropped }: Matched): readonly Reason[] {
  const moved = table.partitionBy.toSorted().join("\n") !== lake.partitionBy.toSorted().join("\n");
  return [
    ...pairs.flatMap((pair) => [...changesOfPair(table, pair, lake).filter(({ kind }) => kind !== "change-comment"), ...beyondPlans(pair)]),
    ...added.map(({ name, type, nullable }): Reason => ({ text: `add ${name}: ${typeName(type, nullable)}`, risk: "additive" })),
    ...dropped.map((column) => dropColumn(table, column, lake)),
    ...(moved ? [{ text: `partition it by ${table.partitionBy.join(", ") || "nothing"}`, risk: "safe" } as const] : []),
  ];
}

/** What no plan can do to rows that are there. */
function beyondPlans({ column, kept }: Pair): readonly Reason[] {
  const { name, type, nullable } = column;
  return [
    ...(typeChange(kept.type, type) === "other" ? [{ text: `${name} becomes ${typeName(type)}, which was ${typeName(kept.type)}`, risk: "breaking", callers: `values of ${name} are of another type` } as const] : []),
    ...(kept.nullable && !nullable ? [{ text: `${name} is never null`, risk: "safe" } as const] : []),
  ];
}
