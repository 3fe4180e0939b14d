/** A table with columns of all depths, and its alterations: what tests of these have in common. */
import { alterTable } from "../../../runtime/delta/commit/alter.ts";
import type { AlterOutcome } from "../../../runtime/delta/commit/alter.ts";
import type { Alteration } from "../../../runtime/delta/commit/alteration.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { rowJudge } from "../../../runtime/query/judge-rows.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { metaData, protocol } from "./log-builder.ts";
import type { BuiltField, LogAction } from "./log-builder.ts";
import { committed } from "./rides.ts";
import { table } from "./table-each.ts";

/** An object with these fields. */
export const struct = (...fields: readonly BuiltField[]): object => ({ type: "struct", fields: fields.map((field) => ({ nullable: true, metadata: {}, ...field })) });
/** Of the table. */
export const fields: readonly BuiltField[] = [
  { name: "id", type: "integer" }, { name: "City", type: "string" }, { name: "trips", type: struct({ name: "n", type: "short" }, { name: "by", type: "string" }) },
  { name: "tags", type: { type: "array", elementType: struct({ name: "x", type: "integer" }), containsNull: true } }, { name: "m", type: { type: "map", keyType: "string", valueType: "byte", valueContainsNull: true } },
];
/** A row of it. */
export const row = (id: number, more: Row = {}): Row => ({ id, City: `c${id % 2}`, trips: { n: id, by: "a" }, tags: [{ x: id }], m: [{ key: "k", value: id }] as never, ...more });

/** Rows as the table asks, in one file. */
export async function append(base: Snapshot, ...rows: readonly Row[]): Promise<Snapshot> {
  return committed(await appendFiles(table.store, "", base, await writeRows(table.store, "", base, rows, rowJudge(async () => table.engine))));
}

/** A table with rows 1 and 2, in a file each. */
export async function tableOf(first: readonly LogAction[] = [protocol(), metaData(fields)], rows: readonly Row[] = [{ id: 1, City: "c1" }, { id: 2, City: "c0" }]): Promise<Snapshot> {
  await table.commit(0, ...first);
  let snapshot = await table.snapshot();
  for (const one of rows) snapshot = await append(snapshot, one);
  return snapshot;
}

/** Alters the table as of a snapshot, all at once. */
export const alter = async (base: Snapshot, ...alterations: readonly Alteration[]): Promise<AlterOutcome> => await alterTable({ store: table.store, location: "", finder: rowFinder(async () => table.engine) }, base, alterations);
/** The fields of its schema as the log has them. */
export const schemaOf = ({ metadata }: Snapshot): readonly BuiltField[] => (JSON.parse(metadata.schemaString) as { readonly fields: readonly BuiltField[] }).fields;
/** One of them. */
export const fieldOf = (snapshot: Snapshot, name: string): BuiltField | undefined => schemaOf(snapshot).find((field) => field.name === name);
/** What a version says of itself. */
export const infoOf = async (version: number): Promise<object | undefined> => (await readCommit(table.store, "", version))[0]?.commitInfo;
