import { describe, expect, test } from "vitest";
import type { Metadata, Protocol } from "../../../runtime/delta/actions/actions.ts";
import { requireAppendable, requireMaintainable, requireReadable, requireWritable } from "../../../runtime/delta/features/features.ts";

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
    ["a catalog that only writers are told of, of an older reader version", table({ minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["catalogManaged"] }), "a catalog decides"],
    ["data files of another format", table(plain, { ...metadata(), format: { provider: "orc", options: {} } }), "data files in orc"],
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
    ["column mapping by a name in capitals", table(listed(["columnMapping"]), metadata({ "delta.columnMapping.mode": "Name" }))],
    ["column mapping that is off", table(listed(["columnMapping"]), metadata({ "delta.columnMapping.mode": "none" }))],
    ["any feature of writers alone", table(listed([], ["rowTracking", "clustering", "domainMetadata", "inCommitTimestamp", "icebergCompatV1", "icebergCompatV2", "icebergCompatV3", "checkpointProtection", "somethingNew"]))],
    ["writer features of a table that asks readers for none", table({ minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["somethingNew"] })],
    ["the older versions, whatever writers must do", table({ minReaderVersion: 2, minWriterVersion: 6 })],
    ["a writer version that is not known", table({ minReaderVersion: 1, minWriterVersion: 8 })],
  ])("%s is read", (_name, given) => {
    expect(() => requireReadable(given, "/lake/t")).not.toThrow();
  });
});

describe("a protocol that contradicts itself is damage", () => {
  const damage = (told: string) => expect.objectContaining({ code: "DELTA_LOG_BROKEN", message: expect.stringMatching(new RegExp(`/lake/t.*${told}`)) });

  test.each<[string, Protocol, string]>([
    ["reader version 3 without its list of features", { minReaderVersion: 3, minWriterVersion: 7, writerFeatures: [] }, "does not say which features"],
    ["reader version 3 with an older writer version", { minReaderVersion: 3, minWriterVersion: 5, readerFeatures: ["columnMapping"] }, "writer version 5"],
    ["features of readers at reader version 1", { minReaderVersion: 1, minWriterVersion: 7, readerFeatures: ["deletionVectors"], writerFeatures: ["deletionVectors"] }, "lists features of readers: deletionVectors"],
    ["features of readers at reader version 2", { minReaderVersion: 2, minWriterVersion: 7, readerFeatures: ["somethingNew"], writerFeatures: ["somethingNew"] }, "lists features of readers: somethingNew"],
  ])("for readers: %s", (_name, protocol, told) => {
    expect(() => requireReadable(table(protocol), "/lake/t")).toThrow(damage(told));
  });

  test.each<[string, Protocol, string]>([
    ["writer version 7 without its list of features", { minReaderVersion: 1, minWriterVersion: 7 }, "lists no features of writers"],
    ["features of writers at writer version 5", { minReaderVersion: 2, minWriterVersion: 5, writerFeatures: ["rowTracking"] }, "lists features of writers"],
  ])("for writers, who alone are asked: %s", (_name, protocol, told) => {
    expect(() => requireReadable(table(protocol), "/lake/t")).not.toThrow();
    expect(() => requireWritable(table(protocol), "/lake/t")).toThrow(damage(told));
    expect(() => requireMaintainable(table(protocol), "/lake/t")).toThrow(damage(told));
  });

  test("but not for lists that are empty", () => {
    expect(() => requireWritable(table({ minReaderVersion: 1, minWriterVersion: 2, readerFeatures: [], writerFeatures: [] }), "/lake/t")).not.toThrow();
  });
});

