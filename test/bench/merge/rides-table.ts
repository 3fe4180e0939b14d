/** Tables of many rides, and the rides that are merged into them: half of these are there already, scattered over all files and row groups, and half are new. */
import assert from "node:assert/strict";
import { link, mkdir, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { appendFiles } from "../../../runtime/delta/commit/append.ts";
import { createTable } from "../../../runtime/delta/commit/create.ts";
import { readable } from "../../../runtime/delta/snapshot/read.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { columns } from "../append/rides.ts";

export interface Rides { readonly store: Store; readonly engine: Engine; readonly directory: string }

/** A ride by its number `i`; `salt` tells two of one number apart. */
const ride = (salt: number): string => `i AS id, TIMESTAMPTZ '2026-08-01 00:00:00Z' + to_milliseconds(i + ${salt}) AS seen_at, DATE '2026-08-01' AS day, CASE WHEN i % 10 > 0 THEN 'rider number ' || hash(i + ${salt}) % 100000 END AS name, CAST((hash(i + ${salt}) % 100000) / 8 AS DECIMAL(10, 2)) AS fare, hash(i + 1) / 1e15 AS distance, CASE WHEN i % 7 > 0 THEN CAST(i % 5 AS INTEGER) END AS passengers, i % 2 = 0 AS paid`;

/** A table of so many rides in files of equal size, in one version behind the empty one. */
export async function makeRides({ store, engine, directory }: Rides, location: string, rows: number, files: number, configuration: { readonly [name: string]: string }): Promise<void> {
  const created = await createTable(store, location, { name: "bench.rides", description: "", columns, partitionColumns: [], configuration });
  assert(created.kind === "committed");
  const own = rows / files;
  const written = [];
  for (let k = 0; k < files; k++) {
    const name = `rides-${k}.parquet`;
    const file = path.join(directory, location, name);
    await engine.control.run(`COPY (SELECT ${ride(0)} FROM range(${k * own}, ${(k + 1) * own}) r(i)) TO '${file}' (FORMAT parquet)`);
    const statistics = { numRecords: own, minValues: { id: `${k * own}` }, maxValues: { id: `${(k + 1) * own - 1}` }, nullCount: { id: 0 } };
    written.push({ path: name, size: (await stat(file)).size, partitionValues: {}, statistics });
  }
  assert((await appendFiles(store, location, created.snapshot, written)).kind === "committed");
}

/** SQL of rides to be merged into a table of `rows`: every so many a ride that is there, with other values, and as many behind the last. */
export function newRides(rows: number, merged: number): string {
  return `SELECT ${ride(5)} FROM (SELECT i * ${Math.floor((rows * 2) / merged)} AS i FROM range(${merged / 2}) r(i) UNION ALL SELECT ${rows} + i FROM range(${merged / 2}) r(i))`;
}

/** A table under another name: data files have second names there, since nobody changes one. */
export async function copyRides({ directory }: Pick<Rides, "directory">, from: string, to: string): Promise<void> {
  for (const one of await readdir(path.join(directory, from), { recursive: true, withFileTypes: true })) {
    if (!one.isFile()) continue;
    const name = path.join(one.parentPath, one.name);
    const copy = path.join(directory, to, path.relative(path.join(directory, from), name));
    await mkdir(path.dirname(copy), { recursive: true });
    await link(name, copy);
  }
}

/** Count and sums over all columns of what a table holds. */
export async function sumsOf(rides: Rides, location: string): Promise<unknown> {
  return await sums(rides.engine, await rowsSql(rides, location));
}

/** The same of what a table holds once these rows were merged into it by their ids. */
export async function sumsMerged(rides: Rides, location: string, source: string): Promise<unknown> {
  return await sums(rides.engine, `SELECT * FROM (${await rowsSql(rides, location)}) ANTI JOIN (${source}) USING (id) UNION ALL BY NAME ${source}`);
}

async function rowsSql({ store, engine }: Rides, location: string): Promise<string> {
  return await snapshotSql(engine, await readable(store, location, await readSnapshot(store, location)));
}

async function sums(engine: Engine, rows: string): Promise<unknown> {
  return (await engine.control.runAndReadAll(`SELECT count(*), sum(id), sum(fare), sum(hash(${columns.map(({ name }) => name).join(", ")})) FROM (${rows})`)).getRowsJson();
}
