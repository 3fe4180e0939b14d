/**
 * Commits of rows that a query gave. Each says in its transactions which refresh it is and of which query, and in its commitInfo which versions of other tables
 * it read: one atomic fact with the rows. The transaction is the version that the refresh was decided on, so a refresh conflicts with any other (protocol, "Transaction Identifiers").
 */
import type { Store } from "../../storage/store.ts";
import type { Action, AddFile, Metadata, Protocol, Txn } from "../actions/actions.ts";
import type { WrittenFile } from "../engine.ts";
import { readCommitIfThere } from "../log/log.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { queryPrefix, refreshId } from "./refresh-mark.ts";
import { replaceFiles } from "./replace.ts";
import type { CommitOutcome } from "./transaction.ts";

/** A version of a table that was read; `id` is the one that its metadata bears as long as it is that table. */
export interface SourceVersion { readonly id: string; readonly version: number }

/** What the log tells of the last refresh. */
export interface Refresh {
  /** When it was committed, in milliseconds since 1970. */
  readonly at: number;
  /** By `database.table`. */
  readonly sources: { readonly [table: string]: SourceVersion };
}

/** The last refresh, as long as the table has its rows and no others; else why that is not known. */
export async function readRefresh(store: Store, location: string, snapshot: Snapshot): Promise<Refresh | { readonly why: string }> {
  const base = snapshot.transactions.get(refreshId);
  let found: Refresh | undefined;
  for (let version = (base ?? snapshot.version) + 1; version <= snapshot.version; version += 1) {
    const actions = await readCommitIfThere(store, location, version);
    if (actions === undefined) return { why: "the log no longer tells which versions were read last" };
    if (actions.some(({ txn }) => txn?.appId === refreshId && txn.version === base)) found = refreshIn(actions);
    else if (actions.some(({ add, remove }) => (add !== undefined && add.dataChange !== false) || (remove !== undefined && remove.dataChange !== false))) return { why: `another hand changed its rows in version ${version}` };
  }
  return found ?? { why: "the log does not tell which versions were read last" };
}

function refreshIn(actions: readonly Action[]): Refresh | undefined {
  const info = actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo;
  const parameters = info?.["operationParameters"];
  const text = typeof parameters === "object" && parameters !== null && "sources" in parameters ? parameters.sources : undefined;
  return typeof text === "string" ? { at: Number(info?.["timestamp"]), sources: JSON.parse(text) as Refresh["sources"] } : undefined;
}

/** What a refresh puts into a table. */
export interface Refreshing {
  /** What stands for the query; none for a table that is emptied until another engine fills it. */
  readonly query: string | undefined;
  readonly sources: Refresh["sources"];
  readonly mode: "Append" | "Overwrite";
  /** Live files that give way: all of them in an overwrite. */
  readonly remove: readonly AddFile[];
  readonly add: readonly WrittenFile[];
  readonly why: string;
  /** Where the table is another one from here on. */
  readonly metadata?: Metadata;
  readonly protocol?: Protocol;
}

/** Commits it to the table as of `base`. A conflict when another refresh came first, or, unless rows are only added, anything else that changed rows; as `replaceFiles`. */
export async function commitRefresh(store: Store, location: string, base: Snapshot, { query, sources, mode, remove, add, why, metadata, protocol }: Refreshing): Promise<CommitOutcome> {
  const last = base.transactions.get(refreshId);
  const mark = (appId: string): Txn => ({ appId, version: base.version, lastUpdated: Date.now() });
  const replacement = {
    remove, add, dataChange: true, transactions: [mark(refreshId), ...(query === undefined ? [] : [mark(`${queryPrefix}${query}`)])],
    ...(metadata === undefined ? {} : { metadata }), ...(protocol === undefined ? {} : { protocol }),
  };
  const facts = {
    operation: "REFRESH",
    parameters: { mode, why, sources: JSON.stringify(sources), ...(query === undefined ? {} : { query }) },
    metrics: {
      numRemovedFiles: remove.length, numFiles: add.length,
      numOutputRows: add.reduce((sum, { statistics }) => sum + statistics.numRecords, 0), numOutputBytes: add.reduce((sum, { size }) => sum + size, 0),
    },
  };
  return await replaceFiles(store, location, base, replacement, facts, { expects: new Map([[refreshId, last]]), overAppends: false });
}
