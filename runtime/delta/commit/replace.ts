/** Replacing: files of a table give way to others, in one commit that may change the schema with them (protocol, "Add File and Remove File"). */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { Action, AddFile, Metadata, Protocol, RemoveFile, Txn } from "../actions/actions.ts";
import { addOf } from "./append.ts";
import { isOn } from "../features/property.ts";
import type { WrittenFile } from "../engine.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { commit } from "./transaction.ts";
import type { CommitFacts, CommitOptions, CommitOutcome } from "./transaction.ts";

export interface Replacement {
  /** Live files of the snapshot that the replacement builds on. */
  readonly remove: readonly AddFile[];
  /** Durable, and named by no commit yet; `marks` are what the log says of a file beside all else. */
  readonly add: readonly (WrittenFile & { readonly marks?: Pick<AddFile, "tags" | "clusteringProvider"> })[];
  /** False when the table's rows are the same before and after. */
  readonly dataChange: boolean;
  readonly metadata?: Metadata;
  readonly protocol?: Protocol;
  readonly transactions?: readonly Txn[];
}

/**
 * Commits a replacement to the table as of `base`. Behind appends it stands when neither rows nor schema change (or `overAppends` says so);
 * a winner that removed one of its files is a conflict about "files". TABLE_NOT_WRITABLE for rows of a table that only grows; DELTA_UNSUPPORTED_FEATURE
 * for rows that change in a table with a change feed.
 */
export async function replaceFiles(store: Store, location: string, base: Snapshot, replacement: Replacement, facts: CommitFacts, options: CommitOptions = {}): Promise<CommitOutcome> {
  const { remove, add, dataChange, metadata, protocol, transactions = [] } = replacement;
  if (dataChange && remove.length > 0) requireRemovable(base, add, store.locate(location));
  const actions: Action[] = [
    ...(protocol === undefined ? [] : [{ protocol }]),
    ...(metadata === undefined ? [] : [{ metaData: metadata }]),
    ...transactions.map((txn) => ({ txn })),
    ...remove.map((file) => ({ remove: tombstoneOf(file, dataChange, Date.now()) })),
    ...add.map((file) => ({ add: { ...addOf(file, dataChange), ...file.marks } })),
  ];
  return await commit(store, location, base, actions, facts, options);
}

/** A table that tells its changes would tell these as rows removed and added, where only columns of theirs are other ones. */
function requireRemovable({ metadata }: Snapshot, add: readonly WrittenFile[], where: string): void {
  if (add.length > 0 && isOn(metadata, "delta.enableChangeDataFeed")) {
    throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${where} keeps a feed of its changes (delta.enableChangeDataFeed), and this version does not write into it which rows were changed.`, {
      hint: "Set the property to false first, if the feed may leave this change out.", place: { value: "changeDataFeed" },
    });
  }
  requireChangeable(metadata, where);
}

/** TABLE_NOT_WRITABLE for rows of a table that only grows. */
export function requireChangeable(metadata: Metadata, where: string): void {
  if (!isOn(metadata, "delta.appendOnly")) return;
  throw new Failure("TABLE_NOT_WRITABLE", `${where} has the property delta.appendOnly: its rows are neither changed nor removed.`, { hint: "Set the property to false first, if that is meant.", place: { value: "delta.appendOnly" } });
}

/** The tombstone of a file (protocol, "Add File and Remove File"). */
export function tombstoneOf({ path, partitionValues, size, deletionVector, baseRowId, defaultRowCommitVersion }: AddFile, dataChange: boolean, deletionTimestamp: number): RemoveFile {
  return {
    path, deletionTimestamp, dataChange, extendedFileMetadata: true, partitionValues, size, ...(deletionVector === undefined ? {} : { deletionVector }),
    ...(baseRowId === undefined ? {} : { baseRowId }), ...(defaultRowCommitVersion === undefined ? {} : { defaultRowCommitVersion }),
  };
}
