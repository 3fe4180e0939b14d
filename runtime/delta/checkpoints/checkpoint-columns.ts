/** The columns of a checkpoint (protocol, "Checkpoint Schema"): one for each action, of which every row has one, in the order of their parts. */
import type { ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";

export type Parts = { readonly [part: string]: ColumnType };

const text: ColumnType = { kind: "text" };
const whole: ColumnType = { kind: "int32" };
const long: ColumnType = { kind: "int64" };
const truth: ColumnType = { kind: "bool" };
const texts: ColumnType = { kind: "array", element: text, elementNullable: true };
const pairs: ColumnType = { kind: "map", key: text, value: text, valueNullable: true };
const vector = objectOf({ storageType: text, pathOrInlineDv: text, offset: whole, sizeInBytes: whole, cardinality: long });

const actions: { readonly [action: string]: Parts } = {
  protocol: { minReaderVersion: whole, minWriterVersion: whole, readerFeatures: texts, writerFeatures: texts },
  metaData: {
    id: text, name: text, description: text, format: objectOf({ provider: text, options: pairs }), schemaString: text, partitionColumns: texts, configuration: pairs, createdTime: long,
  },
  txn: { appId: text, version: long, lastUpdated: long },
  domainMetadata: { domain: text, configuration: text, removed: truth },
  add: { path: text, partitionValues: pairs, size: long, modificationTime: long, dataChange: truth, stats: text, tags: pairs, deletionVector: vector,
    baseRowId: long, defaultRowCommitVersion: long, clusteringProvider: text },
  remove: { path: text, deletionTimestamp: long, dataChange: truth, extendedFileMetadata: truth, partitionValues: pairs, size: long, deletionVector: vector,
    baseRowId: long, defaultRowCommitVersion: long },
};

export type CheckpointAction = "protocol" | "metaData" | "txn" | "domainMetadata" | "add" | "remove";

/** What the second form has beside them (protocol, "V2 Spec"). */
const secondForm: { readonly [action: string]: Parts } = {
  checkpointMetadata: { version: long, tags: pairs },
  sidecar: { path: text, sizeInBytes: long, modificationTime: long, tags: pairs },
};

/** Columns of a checkpoint's file: of a classic one, of the main one of the second form, or of a sidecar, which has files alone; `more` are parts that its files have besides. */
export function checkpointColumns(kind: "classic" | "main" | "sidecar", more: Parts = {}): readonly NamedType[] {
  const { add = {}, remove = {}, ...others } = actions;
  const files = { add: { ...add, ...more }, remove };
  return Object.entries({ ...(kind === "sidecar" ? {} : others), ...files, ...(kind === "main" ? secondForm : {}) }).map(([name, parts]) => ({ name, type: objectOf(parts), nullable: true }));
}

/** The parts of an action that are read; others, such as statistics in columns of their own, may hold what no plain value can. */
export function partsOf(action: CheckpointAction): readonly string[] {
  return Object.keys(actions[action] ?? {});
}

/** A record of these parts, each of which may be missing. */
export function objectOf(parts: Parts): ColumnType {
  return { kind: "object", fields: Object.entries(parts).map(([name, type]) => ({ name, type, nullable: true })) };
}
