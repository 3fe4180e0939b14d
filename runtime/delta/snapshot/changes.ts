/**
 * The change data feed (protocol, "Change Data Files" and "Reader Requirements for Change Data Feed"): what each version of a range inserted,
 * deleted and updated, as files to be read. A commit that wrote its changes out is read from those files alone, any other from what it added and removed.
 */
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { Action, DeletionVector, Metadata, Protocol, RemoveFile } from "../actions/actions.ts";
import { mappingMode, physicalColumns } from "../schema/column-mapping.ts";
import { isOn } from "../features/property.ts";
import { readDeletionVector } from "../deletion-vectors/deletion-vector.ts";
import type { PartitionValues, ReadableFile, ReadableSnapshot, RowSelection } from "../engine.ts";
import { below, decodePath, isAbsolute } from "../actions/file-paths.ts";
import { listLog, readCommit } from "../log/log.ts";
import { localFile } from "./read.ts";
import { fileKey } from "../actions/file-keys.ts";
import { readSnapshot } from "./snapshot.ts";
import type { Snapshot } from "./snapshot.ts";
import { inCommitTime, keepsCommitTimes } from "./time-travel.ts";
import { columnsOf } from "../schema/types.ts";
import { holdsValues } from "../schema/wider-types.ts";

/** Versions, both included. */
export interface ChangeRange { readonly from: number; readonly to?: number }

/** The changes of a range; its columns are those of the last version, then `_change_type`, `_commit_version`, `_commit_timestamp`. */
export interface Changes extends ReadableSnapshot { readonly version: number; readonly committed: number }

const changeType = "_change_type";
const commitVersion = "_commit_version";
const commitTimestamp = "_commit_timestamp";
const feedColumns: readonly NamedType[] = [
  { name: changeType, type: { kind: "text" }, nullable: false },
  { name: commitVersion, type: { kind: "int64" }, nullable: false },
  { name: commitTimestamp, type: { kind: "timestamp" }, nullable: false },
];

/**
 * The changes from one version to another (the newest when left out), in order of versions. DELTA_CHANGES_NOT_RECORDED where the feed was off,
 * SCHEMA_DIFFERS where a version's rows, or those that the first one removed, do not fit the last schema, FILE_NOT_FOUND for what was vacuumed; PARAMETER_INVALID, and as `readSnapshot`.
 */
export async function readChanges(store: Store, location: string, { from, to }: ChangeRange): Promise<Changes> {
  const last = await readSnapshot(store, location, to === undefined ? undefined : { version: to });
  if (from > last.version) throw new Failure("PARAMETER_INVALID", `The changes from version ${from} to ${last.version} were asked for.`, { hint: "The first version comes first.", place: { value: String(from) } });
  const first = from === last.version ? last : await readSnapshot(store, location, { version: from });
  const times = new Map((await listLog(store, location)).commits.map(({ version, modified }) => [version, modified]));
  const feed: Feed = { store, location, last, protocol: first.protocol, metadata: first.metadata };
  requireComparable(feed, from);
  const files: ReadableFile[] = [];
  for (let version = from; version <= last.version; version += 1) {
    const actions = await readCommit(store, location, version);
    takeSchema(feed, actions, version);
    if (version === from) await requireRemovable(feed, actions, version);
    const committed = (keepsCommitTimes(feed.protocol, feed.metadata) ? inCommitTime(actions) : undefined) ?? times.get(version) ?? 0;
    const constants = { [commitVersion]: String(version), [commitTimestamp]: new Date(committed).toISOString() };
    for (const { change, file } of await changesOf(feed, actions, version)) {
      const partitionValues = { ...file.partitionValues, ...constants, ...(change === undefined ? {} : { [changeType]: change }) };
      files.push({ ...file, partitionValues, ...(change === undefined ? { holds: [changeType] } : {}) });
    }
  }
  return {
    columns: [...last.columns, ...feedColumns], physical: [...last.physical, ...feedColumns], byFieldId: last.mapping === "id",
    partitionColumns: [...last.partitionColumns, ...feedColumns.map(({ name }) => name)], files, version: last.version, committed: last.committed,
  };
}

/** What is known of the table on the way from version to version; `protocol` and `metadata` are those in effect. */
interface Feed { readonly store: Store; readonly location: string; readonly last: Snapshot; protocol: Protocol; metadata: Metadata }

/** Rows that came or went; a file that says itself what became of each has no `change`. */
interface Change { readonly change: "insert" | "delete" | undefined; readonly file: ReadableFile }

function takeSchema(feed: Feed, actions: readonly Action[], version: number): void {
  const { protocol, metaData } = { protocol: actions.findLast((action) => action.protocol)?.protocol, metaData: actions.findLast((action) => action.metaData)?.metaData };
  feed.protocol = protocol ?? feed.protocol;
  feed.metadata = metaData ?? feed.metadata;
  if (protocol !== undefined || metaData !== undefined) requireComparable(feed, version);
}

function requireComparable({ store, location, last, protocol, metadata }: Feed, version: number): void {
  const where = store.locate(location);
  if (!isOn(metadata, "delta.enableChangeDataFeed")) {
    throw new Failure("DELTA_CHANGES_NOT_RECORDED", `${where} does not record its changes at version ${version}.`, { hint: "A table does where its property delta.enableChangeDataFeed is true: ask for versions since then.", place: { value: String(version) } });
  }
  const mapping = mappingMode(protocol, metadata);
  const columns = physicalColumns(metadata.schemaString, columnsOf(metadata.schemaString), mapping);
  const misfit = columns.find((column) => !last.physical.some(({ name, type }) => name === column.name && holdsValues(type, column.type)));
  const sameLayout = mapping === last.mapping && (mapping !== "none" || metadata.partitionColumns.join("\0") === last.partitionColumns.join("\0"));
  if (misfit === undefined && sameLayout) return;
  throw new Failure("SCHEMA_DIFFERS", `The rows of ${where} at version ${version} do not fit its schema at version ${last.version}: ${misfit === undefined ? "it names its columns otherwise" : `the column "${misfit.name}" is another or gone`}.`, {
    hint: "Ask for the versions before and behind the change one after the other.", place: { value: String(version) },
  });
}

