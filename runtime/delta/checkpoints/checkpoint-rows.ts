/** Actions as rows of a checkpoint: whole numbers of 64 bits as bigints, and what an action leaves out as null (protocol, "Checkpoint Schema"). */
import type { Row, Value } from "../../values/value.ts";
import type { Action, AddFile, DeletionVector, Metadata, RemoveFile } from "../actions/actions.ts";

/** Gives parts of a file's row that stand for what it has: statistics in columns of their own. */
export type FileParts = (file: AddFile) => { readonly [part: string]: Value };

/** The row of the one action that is there. Files are no change of data here: whoever reads a checkpoint knows no version before. */
export function checkpointRow({ protocol, metaData, txn, domainMetadata, add, remove, sidecar, checkpointMetadata }: Action, more?: FileParts): Row {
  if (add) return { add: { ...addRow(add), ...more?.(add) } };
  if (sidecar) return { sidecar: { path: sidecar.path, sizeInBytes: BigInt(sidecar.sizeInBytes), modificationTime: long(sidecar.modificationTime), tags: null } };
  if (checkpointMetadata) return { checkpointMetadata: { version: BigInt(checkpointMetadata.version), tags: null } };
  if (remove) return { remove: removeRow(remove) };
  if (txn) return { txn: { appId: txn.appId, version: BigInt(txn.version), lastUpdated: long(txn.lastUpdated) } };
  if (domainMetadata) return { domainMetadata: { ...domainMetadata } };
  // At reader version 3 and writer version 7 the lists are there, and there only.
  if (protocol) return { protocol: { ...protocol, readerFeatures: protocol.readerFeatures ?? null, writerFeatures: protocol.writerFeatures ?? null } };
  return metaData ? { metaData: metadataRow(metaData) } : {};
}

function long(value: number | null | undefined): bigint | null {
  return value === undefined || value === null ? null : BigInt(value);
}

function addRow(add: AddFile): { readonly [part: string]: Value } {
  return {
    path: add.path, partitionValues: add.partitionValues, size: BigInt(add.size), modificationTime: long(add.modificationTime) ?? 0n, dataChange: false,
    stats: add.stats ?? null, tags: add.tags ?? null, deletionVector: vectorRow(add.deletionVector),
    ...rowTracking(add), clusteringProvider: add.clusteringProvider ?? null,
  };
}

function removeRow(remove: RemoveFile): Value {
  return {
    path: remove.path, deletionTimestamp: long(remove.deletionTimestamp), dataChange: false, extendedFileMetadata: remove.extendedFileMetadata ?? null,
    partitionValues: remove.partitionValues ?? null, size: long(remove.size), deletionVector: vectorRow(remove.deletionVector), ...rowTracking(remove),
  };
}

function rowTracking({ baseRowId, defaultRowCommitVersion }: Pick<AddFile, "baseRowId" | "defaultRowCommitVersion">): { readonly [part: string]: Value } {
  return { baseRowId: long(baseRowId), defaultRowCommitVersion: long(defaultRowCommitVersion) };
}

function vectorRow(vector: DeletionVector | undefined): Value {
  if (vector === undefined) return null;
  const { storageType, pathOrInlineDv, offset = null, sizeInBytes = null, cardinality } = vector;
  return { storageType, pathOrInlineDv, offset, sizeInBytes, cardinality: long(cardinality) };
}

function metadataRow({ id, name, description, format, schemaString, partitionColumns, configuration, createdTime }: Metadata): Value {
  return { id, name: name ?? null, description: description ?? null, format: { provider: format.provider, options: format.options }, schemaString, partitionColumns, configuration, createdTime: long(createdTime) };
}
