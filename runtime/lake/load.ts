/** A file into a declared Delta table, whole or not at all, and once: its hash is a transaction of the commit, in the dead table too. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import type { Txn } from "../delta/actions/actions.ts";
import type { WrittenFile } from "../delta/engine.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import type { DeadRow } from "../governance/dead-letters.ts";
import type { MatchedColumns } from "../query/matched-columns.ts";
import type { WriteResult } from "../query/request.ts";
import { Failure } from "../values/failure.ts";
import type { LoadOptions, LoadResult } from "./contract.ts";
import { requireAsDeclared } from "./declared.ts";
import { setAside } from "./quarantine.ts";
import { removeFiles } from "./placed.ts";
import type { DeltaTables } from "./tables.ts";

/** What was made of a file's rows: durable data files that no commit names yet, and the rows kept apart. */
export interface WrittenLoad {
  readonly files: readonly WrittenFile[];
  readonly kept: number;
  readonly dead: readonly DeadRow[];
  readonly columns: MatchedColumns;
  readonly warnings: WriteResult["warnings"];
}

/** Reads, judges and writes the rows of a file; throws with nothing left behind when a row refuses the file, and the signal's reason when that is aborted. */
export type WriteFile = (table: Table, base: Snapshot, file: string, signal?: AbortSignal) => Promise<WrittenLoad>;

/** Loads `file`; skipped when its very bytes were loaded before, unless `again`. The signal stops it until its commit begins. */
export async function loadFile(tables: DeltaTables, write: WriteFile, table: Table, file: string, { again = false, signal }: LoadOptions): Promise<LoadResult> {
  const name = fullName(table);
  const base = await tables.readToWrite(table);
  requireAsDeclared(table, base);
  const appId = await loadMark(file, signal);
  const before = base.transactions.get(appId);
  if (before !== undefined && !again) return { table: name, file, skipped: true, version: undefined, kept: 0, quarantined: 0, warnings: [], notLoaded: [], filledWithNull: [] };
  const transactions: readonly Txn[] = [{ appId, version: (before ?? 0) + 1, lastUpdated: Date.now() }];
  const { files, kept, dead, columns, warnings } = await write(table, base, file, signal);
  if (signal?.aborted === true) {
    await removeFiles(tables.places.table(table), files);
    throw signal.reason;
  }
  // The rows set aside come first: were the main commit lost, loading again finds them there and does not add them twice.
  await setAside(tables, table, dead, transactions).catch(async (error: unknown) => {
    await removeFiles(tables.places.table(table), files);
    throw error;
  });
  const { version } = await tables.append(table, base, files, { transactions });
  return { table: name, file, skipped: false, version, kept, quarantined: dead.length, warnings, ...columns };
}

/** The application whose transactions say that a file of these bytes was loaded. FILE_NOT_FOUND; FILE_INVALID for what can be read only once. */
export async function loadMark(file: string, signal: AbortSignal | undefined): Promise<string> {
  return `neuralake-load:${await sha256(file, signal)}`;
}

async function sha256(file: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash("sha256");
  let readTwice: boolean;
  try {
    // Opened first, a pipe would wait for its writer.
    readTwice = (await stat(file)).isFile();
    if (readTwice) await pipeline(createReadStream(file), hash, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new Failure("FILE_NOT_FOUND", `${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { place: { file }, cause });
  }
  if (!readTwice) throw new Failure("FILE_INVALID", `${file} is no regular file: the bytes of a loaded file are read twice, first for their hash.`, { hint: "Save them as a file, and load that.", place: { file } });
  return hash.digest("hex");
}
