/**
 * The gate of table features (protocol, "Table Features"): what a table asks of its readers and writers that this version does not
 * do is refused by name, before any row. A feature that is listed but not in use asks nothing.
 */
import { Failure } from "../../values/failure.ts";
import type { Metadata, Protocol } from "../actions/actions.ts";
import { isOn } from "./property.ts";
import { isUnknownMode } from "../schema/column-mapping.ts";

interface TableState { readonly protocol: Protocol; readonly metadata: Metadata }

/** Whether the table really uses a feature that its protocol allows, in a way this version does not do; a feature that is not here is one we do not know. */
const inUse: { readonly [feature: string]: (table: TableState) => boolean } = {
  timestampNtz: () => false,
  timestampWithoutTimezone: () => false,
  vacuumProtocolCheck: () => false,
  v2Checkpoint: () => false,
  deletionVectors: () => false,
  columnMapping: (table) => isUnknownMode(table.metadata),
  typeWidening: () => false,
  "typeWidening-preview": () => false,
  variantType: () => false,
  "variantType-preview": () => false,
  // A file whose variants are in pieces is refused when it is met.
  variantShredding: () => false,
  "variantShredding-preview": () => false,
  catalogManaged: () => true,
  "catalogOwned-preview": () => true,
  catalogOwned: () => true,
};

/** Features of tables whose commits a catalog decides on: what stands in the log may be neither all nor final. */
const managedByCatalog = new Set(["catalogManaged", "catalogOwned", "catalogOwned-preview"]);

/** Writer features this version honours, or that ask nothing of it; what a table asks of its rows is judged where rows are added. */
const inUseByWriters: { readonly [feature: string]: (table: TableState) => boolean } = {
  ...inUse,
  variantType: hasVariant,
  "variantType-preview": hasVariant,
  variantShredding: hasVariant,
  "variantShredding-preview": hasVariant,
  appendOnly: () => false,
  changeDataFeed: () => false,
  domainMetadata: () => false,
  inCommitTimestamp: () => false,
  rowTracking: () => false,
  // Files that are appended are not in the table's clustering, which whoever clusters finds by itself.
  clustering: () => false,
  // Asks something of who cleans the log up alone (`maintenance/log-cleanup.ts`).
  checkpointProtection: () => false,
  // Iceberg's readers want partition values in the files, and ids on what is in lists.
  icebergCompatV1: whenOn("delta.enableIcebergCompatV1"),
  icebergCompatV2: whenOn("delta.enableIcebergCompatV2"),
  icebergCompatV3: whenOn("delta.enableIcebergCompatV3"),
  invariants: () => false,
  checkConstraints: () => false,
  generatedColumns: () => false,
  identityColumns: () => false,
  allowColumnDefaults: () => false,
};

function whenOn(property: string): (table: TableState) => boolean {
  return ({ metadata }) => isOn(metadata, property);
}

function hasVariant({ metadata }: TableState): boolean {
  return /"variant"/.test(metadata.schemaString);
}

/** Features that the older version numbers stand for. */
const readerBundles: { readonly [version: number]: readonly string[] } = { 1: [], 2: ["columnMapping"] };
const writerBundles: { readonly [version: number]: readonly string[] } = {
  1: [],
  2: ["appendOnly", "invariants"],
  3: ["appendOnly", "invariants", "checkConstraints"],
  4: ["appendOnly", "invariants", "checkConstraints", "changeDataFeed", "generatedColumns"],
  5: ["appendOnly", "invariants", "checkConstraints", "changeDataFeed", "generatedColumns", "columnMapping"],
  6: ["appendOnly", "invariants", "checkConstraints", "changeDataFeed", "generatedColumns", "columnMapping", "identityColumns"],
};

