/** Rows that a check set aside, and messages that could not become rows: the table beside the main one that keeps them, and how. */
import type { NamedType } from "../../compiler/ir/column-type.ts";
import type { Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import type { Row } from "../values/value.ts";

/** The columns of every dead table; `payload` is the row as one JSON object, or the bytes of a message as they came. */
export const deadColumns: readonly NamedType[] = [
  { name: "rejected_at", type: { kind: "timestamp" }, nullable: false, doc: "When the row was set aside." },
  { name: "reason", type: { kind: "text" }, nullable: false, doc: "The checks it failed, or what else was wrong." },
  { name: "place", type: { kind: "text" }, nullable: true, doc: "Where the row came from: a file and its row, the place in its batch, or a topic's partition and offset." },
  { name: "payload", type: { kind: "bytes" }, nullable: false, doc: "The row, as one JSON object in UTF-8; of a message its bytes, as they came." },
  { name: "origin", type: { kind: "text" }, nullable: true, doc: "Of a message: the application id under which the table's log counts its partition." },
  { name: "offset", type: { kind: "int64" }, nullable: true, doc: "Of a message: its offset in that partition." },
];

/** A dead row before it has a time: which checks it failed, where it stood, its JSON. */
export interface DeadRow { readonly reason: string; readonly place: string | null; readonly json: string }

/** A message that could not become a row: why, where it stood in words and for programs, and its bytes. */
export interface DeadMessage { readonly reason: string; readonly place: string; readonly payload: Uint8Array; readonly origin: string; readonly offset: number }

/** The rows of a dead table. */
export function deadRows(rows: readonly DeadRow[], now: Temporal.Instant): Row[] {
  const utf8 = new TextEncoder();
  const rejectedAt = inMicros(now);
  return rows.map(({ reason, place, json }) => ({ rejected_at: rejectedAt, reason, place, payload: utf8.encode(json), origin: null, offset: null }));
}

/** Dead messages as rows of a dead table. */
export function deadMessageRows(messages: readonly DeadMessage[], now: Temporal.Instant): Row[] {
  const rejectedAt = inMicros(now);
  return messages.map(({ offset, ...message }) => ({ rejected_at: rejectedAt, ...message, offset: BigInt(offset) }));
}

function inMicros(now: Temporal.Instant): Temporal.Instant {
  return now.round({ smallestUnit: "microsecond", roundingMode: "floor" });
}

/** The dead table of a table, as if it were declared beside it; undefined for a table that sets nothing aside: no check does, and no topic feeds it. */
export function deadTable(table: Table): Table | undefined {
  if (table.source.kind !== "delta" || (table.stream === undefined && !table.checks.some((check) => check.onFail === "quarantine"))) return undefined;
  const { deprecated: _deprecated, stream: _stream, ...rest } = table;
  return {
    ...rest,
    name: `${table.name}__dead`,
    doc: table.stream === undefined ? `Rows that a check kept out of ${fullName(table)}.` : `Messages and rows kept out of ${fullName(table)}, each with its reason.`,
    words: [],
    source: table.source.location === undefined ? { kind: "delta" } : { kind: "delta", location: `${table.source.location.replace(/\/+$/, "")}__dead` },
    columns: deadColumns.map((column) => ({ ...column, doc: column.doc ?? "", place: table.place, words: [], rules: [], unique: false })),
    key: [], partitionBy: [], clusterBy: [], checks: [],
  };
}
