/** A table of ours with every kind of value in awkward partitions, sixteen rows in two commits: what others read, and begin their own changes with. */
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { createTable } from "../../../runtime/delta/commit/create.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import type { Row, Value } from "../../../runtime/values/value.ts";
import type { PeerRow } from "../../services/python.ts";
import { committed } from "./rides.ts";
import { spelledRows } from "./same-rows.ts";

const list = (element: NamedType["type"]): NamedType["type"] => ({ kind: "array", element, elementNullable: true });
const record = (...fields: readonly (readonly [string, NamedType["type"]])[]): NamedType["type"] => ({ kind: "object", fields: fields.map(([name, type]) => ({ name, type, nullable: true })) });
const types: Readonly<Record<string, NamedType["type"]>> = {
  n: { kind: "int32" }, p: { kind: "text" }, day: { kind: "day" }, b: { kind: "int8" }, s: { kind: "int16" }, i: { kind: "int32" }, l: { kind: "int64" }, f: { kind: "float32" }, d: { kind: "float64" },
  c: { kind: "decimal", precision: 38, scale: 18 }, e: { kind: "decimal", precision: 9, scale: 2 }, t: { kind: "text" }, y: { kind: "bool" }, x: { kind: "bytes" }, at: { kind: "timestamp" }, u: { kind: "uuid" },
  list: list({ kind: "int32" }), deep: list(record(["a", list({ kind: "text" })])), pair: record(["a", { kind: "int32" }], ["b", record(["c", { kind: "timestamp" }])]), map: { kind: "map", key: { kind: "text" }, value: { kind: "decimal", precision: 20, scale: 4 }, valueNullable: true },
};
const columns: readonly NamedType[] = [{ name: "id", type: { kind: "int64" }, nullable: false }, ...Object.entries(types).map(([name, type]) => ({ name, type, nullable: true }))];

/** Values of the column `p`, by which the table is partitioned. */
export const awkwardPlaces: readonly (string | null)[] = ["a b", "a/b=c%20d", "é&,+@;$:?*#'\"", null];
export const plainPlaces: readonly (string | null)[] = ["a", null];

/** Extremes, then nothing but nulls, in each place. */
function rowsFrom(first: number, places: readonly (string | null)[]): readonly Row[] {
  const dayOf = (p: string | null, k: number): Value => (p === null ? null : Temporal.PlainDate.from(k === 0 ? "0001-01-01" : "2026-08-01"));
  return places.flatMap((p, k): Row[] => [
    {
      id: BigInt(first + 2 * k + 1), n: first + 2 * k + 1, p, day: dayOf(p, k), b: -128, s: 32767, i: -2147483648, l: 2n ** 63n - 1n, f: Math.fround(0.1), d: k === 0 ? Number.NaN : -1e300, c: "-12345678901234567890.123456789012345678", e: "0.05",
      t: "it's \"é\" 😀", y: true, x: new Uint8Array([0, 255]), at: Temporal.Instant.from("1900-01-01T00:00:00.000001Z"), u: "6f9619ff-8b86-d011-b42d-00c04fc964ff",
      list: [1, null], deep: [{ a: ["x", null] }, null], pair: { a: 1, b: { c: Temporal.Instant.from("2026-08-01T12:00:00.5Z") } }, map: { k: "1.5000", n: null },
    },
    { id: BigInt(first + 2 * k + 2), ...Object.fromEntries(Object.keys(types).map((name) => [name, null])), n: first + 2 * k + 2, p, day: dayOf(p, k) },
  ]);
}

export interface EveryTypeOptions {
  readonly properties?: { readonly [name: string]: string };
  /** Without partitions. */
  readonly flat?: boolean;
  readonly places?: readonly (string | null)[];
}

/** Makes the table: versions 0 to 2. What it holds, as our own JSON spells it. */
export async function makeEveryType(store: Store, location: string, { properties = {}, flat = false, places = awkwardPlaces }: EveryTypeOptions = {}): Promise<readonly PeerRow[]> {
  let snapshot = committed(await createTable(store, location, { description: "", columns, partitionColumns: flat ? [] : ["p", "day"], configuration: properties }));
  const rows = [rowsFrom(0, places), rowsFrom(10, places)];
  for (const some of rows) snapshot = committed(await appendFiles(store, location, snapshot, await writeRows(store, location, snapshot, some)));
  return spelledRows(columns, rows.flat());
}
