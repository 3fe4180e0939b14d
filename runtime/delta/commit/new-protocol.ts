/** What a new table asks of its readers and writers (protocol, "Table Features"): as little as its columns and properties allow, for the widest readership. */
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { Failure } from "../../values/failure.ts";
import type { Protocol } from "../actions/actions.ts";
import { requireProperty } from "../features/properties.ts";
import { isOn } from "../features/property.ts";
import { mapsColumns } from "../schema/column-mapping.ts";
import { hasLocalTimestamp } from "../schema/types.ts";

type Properties = { readonly [name: string]: string };

/** A feature; the writer version from which on it is had without a list, and none for those that are only ever listed; and the reader version that it asks for, where it binds readers. */
interface Need { readonly feature: string; readonly writer?: number; readonly reader?: 2 | 3; readonly when: (columns: readonly NamedType[], properties: Properties) => boolean }

const isSet = (property: string) => (_columns: readonly NamedType[], configuration: Properties): boolean => isOn({ configuration }, property);
const tracksRows = isSet("delta.enableRowTracking");

const needs: readonly Need[] = [
  { feature: "checkConstraints", writer: 3, when: (_columns, properties) => Object.keys(properties).some((name) => constraintName.test(name)) },
  { feature: "changeDataFeed", writer: 4, when: isSet("delta.enableChangeDataFeed") },
  { feature: "columnMapping", writer: 5, reader: 2, when: (_columns, configuration) => mapsColumns({ configuration }) },
  { feature: "deletionVectors", reader: 3, when: isSet("delta.enableDeletionVectors") },
  { feature: "timestampNtz", reader: 3, when: (columns) => columns.some(({ type }) => hasLocalTimestamp(type)) },
  // Where the ids of rows are counted.
  { feature: "domainMetadata", when: tracksRows },
  { feature: "rowTracking", when: tracksRows },
  { feature: "inCommitTimestamp", when: isSet("delta.enableInCommitTimestamps") },
  { feature: "v2Checkpoint", reader: 3, when: (_columns, properties) => properties["delta.checkpointPolicy"] === "v2" },
];

/** The protocol of a new table. */
export function newProtocol(columns: readonly NamedType[], properties: Properties): Protocol {
  const needed = needs.filter(({ when }) => when(columns, properties));
  const minReaderVersion = Math.max(1, ...needed.map(({ reader = 1 }) => reader));
  if (needed.every(({ writer }) => writer !== undefined)) return { minReaderVersion, minWriterVersion: Math.max(2, ...needed.map(({ writer = 2 }) => writer)) };
  const forReaders = needed.filter(({ reader }) => reader !== undefined).map(({ feature }) => feature);
  return { minReaderVersion, minWriterVersion: 7, ...(minReaderVersion < 3 ? {} : { readerFeatures: forReaders }), writerFeatures: ["appendOnly", "invariants", ...needed.map(({ feature }) => feature)] };
}

const constraintName = /^delta\.constraints\.[^.]+$/;

/** Delta's own properties with which a table can be created here. */
const known = new Set([
  "delta.appendOnly", "delta.enableChangeDataFeed", "delta.enableDeletionVectors", "delta.enableInCommitTimestamps", "delta.enableRowTracking", "delta.columnMapping.mode", "delta.checkpoint.writeStatsAsJson",
  "delta.checkpoint.writeStatsAsStruct", "delta.enableExpiredLogCleanup", "delta.checkpointInterval", "delta.checkpointPolicy", "delta.dataSkippingNumIndexedCols", "delta.dataSkippingStatsColumns", "delta.targetFileSize",
  "delta.logRetentionDuration", "delta.deletedFileRetentionDuration", "delta.setTransactionRetentionDuration",
]);

/** PARAMETER_INVALID for a value that a property cannot have; DELTA_UNSUPPORTED_FEATURE for one of Delta's that a table is not created with here. */
export function requireProperties(properties: Properties, where: string): void {
  for (const [name, value] of Object.entries(properties)) {
    if (!/^delta\./i.test(name) || constraintName.test(name)) continue;
    if (!known.has(name)) throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${where} is not created with the property ${name}, which this version does not honour from a table's first version on.`, { hint: "Leave it out, or create the table with an engine that supports it.", place: { value: name } });
    requireProperty(name, value);
  }
}
