/**
 * A protocol with more features than before (protocol, "Table Features"): by version numbers alone where these stand for exactly what the table then has, else
 * by lists of all of it, as Spark writes it. It is never lowered.
 */
import { Failure } from "../../values/failure.ts";
import type { Protocol } from "../actions/actions.ts";
import { bindsReaders, featuresOf, writerVersionOf } from "./features.ts";

/** What a feature stands on. */
const requires: { readonly [feature: string]: readonly string[] } = { rowTracking: ["domainMetadata"], clustering: ["domainMetadata"] };

/** What a feature was called before it was one of the protocol. */
const formerly: { readonly [feature: string]: string } = { typeWidening: "typeWidening-preview", timestampNtz: "timestampWithoutTimezone" };

/** Features that a table gets here by their name alone: what they promise is kept by this version, and nothing else has to be done for them. */
const byName = new Set([
  "appendOnly", "invariants", "checkConstraints", "changeDataFeed", "generatedColumns", "allowColumnDefaults", "columnMapping", "deletionVectors", "timestampNtz", "v2Checkpoint",
  "vacuumProtocolCheck", "typeWidening", "inCommitTimestamp", "domainMetadata",
]);

/** The protocol with these features; undefined when it has them all. */
export function withFeatures(protocol: Protocol, features: readonly string[]): Protocol | undefined {
  const { readers, writers } = featuresOf(protocol);
  const wanted = [...new Set(features.flatMap((feature) => [...(requires[feature] ?? []), feature]))].filter((feature) => ![readers, writers].every((list) => list.includes(formerly[feature] ?? "")));
  if (wanted.every((feature) => writers.includes(feature) && (!bindsReaders(feature) || readers.includes(feature) || (feature === "columnMapping" && protocol.minReaderVersion === 2)))) return undefined;
  const all = new Set([...writers, ...readers, ...wanted]);
  const forReaders = [...all].filter((feature) => readers.includes(feature) || bindsReaders(feature));
  const minReaderVersion = Math.max(protocol.minReaderVersion, ...forReaders.map((feature) => (feature === "columnMapping" ? 2 : 3)));
  const minWriterVersion = protocol.writerFeatures === undefined && minReaderVersion < 3 ? writerVersionOf(all) : undefined;
  if (minWriterVersion !== undefined) return { minReaderVersion, minWriterVersion: Math.max(minWriterVersion, protocol.minWriterVersion) };
  return { minReaderVersion, minWriterVersion: 7, ...(minReaderVersion < 3 ? {} : { readerFeatures: forReaders }), writerFeatures: [...all] };
}

/** PARAMETER_INVALID for a feature that no table is given by its name alone. */
export function requireNameable(feature: string): void {
  if (byName.has(feature)) return;
  throw new Failure("DELTA_UNSUPPORTED_FEATURE", `No table is given the Delta feature ${feature} here by its name alone.`, { hint: `It can be had of ${[...byName].toSorted().join(", ")}.`, place: { value: feature } });
}
