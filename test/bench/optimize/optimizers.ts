/** What the benches of optimize do alike: a table of DuckDB's making, copies of it by second names, and the processes of ours and of delta-rs that optimize them. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { link, mkdir, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { appendFiles } from "../../../runtime/delta/commit/append.ts";
import { createTable } from "../../../runtime/delta/commit/create.ts";
import type { WrittenFile } from "../../../runtime/delta/engine.ts";
import { readable } from "../../../runtime/delta/snapshot/read.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { installPython, pythonProcess } from "../../services/python.ts";

export interface Optimized { readonly ms: number; readonly peak: number; readonly before: number; readonly after: number; readonly commits: number }

/** A file at a path: how many rows it is to have is up to whoever writes it. */
export type WriteFile = (file: string) => Promise<number>;

/** A table of these files, in one version behind the empty one. */
export async function makeTable(store: Store, location: string, columns: readonly NamedType[], files: Iterable<WriteFile>): Promise<number> {
  const created = await createTable(store, location, { name: "bench.rides", description: "", columns, partitionColumns: [] });
  assert(created.kind === "committed");
  const written: WrittenFile[] = [];
  let bytes = 0;
  for (const write of files) {
    const name = `rides-${written.length}.parquet`;
    const file = store.locate(`${location}/${name}`);
    const numRecords = await write(file);
    const { size } = await stat(file);
    bytes += size;
    written.push({ path: name, size, partitionValues: {}, statistics: { numRecords, minValues: {}, maxValues: {}, nullCount: {} } });
  }
  assert((await appendFiles(store, location, created.snapshot, written)).kind === "committed");
  return bytes;
}

/** Data files have second names there: nobody changes one. */
export async function copyTable(store: Store, from: string, to: string): Promise<void> {
  const root = store.locate(from);
  for (const one of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!one.isFile()) continue;
    const name = path.join(one.parentPath, one.name);
    const copy = path.join(store.locate(to), path.relative(root, name));
    await mkdir(path.dirname(copy), { recursive: true });
    await link(name, copy);
  }
}

/** Count and sums over all columns of what a table holds. */
export async function sumsOf(store: Store, location: string, columns: readonly NamedType[], engine: Engine): Promise<unknown> {
  const sql = await snapshotSql(engine, await readable(store, location, await readSnapshot(store, location)));
  return (await engine.control.runAndReadAll(`SELECT count(*), sum(hash(${columns.map(({ name }) => name).join(", ")})) FROM (${sql})`)).getRowsJson();
}

/** Both of us, each time in a new process: of a table at a path, files of so many bytes, in order by columns where there are some. */
export async function optimizers(): Promise<{ readonly [name in "ours" | "deltaRs"]: (table: string, targetBytes: number, by?: string) => Promise<Optimized> }> {
  const python = pythonProcess(await installPython());
  return {
    ours: (table, targetBytes, by = "") => run(process.execPath, ["-C", "source", path.join(import.meta.dirname, "ours.ts"), table, String(targetBytes), by]),
    deltaRs: (table, targetBytes, by = "") => run(python.command, [path.join(import.meta.dirname, "peer.py"), table, String(targetBytes), by], python.env),
  };
}

async function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Optimized> {
  const { stdout } = await promisify(execFile)(command, args, { env: { ...process.env, ...env } });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Optimized;
}