describe("writing", () => {
  test.each([
    ["an unknown writer version", table({ minReaderVersion: 1, minWriterVersion: 8 }), "writer version 8"],
    ["an unknown feature", table(listed([], ["somethingNew"])), "somethingNew"],
    ["a table that Iceberg reads", table(listed([], ["icebergCompatV1"]), metadata({ "delta.enableIcebergCompatV1": "true" })), "icebergCompatV1"],
    ["a table that Iceberg reads, in the second form", table(listed([], ["icebergCompatV2"]), metadata({ "delta.enableIcebergCompatV2": "TRUE" })), "icebergCompatV2"],
    ["a table that Iceberg reads, in the third form", table(listed([], ["icebergCompatV3"]), metadata({ "delta.enableIcebergCompatV3": "true" })), "icebergCompatV3"],
    ["variants", table(listed(["variantType"]), metadata({}, '{"type":"variant"}')), "variantType"],
    ["columns without a type", table(plain, metadata({}, '{"type":"void"}')), "void"],
  ])("%s is refused by name, and read", (_name, given, feature) => {
    expect(() => requireWritable(given, "/lake/t")).toThrow(refusal(feature));
    expect(() => requireReadable(given, "/lake/t")).not.toThrow();
  });

  test.each([
    ["constraints", table({ minReaderVersion: 1, minWriterVersion: 3 }, metadata({ "delta.constraints.a": "id > 0" }))],
    ["invariants", table(plain, metadata({}, '{"metadata":{"delta.invariants":"{}"}}'))],
    ["generated columns", table({ minReaderVersion: 1, minWriterVersion: 4 }, metadata({}, '{"metadata":{"delta.generationExpression":"a"}}'))],
    ["defaults", table(listed([], ["allowColumnDefaults"]), metadata({}, '{"metadata":{"CURRENT_DEFAULT":"1"}}'))],
  ])("%s are judged with new rows", (_name, given) => {
    expect(() => requireAppendable(given, "/lake/t")).not.toThrow();
  });

  test.each([
    ["identity columns in use", table({ minReaderVersion: 1, minWriterVersion: 6 }, metadata({}, '{"metadata":{"delta.identity.start":1}}')), "identityColumns"],
  ])("%s are refused by name for new rows, and not for the same rows in other files", (_name, given, feature) => {
    expect(() => requireAppendable(given, "/lake/t")).toThrow(refusal(feature));
    expect(() => requireWritable(given, "/lake/t")).not.toThrow();
  });

  test.each([
    ["variants", table(listed(["variantType"]), metadata({}, '{"type":"variant"}'))],
    ["columns without a type", table(plain, metadata({}, '{"type":"void"}'))],
    ["a table that Iceberg reads", table(listed([], ["icebergCompatV2"]), metadata({ "delta.enableIcebergCompatV2": "true" }))],
    ["constraints", table({ minReaderVersion: 1, minWriterVersion: 3 }, metadata({ "delta.constraints.a": "id > 0" }))],
  ])("%s hinder neither a checkpoint nor a vacuum", (_name, given) => {
    expect(() => requireMaintainable(given, "/lake/t")).not.toThrow();
  });

  test("a feature that is not known, or a catalog, hinders them", () => {
    expect(() => requireMaintainable(table(listed([], ["somethingNew"])), "/lake/t")).toThrow(refusal("somethingNew"));
    expect(() => requireMaintainable(table(listed(["catalogManaged"])), "/lake/t")).toThrow(refusal("catalogManaged"));
  });

  test.each([
    ["row tracking", table(listed([], ["rowTracking", "domainMetadata"]))],
    ["commit timestamps", table(listed([], ["inCommitTimestamp"]))],
    ["widened columns", table(listed(["typeWidening"]), metadata({}, '{"metadata":{"delta.typeChanges":[]}}'))],
    ["clustering", table(listed([], ["clustering", "domainMetadata"]))],
    ["protected checkpoints", table(listed([], ["checkpointProtection"]))],
    ["a promise about vacuum", table(listed(["vacuumProtocolCheck"]))],
    ["what Iceberg needs, when it is off", table(listed([], ["icebergCompatV1", "icebergCompatV2"]), metadata({ "delta.enableIcebergCompatV2": "false" }))],
    ["a plain table", table(plain)],
    ["column mapping by name", table({ minReaderVersion: 2, minWriterVersion: 5 }, metadata({ "delta.columnMapping.mode": "name" }))],
    ["column mapping by id", table({ minReaderVersion: 2, minWriterVersion: 5 }, metadata({ "delta.columnMapping.mode": "id" }))],
    ["an append-only table", table(plain, metadata({ "delta.appendOnly": "true" }))],
    ["a table with a change feed, whose appends need no files of their own", table({ minReaderVersion: 1, minWriterVersion: 4 }, metadata({ "delta.enableChangeDataFeed": "true" }))],
    ["version 6 with none of its features in use", table({ minReaderVersion: 1, minWriterVersion: 6 })],
    ["wall-clock times", table(listed(["timestampNtz"], ["timestampNtz", "appendOnly", "invariants"]))],
  ])("%s is written to", (_name, given) => {
    expect(() => requireWritable(given, "/lake/t")).not.toThrow();
  });
});
