/** Delta's own table properties (protocol, "Table Properties" and those of its engines): what their values look like, and the feature that a table needs for one. */
import { suggest } from "../../../compiler/ir/nearest.ts";
import { Failure } from "../../values/failure.ts";

interface Shape { readonly is: RegExp; readonly words: string }

const bool: Shape = { is: /^(true|false)$/i, words: "It is true or false." };
const bytes: Shape = { is: /^\d+$/, words: "It is a whole number of bytes." };
const atLeastOne: Shape = { is: /^[1-9]\d*$/, words: "It is a whole number from 1." };
const columnCount: Shape = { is: /^(-1|\d+)$/, words: "It is a whole number, or -1 for all columns." };
const interval: Shape = { is: /^(interval\s+)?\d+\s+(second|minute|hour|day|week)s?$/i, words: "Write it as `interval 7 days`." };
const text: Shape = { is: /./, words: "It is not empty." };
const oneOf = (...values: readonly string[]): Shape => ({ is: new RegExp(`^(${values.join("|")})$`, "i"), words: `It is ${values.join(" or ")}.` });

/** Each property that a table can have here. Properties that only say how engines go about their work are kept for those that heed them. */
const shapes: { readonly [property: string]: Shape } = {
  "delta.appendOnly": bool,
  "delta.autoOptimize": bool,
  "delta.autoOptimize.autoCompact": oneOf("true", "false", "auto"),
  "delta.autoOptimize.optimizeWrite": bool,
  "delta.checkpoint.writeStatsAsJson": bool,
  "delta.checkpoint.writeStatsAsStruct": bool,
  "delta.checkpointInterval": atLeastOne,
  "delta.checkpointPolicy": oneOf("classic", "v2"),
  "delta.columnMapping.mode": { is: /^(none|name|id)$/, words: "It is none, name or id." },
  "delta.dataSkippingNumIndexedCols": columnCount,
  "delta.dataSkippingStatsColumns": text,
  "delta.deletedFileRetentionDuration": interval,
  "delta.enableChangeDataFeed": bool,
  "delta.enableDeletionVectors": bool,
  "delta.enableExpiredLogCleanup": bool,
  "delta.enableFullRetentionRollback": bool,
  "delta.enableInCommitTimestamps": bool,
  "delta.enableRowTracking": bool,
  "delta.enableTypeWidening": bool,
  "delta.isolationLevel": oneOf("Serializable"),
  "delta.logRetentionDuration": interval,
  "delta.parquet.compression.codec": oneOf("uncompressed", "snappy", "gzip", "lz4", "lz4_raw", "zstd"),
  "delta.randomPrefixLength": atLeastOne,
  "delta.randomizeFilePrefixes": bool,
  "delta.setTransactionRetentionDuration": interval,
  "delta.targetFileSize": bytes,
  "delta.tuneFileSizesForRewrites": bool,
};

/** The feature that a property with this value asks for. */
const featureOf: { readonly [property: string]: { readonly value: RegExp; readonly feature: string } } = {
  "delta.appendOnly": { value: /^true$/i, feature: "appendOnly" },
  "delta.checkpointPolicy": { value: /^v2$/i, feature: "v2Checkpoint" },
  "delta.columnMapping.mode": { value: /^(name|id)$/, feature: "columnMapping" },
  "delta.enableChangeDataFeed": { value: /^true$/i, feature: "changeDataFeed" },
  "delta.enableDeletionVectors": { value: /^true$/i, feature: "deletionVectors" },
  "delta.enableInCommitTimestamps": { value: /^true$/i, feature: "inCommitTimestamp" },
  "delta.enableRowTracking": { value: /^true$/i, feature: "rowTracking" },
  "delta.enableTypeWidening": { value: /^true$/i, feature: "typeWidening" },
};

/** Those that this version does not keep the promise of. */
const unkept = /^delta\.(enableIcebergCompat|enableIcebergWriterCompat|universalFormat\.|compatibility\.|enableVariantShredding|enableMaterializePartitionColumns|rowTrackingSuspended|requireCheckpointProtection)/;

/** Those that say what was done to a table, which no hand changes. */
const noted = /^(delta\.columnMapping\.maxColumnId|delta\.rowTracking\..*|delta\.inCommitTimestampEnablement.*|neuralake\..*)$/;

/** Whether Delta says what the property means. */
export function isDelta(property: string): boolean {
  return /^delta\./i.test(property);
}

/** PARAMETER_INVALID for a value that one of Delta's properties cannot have, and for one that is unknown or not for setting; DELTA_UNSUPPORTED_FEATURE for one whose promise is not kept here. */
export function requireProperty(property: string, value: string): void {
  requireSettable(property);
  if (!isDelta(property)) return;
  const shape = Object.hasOwn(shapes, property) ? shapes[property] : undefined;
  if (shape === undefined) throw new Failure("PARAMETER_INVALID", `Delta has no table property ${property}.`, { hint: suggest(property, Object.keys(shapes)), place: { parameter: property, value } });
  if (!shape.is.test(value)) throw new Failure("PARAMETER_INVALID", `The property ${property} cannot be "${value}".`, { hint: shape.words, place: { parameter: property, value } });
}

/** PARAMETER_INVALID for a property that no hand sets or takes away. */
export function requireSettable(property: string): void {
  const refused = (message: string, hint: string): Failure => new Failure("PARAMETER_INVALID", message, { hint, place: { parameter: property } });
  if (property.trim() === "") throw refused("A property has no name.", "Write it as name=value.");
  if (/^delta\.constraints\./i.test(property)) throw refused(`${property} is a constraint, which is added and dropped as one.`, "Say --check name=SQL or --drop-check name: rows that are there are held against it first.");
  if (noted.test(property)) throw refused(`${property} says what was done to the table, and is not set by hand.`, "Leave it as it is.");
  if (/^delta\.min(Reader|Writer)Version$/i.test(property)) throw refused(`${property} follows from what the table is asked to do.`, "Set the property you want: the protocol is raised as far as it needs.");
  if (unkept.test(property)) throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${property} is not set here: this version does not keep what it promises.`, { hint: "Set it with an engine that does.", place: { value: property } });
}

/** The features that properties ask for. */
export function featuresAsked(properties: { readonly [name: string]: string }): readonly string[] {
  return Object.entries(properties).flatMap(([name, value]) => {
    if (/^delta\.constraints\./i.test(name)) return ["checkConstraints"];
    const asked = Object.hasOwn(featureOf, name) ? featureOf[name] : undefined;
    return asked?.value.test(value) === true ? [asked.feature] : [];
  });
}
