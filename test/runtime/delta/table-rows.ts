/** The rows of a table by our own reader of Parquet, for tests that write while faults befall them. */
import { decodePath } from "../../../runtime/delta/actions/file-paths.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { decodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { location } from "./rides.ts";

/** All rows of a version of the table at `location`, in the order of its files. */
export async function rowsOf(store: Store, snapshot: Snapshot): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const file of snapshot.files) {
    for (const batch of decodeParquet(await store.read(`${location}/${decodePath(file.path)}`), file.path)) rows.push(...readRows(snapshot.columns, batch));
  }
  return rows;
}

/** The ids of all rows, in order. */
export async function idsOf(store: Store, snapshot: Snapshot): Promise<readonly number[]> {
  return (await rowsOf(store, snapshot)).map((row) => Number(row["id"])).toSorted((left, right) => left - right);
}
