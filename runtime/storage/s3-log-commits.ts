/** Commits to Delta logs on S3 whose names are taken in a table of DynamoDB: begun, put under their names, and finished where somebody else began them. */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "../values/failure.ts";
import type { LogRow, LogRows } from "./dynamodb-rows.ts";
import type { Store } from "./store.ts";

/** A commit by its name: the table's directory (empty, or ending in a slash), its version, its file's name. */
export interface CommitName { readonly directory: string; readonly version: number; readonly fileName: string }

const finishTriesMax = 4;

export interface LogCommits {
  commit(name: CommitName, bytes: Uint8Array): Promise<"written" | "exists">;
  /** Finishes the newest commit of the table in a directory where somebody only began it. */
  finishNewest(directory: string): Promise<void>;
  /** The same for one; whether anybody ever began it. */
  finishOne(name: CommitName): Promise<boolean>;
}

/** Commits in `store`, which keeps each name once by itself, through `rows`; `uriOf` gives `s3://bucket/path` of a directory. */
export function openLogCommits(store: Store, rows: LogRows, uriOf: (directory: string) => string): LogCommits {
  /** The scheme is Spark's, and there is no slash at the end, save where the bucket itself is the table. */
  const pathOf = (directory: string): string => uriOf(directory.replace(/\/$/, "")).replace(/^s3:/i, "s3a:").replace(/^(s3a:\/\/[^/]+)$/, "$1/");

  async function finishNewest(directory: string): Promise<void> {
    const row = await rows.newest(pathOf(directory));
    if (row?.complete === false) await finish(store, rows, directory, row);
  }

  async function finishOne({ directory, fileName }: CommitName): Promise<boolean> {
    const row = await rows.get(pathOf(directory), fileName);
    if (row?.complete === false) await finish(store, rows, directory, row);
    return row !== undefined;
  }

  /** The commit before must lie under its name; of the first no row may be left from a table that was here before. */
  async function prepare(name: CommitName): Promise<void> {
    const { directory, version } = name;
    if (version > 0) {
      const before = { directory, version: version - 1, fileName: fileNameOf(version - 1) };
      const row = await rows.get(pathOf(directory), before.fileName);
      if (row?.complete === false) return await finish(store, rows, directory, row);
      if ((await store.head(logName(before))) !== undefined) return;
      throw new Failure("STORE_FAILED", `${store.locate(logName(name))} cannot be committed: the commit before it, ${before.fileName}, is not there.`, { hint: "Restore the file from a copy." });
    }
    // Another may have made the first commit since we looked.
    if ((await rows.get(pathOf(directory), name.fileName))?.complete !== true || (await store.head(logName(name))) !== undefined) return;
    throw new Failure("STORE_FAILED", `Old entries for the table ${pathOf(directory)} still exist in ${await rows.name()}, though its log is gone.`, { hint: "Remove the rows of that tablePath, or write to another place." });
  }

  async function commit(name: CommitName, bytes: Uint8Array): Promise<"written" | "exists"> {
    if ((await store.head(logName(name))) !== undefined) return "exists";
    await prepare(name);
    const tablePath = pathOf(name.directory);
    const row: LogRow = { tablePath, fileName: name.fileName, tempPath: `.tmp/${name.fileName}.${randomUUID()}`, complete: false };
    const temp = tempName(name.directory, row);
    // A row that points at nothing would stop everyone.
    if ((await store.putIfAbsent(temp, bytes)) === "exists") throw new Failure("STORE_FAILED", `${store.locate(temp)} is there already, says the store, though nobody else can have put it. Nothing was committed.`, { retry: true });
    if ((await rows.putNew(row)) === "exists") return "exists";
    const published = await publish(name, bytes);
    // Nobody waits for the row's end: as long as it is open, whoever comes next closes it.
    if (published !== "begun") await rows.complete(row).catch(() => undefined);
    return published === "taken" ? "exists" : "written";
  }

  /** Puts a commit that stands already under its name. "begun" when that did not succeed, which whoever comes next makes good; "taken" when someone who knows nothing of the rows has the name. */
  async function publish(name: CommitName, bytes: Uint8Array): Promise<"published" | "begun" | "taken"> {
    const outcome = await store.putIfAbsent(logName(name), bytes).catch(() => "failed" as const);
    if (outcome === "failed") return "begun";
    // Another may have finished what we began.
    return outcome === "written" || Buffer.compare(await readTaken(store, logName(name)), bytes) === 0 ? "published" : "taken";
  }

  return { commit, finishNewest, finishOne };
}

async function readTaken(store: Store, name: string): Promise<Uint8Array> {
  try {
    return await store.read(name);
  } catch (error) {
    throw new Failure("STORE_UNDECIDED", `It is not known whose ${store.locate(name)} is: ${error instanceof Error ? error.message : String(error)}`, { retry: true, cause: error });
  }
}

/** Puts a begun commit under its name, and closes its row; several may do so at once. */
async function finish(store: Store, rows: LogRows, directory: string, row: LogRow): Promise<void> {
  const target = `${directory}_delta_log/${row.fileName}`;
  for (let tried = 1; ; tried++) {
    try {
      await bring(store, target, tempName(directory, row));
      return await rows.complete(row);
    } catch (error) {
      if (tried < finishTriesMax) await pause(Math.random() * 50 * 2 ** tried);
      else if (!(error instanceof Failure && error.code === "FILE_NOT_FOUND")) throw error;
      else throw new Failure("STORE_FAILED", `${store.locate(target)} was committed, but its text is neither there nor at ${store.locate(tempName(directory, row))}.`, { cause: error, hint: `Restore one of them from a copy, or remove its row from ${await rows.name()} when the table itself was removed.` });
    }
  }
}

/** Older writers of delta-rs move the text: where it is gone, a second look finds the name. A row is never closed on the word alone that the name is taken. */
async function bring(store: Store, target: string, temp: string): Promise<void> {
  if ((await store.head(target)) !== undefined) return;
  if ((await store.putIfAbsent(target, await store.read(temp))) === "written" || (await store.head(target)) !== undefined) return;
  throw new Failure("STORE_FAILED", `The store says that ${store.locate(target)} is there already, and then that it is not.`, { retry: true });
}

/** What a path names, if it is a commit. */
export function commitOf(path: string): CommitName | undefined {
  const [, directory = "", digits] = /^(.*\/)?_delta_log\/(\d{20})\.json$/.exec(path) ?? [];
  return digits === undefined ? undefined : { directory, version: Number(digits), fileName: `${digits}.json` };
}

const fileNameOf = (version: number): string => `${String(version).padStart(20, "0")}.json`;
const logName = ({ directory, fileName }: CommitName): string => `${directory}_delta_log/${fileName}`;
const tempName = (directory: string, { tempPath }: LogRow): string => `${directory}_delta_log/${tempPath}`;
