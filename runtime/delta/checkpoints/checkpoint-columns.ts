/** The columns of a classic checkpoint (protocol, "Checkpoint Schema"): one for each action, of which every row has one, in the order of their parts. */
import type { ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";

type Parts = { readonly [part: string]: ColumnType };

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

/** As they are written. */
export const checkpointColumns: readonly NamedType[] = Object.entries(actions).map(([name, parts]) => ({ name, type: objectOf(parts), nullable: true }));

/** The parts of an action that are read; others, such as statistics in columns of their own, may hold what no plain value can. */
export function partsOf(action: CheckpointAction): readonly string[] {
  return Object.keys(actions[action] ?? {});
}

function objectOf(parts: Parts): ColumnType {
  return { kind: "object", fields: Object.entries(parts).map(([name, type]) => ({ name, type, nullable: true })) };
}