/** The features that a protocol has, listed or by its version numbers. Column mapping is had by numbers only where readers know of it too. */
export function featuresOf({ minReaderVersion, minWriterVersion, readerFeatures, writerFeatures }: Protocol): { readonly readers: readonly string[]; readonly writers: readonly string[] } {
  const readers = readerFeatures ?? readerBundles[minReaderVersion] ?? [];
  const writers = writerFeatures ?? (writerBundles[minWriterVersion] ?? []).filter((feature) => feature !== "columnMapping" || minReaderVersion >= 2);
  return { readers, writers };
}

/** Whether a feature binds readers too. */
export function bindsReaders(feature: string): boolean {
  return Object.hasOwn(inUse, feature);
}

/** The version of writers that stands for exactly these features; undefined where none does. */
export function writerVersionOf(features: ReadonlySet<string>): number | undefined {
  const found = Object.entries(writerBundles).find(([, bundle]) => bundle.length === features.size && bundle.every((feature) => features.has(feature)));
  return found && Number(found[0]);
}

/** The protocol with features of readers and writers enabled; undefined when it has them all. Column mapping alone needs no list of features. */
export function protocolWith(protocol: Protocol, features: readonly ("columnMapping" | "timestampNtz")[]): Protocol | undefined {
  const { minReaderVersion, minWriterVersion, readerFeatures = readerBundles[minReaderVersion] ?? [], writerFeatures = writerBundles[minWriterVersion] ?? [] } = protocol;
  if (features.every((feature) => readerFeatures.includes(feature) && writerFeatures.includes(feature))) return undefined;
  const legacy = minWriterVersion < 7 && features.every((feature) => feature === "columnMapping");
  if (legacy) return { minReaderVersion: Math.max(minReaderVersion, 2), minWriterVersion: Math.max(minWriterVersion, 5) };
  return {
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: [...new Set([...readerFeatures, ...features])],
    writerFeatures: [...new Set([...writerFeatures, ...features])],
  };
}

/** What readers and writers of both must know: a protocol that neither lowers. The first one where it is that already. */
export function mergedProtocol(first: Protocol, second: Protocol): Protocol {
  const minReaderVersion = Math.max(first.minReaderVersion, second.minReaderVersion);
  const minWriterVersion = Math.max(first.minWriterVersion, second.minWriterVersion);
  const union = (list: (protocol: Protocol) => readonly string[]): readonly string[] => [...new Set([...list(first), ...list(second)])];
  const merged = {
    minReaderVersion, minWriterVersion,
    ...(minReaderVersion < 3 ? {} : { readerFeatures: union(({ minReaderVersion: version, readerFeatures }) => readerFeatures ?? readerBundles[version] ?? []) }),
    ...(minWriterVersion < 7 ? {} : { writerFeatures: union(({ minWriterVersion: version, writerFeatures }) => writerFeatures ?? writerBundles[version] ?? []) }),
  };
  const isFirst = minReaderVersion === first.minReaderVersion && minWriterVersion === first.minWriterVersion
    && (merged.readerFeatures?.length ?? 0) === (first.readerFeatures?.length ?? 0) && (merged.writerFeatures?.length ?? 0) === (first.writerFeatures?.length ?? 0);
  return isFirst ? first : merged;
}

/**
 * Refuses a table this version cannot read rightly: DELTA_UNSUPPORTED_FEATURE. Some writers list a feature that binds readers for
 * writers alone, and use it all the same: it is taken as if listed for both.
 */
export function requireReadable(table: TableState, location: string): void {
  const { minReaderVersion, readerFeatures = [], writerFeatures = [] } = table.protocol;
  const own = minReaderVersion === 3 ? readerFeatures : readerBundles[minReaderVersion];
  if (own === undefined) throw refuse(location, `reader version ${minReaderVersion}`, "read");
  const found = contradiction(table.protocol);
  if (found !== undefined) throw new Failure("DELTA_LOG_BROKEN", `The protocol of ${location} contradicts itself: ${found}.`, { place: { value: "protocol" } });
  const forWriters = writerFeatures.filter((feature) => Object.hasOwn(inUse, feature));
  requireAll([...own, ...forWriters], inUse, table, location, "read");
  const { provider } = table.metadata.format ?? {};
  if (provider !== undefined && provider.toLowerCase() !== "parquet") throw refuse(location, `data files in ${provider}`, "read");
}