/**
 * A first version that brings another schema, as a restore does, may remove rows that were written under the one before: those that do not fit are no changes of the last schema. What only
 * they had is left out, as Delta's own engine leaves it out.
 */
async function requireRemovable({ store, location, last }: Feed, actions: readonly Action[], version: number): Promise<void> {
  const isTold = actions.some(({ cdc }) => cdc !== undefined) || !actions.some(({ remove }) => remove !== undefined && remove.dataChange !== false);
  if (version === 0 || isTold || !actions.some(({ metaData }) => metaData !== undefined)) return;
  const before = await readSnapshot(store, location, { version: version - 1 });
  const misfit = before.physical.find((column) => last.physical.some(({ name, type }) => name === column.name && !holdsValues(type, column.type, { leavesOut: true })));
  const sameLayout = before.mapping === last.mapping && before.partitionColumns.join("\0") === last.partitionColumns.join("\0");
  if (misfit === undefined && sameLayout) return;
  throw new Failure("SCHEMA_DIFFERS", `Version ${version} of ${store.locate(location)} removed rows that do not fit its schema at version ${last.version}: ${misfit === undefined ? "the table named or partitioned its columns otherwise" : `the column "${misfit.name}" was of another type`} at version ${version - 1}.`, {
    hint: `Ask for the versions up to ${version - 1}, and for those from ${version + 1} on; what came and went between are the rows of the two.`, place: { value: String(version) },
  });
}

async function changesOf(feed: Feed, actions: readonly Action[], version: number): Promise<readonly Change[]> {
  const written = actions.flatMap(({ cdc }) => cdc ?? []);
  if (written.length > 0) return await Promise.all(written.map(async (file) => ({ change: undefined, file: await fileOf(feed, file, version) })));
  const added = actions.flatMap(({ add }) => (add?.dataChange === true ? [add] : []));
  const removed = await Promise.all(actions.flatMap(({ remove }) => (remove === undefined || remove.dataChange === false ? [] : [remove])).map(async (remove) => await completed(feed, remove, version)));
  const before = new Map(removed.map((remove) => [fileKey({ path: remove.path }), remove]));
  const changes: Change[] = [];
  for (const remove of removed) {
    if (added.some((add) => fileKey({ path: add.path }) === fileKey({ path: remove.path }))) continue;
    changes.push({ change: "delete", file: await fileOf(feed, remove, version, except(feed, remove.deletionVector)) });
  }
  for (const add of added) {
    const old = before.get(fileKey({ path: add.path }));
    if (old === undefined) {
      changes.push({ change: "insert", file: await fileOf(feed, add, version, except(feed, add.deletionVector)) });
      continue;
    }
    // The same file with another vector: what only the new one names was deleted, what only the old one named came back.
    changes.push({ change: "delete", file: await fileOf(feed, add, version, difference(feed, add.deletionVector, old.deletionVector)) });
    if (old.deletionVector !== undefined) changes.push({ change: "insert", file: await fileOf(feed, add, version, difference(feed, old.deletionVector, add.deletionVector)) });
  }
  return changes;
}

interface NamedFile { readonly path: string; readonly size: number; readonly partitionValues: PartitionValues }

/** FILE_NOT_FOUND when the file is no longer there. */
async function fileOf({ store, location }: Feed, { path, size, partitionValues }: NamedFile, version: number, selection?: RowSelection): Promise<ReadableFile> {
  if (!isAbsolute(path) && (await store.head(below(location, decodePath(path)))) === undefined) {
    throw new Failure("FILE_NOT_FOUND", `The changes of version ${version} cannot be had: ${path} is no longer there.`, { hint: "It was vacuumed. Ask for later versions.", place: { file: path } });
  }
  return { url: await localFile(store, location, { path, size }), partitionValues, ...(selection === undefined ? {} : { selection }) };
}

/** A tombstone may leave out what the file's add said. */
async function completed({ store, location }: Feed, remove: RemoveFile, version: number): Promise<NamedFile & Pick<RemoveFile, "deletionVector">> {
  const { path, size, partitionValues, deletionVector } = remove;
  if (size !== undefined && partitionValues !== undefined) return { path, size, partitionValues, ...(deletionVector === undefined ? {} : { deletionVector }) };
  const { files } = await readSnapshot(store, location, { version: version - 1 });
  const key = fileKey(remove);
  const file = files[Symbol.iterator]().find((live) => fileKey(live) === key);
  if (file !== undefined) return file;
  throw new Failure("DELTA_LOG_BROKEN", `Version ${version} of ${store.locate(location)} removes ${path}, which was not of the table.`, { place: { file: path } });
}

function except({ store, location }: Feed, vector: DeletionVector | undefined): RowSelection | undefined {
  return vector === undefined ? undefined : { take: "others", places: async () => await readDeletionVector(store, location, vector) };
}

function difference({ store, location }: Feed, vector: DeletionVector | undefined, without: DeletionVector | undefined): RowSelection {
  const read = async (one: DeletionVector | undefined): Promise<Float64Array> => (one === undefined ? new Float64Array() : await readDeletionVector(store, location, one));
  return {
    take: "these",
    async places() {
      const [all, known] = [await read(vector), new Set(await read(without))];
      return all.filter((place) => !known.has(place));
    },
  };
}
