import { describe, expect, test } from "vitest";
import type { Metadata, Protocol } from "../../../runtime/delta/actions/actions.ts";
import { requireReadable, requireWritable } from "../../../runtime/delta/features/features.ts";

const metadata = (configuration: { readonly [name: string]: string } = {}, schemaString = "{}"): Metadata =>
  ({ id: "1", format: { provider: "parquet", options: {} }, schemaString, partitionColumns: [], configuration });
const plain: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };
const listed = (readerFeatures: readonly string[], writerFeatures: readonly string[] = readerFeatures): Protocol => ({ minReaderVersion: 3, minWriterVersion: 7, readerFeatures, writerFeatures });
const table = (protocol: Protocol, facts: Metadata = metadata()) => ({ protocol, metadata: facts });
const refusal = (feature: string) => expect.objectContaining({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringContaining(feature) });

describe("reading", () => {
  test.each([
    ["an unknown reader version", table({ minReaderVersion: 4, minWriterVersion: 7 }), "reader version 4"],
    ["an unknown feature", table(listed(["timeTravelBackwards"])), "timeTravelBackwards"],
    ["a feature named like a property of every object", table(listed(["constructor"])), "constructor"],
    ["column mapping of an unknown mode", table(listed(["columnMapping"]), metadata({ "delta.columnMapping.mode": "hash" })), "columnMapping"],
    ["an unknown feature beside known ones", table(listed(["deletionVectors", "nanosecondTimestamps", "columnMapping"])), "nanosecondTimestamps"],
    ["a catalog that manages commits", table(listed(["catalogManaged"])), "catalogManaged"],
    ["a catalog that owns commits", table(listed(["catalogOwned"])), "catalogOwned"],
    ["a catalog that owns commits, as it was called first", table(listed(["catalogOwned-preview"])), "catalogOwned-preview"],
    ["a catalog that only writers are told of", table(listed([], ["catalogManaged"])), "a catalog decides"],
  ])("%s is refused by name", (_name, given, feature) => {
    expect(() => requireReadable(given, "/lake/t")).toThrow(refusal(feature));
    expect(() => requireWritable(given, "/lake/t")).toThrow(refusal(feature));
  });

  test.each([
    ["wall-clock times", table(listed(["timestampNtz"]))],
    ["a promise about vacuum", table(listed(["vacuumProtocolCheck"]))],
    ["wall-clock times by another name", table(listed(["timestampWithoutTimezone"]))],
    ["deletion vectors", table(listed(["deletionVectors"]), metadata({ "delta.enableDeletionVectors": "true" }))],
    ["a second form of checkpoints", table(listed(["v2Checkpoint"]))],
    ["widened types", table(listed(["typeWidening"]), metadata({}, '{"metadata":{"delta.typeChanges":[]}}'))],
    ["widened types, as they were called first", table(listed(["typeWidening-preview"]))],
    ["variants", table(listed(["variantType", "variantShredding"]))],
    ["variants, as they were called first", table(listed(["variantType-preview", "variantShredding-preview"]))],
    ["column mapping by name", table(listed(["columnMapping"]), metadata({ "delta.columnMapping.mode": "name" }))],
    ["column mapping by id", table({ minReaderVersion: 2, minWriterVersion: 5 }, metadata({ "delta.columnMapping.mode": "id" }))],
    ["column mapping that is off", table(listed(["columnMapping"]), metadata({ "delta.columnMapping.mode": "none" }))],
    ["any feature of writers alone", table(listed([], ["rowTracking", "clustering", "domainMetadata", "inCommitTimestamp", "icebergCompatV1", "icebergCompatV2", "icebergCompatV3", "checkpointProtection", "somethingNew"]))],
    ["writer features of a table that asks readers for none", table({ minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["somethingNew"] })],
    ["the older versions, whatever writers must do", table({ minReaderVersion: 2, minWriterVersion: 6 })],
    ["a writer version that is not known", table({ minReaderVersion: 1, minWriterVersion: 8 })],
  ])("%s is read", (_name, given) => {
    expect(() => requireReadable(given, "/lake/t")).not.toThrow();
  });
});

test("reader version 3 without its list of features is damage", () => {
  expect(() => requireReadable(table({ minReaderVersion: 3, minWriterVersion: 7, writerFeatures: [] }), "/lake/t")).toThrow(expect.objectContaining({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining("/lake/t") }));
});

describe("writing", () => {
  test.each([
    ["an unknown writer version", table({ minReaderVersion: 1, minWriterVersion: 8 }), "writer version 8"],
    ["an unknown feature", table(listed([], ["somethingNew"])), "somethingNew"],
    ["row tracking", table(listed([], ["rowTracking"])), "rowTracking"],
    ["column mapping by id", table({ minReaderVersion: 2, minWriterVersion: 5 }, metadata({ "delta.columnMapping.mode": "id" })), "columnMapping"],
    ["commit timestamps", table(listed([], ["inCommitTimestamp"])), "inCommitTimestamp"],
    ["widened columns", table(listed(["typeWidening"]), metadata({}, '{"metadata":{"delta.typeChanges":[]}}')), "typeWidening"],
    ["variants", table(listed(["variantType"]), metadata({}, '{"type":"variant"}')), "variantType"],
    ["columns without a type", table(plain, metadata({}, '{"type":"void"}')), "void"],
    ["constraints in use", table({ minReaderVersion: 1, minWriterVersion: 3 }, metadata({ "delta.constraints.a": "id > 0" })), "checkConstraints"],
    ["invariants in use", table(plain, metadata({}, '{"metadata":{"delta.invariants":"{}"}}')), "invariants"],
    ["generated columns in use", table({ minReaderVersion: 1, minWriterVersion: 4 }, metadata({}, '{"metadata":{"delta.generationExpression":"a"}}')), "generatedColumns"],
    ["identity columns in use", table({ minReaderVersion: 1, minWriterVersion: 6 }, metadata({}, '{"metadata":{"delta.identity.start":1}}')), "identityColumns"],
  ])("%s is refused by name, and read", (_name, given, feature) => {
    expect(() => requireWritable(given, "/lake/t")).toThrow(refusal(feature));
    expect(() => requireReadable(given, "/lake/t")).not.toThrow();
  });

  test.each([
    ["a plain table", table(plain)],
    ["column mapping by name", table({ minReaderVersion: 2, minWriterVersion: 5 }, metadata({ "delta.columnMapping.mode": "name" }))],
    ["an append-only table", table(plain, metadata({ "delta.appendOnly": "true" }))],
    ["a table with a change feed, whose appends need no files of their own", table({ minReaderVersion: 1, minWriterVersion: 4 }, metadata({ "delta.enableChangeDataFeed": "true" }))],
    ["version 6 with none of its features in use", table({ minReaderVersion: 1, minWriterVersion: 6 })],
    ["wall-clock times", table(listed(["timestampNtz"], ["timestampNtz", "appendOnly", "invariants"]))],
  ])("%s is written to", (_name, given) => {
    expect(() => requireWritable(given, "/lake/t")).not.toThrow();
  });
});
