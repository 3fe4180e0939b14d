/** Rows that a check set aside: the table beside the main one that keeps them, and how a row is kept there. */
import type { NamedType } from "../../compiler/ir/column-type.ts";
import type { Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import type { Row } from "../values/value.ts";

/** The columns of every dead table; `payload` is the row as one JSON object. */
export const deadColumns: readonly NamedType[] = [
  { name: "rejected_at", type: { kind: "timestamp" }, nullable: false, doc: "When the row was set aside." },
  { name: "reason", type: { kind: "text" }, nullable: false, doc: "The checks it failed." },
  { name: "place", type: { kind: "text" }, nullable: true, doc: "Where the row came from: a file and its row, or the place in its batch." },
  { name: "payload", type: { kind: "bytes" }, nullable: false, doc: "The row, as one JSON object in UTF-8." },
];

/** A dead row before it has a time: which checks it failed, where it stood, its JSON. */
export interface DeadRow { readonly reason: string; readonly place: string | null; readonly json: string }

/** The rows of a dead table. */
export function deadRows(rows: readonly DeadRow[], now: Temporal.Instant): Row[] {
  const utf8 = new TextEncoder();
  const rejectedAt = now.round({ smallestUnit: "microsecond", roundingMode: "floor" });
  return rows.map(({ reason, place, json }) => ({ rejected_at: rejectedAt, reason, place, payload: utf8.encode(json) }));
}

/** The dead table of a table, as if it were declared beside it; undefined for a table that sets nothing aside. */
export function deadTable(table: Table): Table | undefined {
  if (table.source.kind !== "delta" || !table.checks.some((check) => check.onFail === "quarantine")) return undefined;
  const { deprecated: _deprecated, ...rest } = table;
  return {
    ...rest,
    name: `${table.name}__dead`,
    doc: `Rows that a check kept out of ${fullName(table)}.`,
    words: [],
    source: table.source.location === undefined ? { kind: "delta" } : { kind: "delta", location: `${table.source.location.replace(/\/+$/, "")}__dead` },
    columns: deadColumns.map((column) => ({ ...column, doc: column.doc ?? "", place: table.place, words: [], rules: [], unique: false })),
    key: [], partitionBy: [], clusterBy: [], checks: [],
  };
}