/** Why a protocol cannot be told what it asks of readers (protocol, "Protocol Evolution"): features are listed from reader version 3 on, which goes with writer version 7. */
function contradiction({ minReaderVersion, minWriterVersion, readerFeatures }: Protocol): string | undefined {
  if (minReaderVersion === 3 && readerFeatures === undefined) return "it is of reader version 3 and does not say which features its readers need";
  if (minReaderVersion === 3 && minWriterVersion < 7) return `it is of reader version 3 and of writer version ${minWriterVersion}`;
  return minReaderVersion < 3 && readerFeatures !== undefined && readerFeatures.length > 0 ? `it is of reader version ${minReaderVersion} and lists features of readers: ${readerFeatures.join(", ")}` : undefined;
}

/** Refuses rows for a table that counts them: the next number of an identity column is everybody's, and changes its metadata with each commit. DELTA_UNSUPPORTED_FEATURE. */
export function requireAppendable(table: TableState, location: string): void {
  if (table.metadata.schemaString.includes('"delta.identity.')) throw refuse(location, "identityColumns", "appended to");
}

/** Refuses to remove files, or write a checkpoint, of a table with a feature that is not known here: DELTA_UNSUPPORTED_FEATURE. What its rows must be does not matter. */
export function requireMaintainable(table: TableState, location: string): void {
  requireReadable(table, location);
  for (const feature of featuresOfWriters(table, location)) if (!Object.hasOwn(inUseByWriters, feature)) throw refuse(location, feature, "maintained");
}

function featuresOfWriters({ protocol: { minWriterVersion, writerFeatures } }: TableState, location: string): readonly string[] {
  if (minWriterVersion === 7 ? writerFeatures === undefined : minWriterVersion < 7 && writerFeatures !== undefined && writerFeatures.length > 0) {
    throw new Failure("DELTA_LOG_BROKEN", `The protocol of ${location} contradicts itself: it is of writer version ${minWriterVersion} and ${writerFeatures === undefined ? "lists no" : "lists"} features of writers.`, { place: { value: "protocol" } });
  }
  const features = minWriterVersion === 7 ? writerFeatures : writerBundles[minWriterVersion];
  if (features === undefined) throw refuse(location, `writer version ${minWriterVersion}`, "written to");
  return features;
}

/** Refuses to write to a table whose rules this version would break: DELTA_UNSUPPORTED_FEATURE. */
export function requireWritable(table: TableState, location: string): void {
  requireReadable(table, location);
  requireAll(featuresOfWriters(table, location), inUseByWriters, table, location, "written to");
  // Columns of no type are in no file (protocol, "Void Type").
  if (/"void"/.test(table.metadata.schemaString)) throw refuse(location, "void columns", "written to");
}

function requireAll(features: readonly string[], known: typeof inUse, table: TableState, location: string, done: string): void {
  for (const feature of features) {
    const used = Object.hasOwn(known, feature) ? known[feature] : undefined;
    if (used === undefined || used(table)) throw refuse(location, feature, done);
  }
}

function refuse(location: string, feature: string, done: string): Failure {
  if (managedByCatalog.has(feature)) {
    return new Failure("DELTA_UNSUPPORTED_FEATURE", `${location} cannot be ${done} by its path: with the Delta feature ${feature} a catalog decides which commits count, and its log alone may lack the newest or hold some that never came to be.`, {
      place: { value: feature }, hint: "Use an engine that reaches the table through its catalog, or have the feature dropped there.",
    });
  }
  return new Failure("DELTA_UNSUPPORTED_FEATURE", `${location} cannot be ${done}: it uses the Delta feature ${feature}, which this version does not support.`, {
    place: { value: feature }, hint: "Use an engine that supports it, or drop the feature from the table there.",
  });
}
