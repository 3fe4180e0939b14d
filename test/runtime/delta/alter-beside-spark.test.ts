/**
 * The same alteration by Spark and by us, of the same table: protocol, schema, properties and what the commit says of itself are equal, or differ as it says here. Then
 * Spark and, where they read such a table, delta-rs, DuckDB's delta extension and Polars see the rows that we see, and Spark goes on writing. NEURALAKE_TORTURE=1 takes every case.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Metadata, Protocol } from "../../../runtime/delta/actions/actions.ts";
import { alterTable } from "../../../runtime/delta/commit/alter.ts";
import type { Alteration } from "../../../runtime/delta/commit/alteration.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import { readCommit } from "../../../runtime/delta/log/log.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { rowJudge } from "../../../runtime/query/judge-rows.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import { peerRows } from "../../services/python.ts";
import type { Peer } from "../../services/python.ts";
import { sparkRows } from "../../services/spark.ts";
import { withServices } from "../../services/with-services.ts";
import { buildTable } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { committed } from "./rides.ts";
import { sameRows, spelledRows } from "./same-rows.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const patienceMs = 600_000;

interface Case {
  readonly table?: readonly string[];
  /** Ours, each with Spark's own words for it; null where Spark has none. */
  readonly steps: readonly (readonly [readonly Alteration[], ...spark: readonly (string | null)[]])[];
  readonly insert: string;
  readonly peers?: readonly Peer[];
}

const set = (property: string, value = "true"): readonly Alteration[] => [{ kind: "set", property, value }];
const sql = (property: string, value = "true"): string => `ALTER TABLE {t} SET TBLPROPERTIES ('${property}' = '${value}')`;
const nested = [
  "CREATE TABLE {t} (id INT NOT NULL, s STRUCT<a: SMALLINT, b: STRING>, l ARRAY<STRUCT<x: INT>>, m MAP<INT, STRUCT<v: TINYINT>>, p INT) USING delta PARTITIONED BY (p)",
  "INSERT INTO {t} VALUES (1, named_struct('a', 2S, 'b', 'x'), array(named_struct('x', 3)), map(4, named_struct('v', 5Y)), 6)",
];
const some = "2, named_struct('a', 3S, 'b', 'y'), array(named_struct('x', 4)), map(5, named_struct('v', 6Y)), 7";
const all: readonly Peer[] = ["delta-rs", "duckdb", "polars"];

const cases: { readonly [name: string]: Case } = {
  "columns and fields added, commented, relaxed": {
    steps: [
      [[{ kind: "add", column: "note", type: "decimal(5,2) COMMENT 'of it'" }, { kind: "add", column: "s.c", type: "array<int>" }, { kind: "add", column: "l.element.y", type: "string" }, { kind: "add", column: "m.value.w", type: "struct<q: int>" }],
        "ALTER TABLE {t} ADD COLUMNS (note DECIMAL(5,2) COMMENT 'of it', s.c ARRAY<INT>, l.element.y STRING, m.value.w STRUCT<q: INT>)"],
      [[{ kind: "comment", column: "s.b", text: "nested" }], "ALTER TABLE {t} ALTER COLUMN s.b COMMENT 'nested'"],
      [[{ kind: "nullable", column: "id" }], "ALTER TABLE {t} ALTER COLUMN id DROP NOT NULL"],
      [[{ kind: "comment", text: "All of it" }], "COMMENT ON TABLE {t} IS 'All of it'"],
    ],
    insert: "NULL, named_struct('a', 3S, 'b', 'y', 'c', array(1)), array(named_struct('x', 4, 'y', 'z')), map(5, named_struct('v', 6Y, 'w', named_struct('q', 1))), 7, 1.5",
    // delta-rs reads no older file of a map whose values have got a field.
    peers: ["duckdb", "polars"],
  },
  "columns mapped, renamed, dropped and added again": {
    steps: [
      [[{ kind: "rename", column: "s.a", to: "aa" }], sql("delta.columnMapping.mode", "name"), "ALTER TABLE {t} RENAME COLUMN s.a TO aa"],
      [[{ kind: "rename", column: "p", to: "day of it" }], "ALTER TABLE {t} RENAME COLUMN p TO `day of it`"],
      [[{ kind: "drop", column: "l" }, { kind: "drop", column: "s.b" }], "ALTER TABLE {t} DROP COLUMNS (l, s.b)"],
      [[{ kind: "add", column: "l", type: "struct<a: int, b: array<struct<c: int>>>" }], "ALTER TABLE {t} ADD COLUMN l STRUCT<a: INT, b: ARRAY<STRUCT<c: INT>>>"],
    ],
    insert: "2, named_struct('aa', 3S), map(5, named_struct('v', 6Y)), 7, named_struct('a', 1, 'b', array(named_struct('c', 2)))", peers: ["delta-rs", "duckdb"],
  },
  "types widened": {
    steps: [
      [[{ kind: "widen", column: "id", type: "bigint" }], sql("delta.enableTypeWidening"), "ALTER TABLE {t} ALTER COLUMN id TYPE BIGINT"],
      [[{ kind: "widen", column: "s.a", type: "int" }], "ALTER TABLE {t} ALTER COLUMN s.a TYPE INT"],
      [[{ kind: "widen", column: "m.key", type: "decimal(12,1)" }], "ALTER TABLE {t} ALTER COLUMN m.key TYPE DECIMAL(12,1)"],
      [[{ kind: "widen", column: "p", type: "bigint" }], "ALTER TABLE {t} ALTER COLUMN p TYPE BIGINT"],
      [[{ kind: "widen", column: "s.a", type: "double" }], "ALTER TABLE {t} ALTER COLUMN s.a TYPE DOUBLE"],
    ],
    insert: "5000000000, named_struct('a', 0.25D, 'b', 'y'), array(named_struct('x', 4)), map(0.5BD, named_struct('v', 6Y)), 5000000000",
  },
  "constraints and NOT NULL": {
    steps: [
      [[{ kind: "check", name: "Low", sql: "id < 9 AND p > 0" }], "ALTER TABLE {t} ADD CONSTRAINT Low CHECK (id < 9 AND p > 0)"],
      [[{ kind: "check", name: "other", sql: "p < 100" }], "ALTER TABLE {t} ADD CONSTRAINT other CHECK (p < 100)"],
      [[{ kind: "dropCheck", name: "other" }], "ALTER TABLE {t} DROP CONSTRAINT other"],
      // Spark refuses to.
      [[{ kind: "notNull", column: "p" }], null],
    ],
    insert: some, peers: all,
  },
  "properties, one feature after another": {
    steps: [
      [[...set("delta.enableChangeDataFeed"), ...set("mine", "x")], "ALTER TABLE {t} SET TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true', 'mine' = 'x')"],
      [set("delta.enableDeletionVectors"), sql("delta.enableDeletionVectors")],
      [set("delta.checkpointPolicy", "v2"), sql("delta.checkpointPolicy", "v2")],
      [set("delta.enableInCommitTimestamps"), sql("delta.enableInCommitTimestamps")],
      [set("delta.enableRowTracking"), sql("delta.enableRowTracking")],
      [[{ kind: "unset", property: "mine" }, { kind: "unset", property: "delta.checkpointPolicy" }], "ALTER TABLE {t} UNSET TBLPROPERTIES ('mine', 'delta.checkpointPolicy')"],
      [set("delta.columnMapping.mode", "name"), sql("delta.columnMapping.mode", "name")],
      [set("delta.logRetentionDuration", "interval 30 days"), sql("delta.logRetentionDuration", "interval 30 days")],
    ],
    insert: some,
  },
  "generated columns, mapped and clustered": {
    table: [
      "CREATE TABLE {t} (id INT, b INT, g BIGINT GENERATED ALWAYS AS (CAST(b AS BIGINT)), c STRING) USING delta CLUSTER BY (id)",
      "INSERT INTO {t} (id, b, c) VALUES (1, 2, 'x')",
    ],
    steps: [
      [[{ kind: "rename", column: "id", to: "number" }], sql("delta.columnMapping.mode", "name"), "ALTER TABLE {t} RENAME COLUMN id TO number"],
      [[{ kind: "rename", column: "g", to: "made" }], "ALTER TABLE {t} RENAME COLUMN g TO made"],
      [[{ kind: "drop", column: "c" }], "ALTER TABLE {t} DROP COLUMN c"],
      [[{ kind: "add", column: "c", type: "date" }], "ALTER TABLE {t} ADD COLUMN c DATE"],
    ],
    insert: "2, 3, 3, DATE'2026-08-01'",
  },
};
/** In the short form these alone. */
const short = ["columns mapped, renamed, dropped and added again", "types widened"];

let table: BuiltTable;
let theirs: string;
beforeEach(async () => {
  table = await buildTable();
  theirs = path.join(await mkdtemp(path.join(tmpdir(), "altered-")), "table");
});
afterEach(async () => {
  await table.close();
  await rm(path.dirname(theirs), { recursive: true });
});

await withServices(["spark", "python"], "a table of Spark's", ({ spark, python }) => {
  const at = (statements: readonly string[], directory: string): readonly string[] => statements.map((statement) => statement.replaceAll("{t}", `delta.\`${directory}\``));

  describe.each(Object.entries(cases).filter(([name]) => isLong || short.includes(name)))("%s", (_name, { table: made = nested, steps, insert, peers = [] }) => {
    test("becomes by us what it becomes by Spark", { timeout: patienceMs }, async () => {
      await spark.run(...at(made, table.directory), ...at(made, theirs), ...at(steps.flatMap(([, ...words]) => words.filter((word) => word !== null)), theirs));
      let snapshot = await table.snapshot();
      const versions: number[] = [];
      for (const [alterations, ...words] of steps) {
        const outcome = await alterTable({ store: table.store, location: "", finder: rowFinder(async () => table.engine) }, snapshot, alterations);
        snapshot = outcome.snapshot;
        if (!words.includes(null)) versions.push(...outcome.versions);
      }
      for (const version of versions) expect(await toldOf(table.directory, version), String(version)).toEqual(await toldOf(theirs, version));
      const spelled = spelledRows(snapshot.columns, await table.rows());
      sameRows(await sparkRows(spark, table.directory), spelled, "Spark");
      for (const peer of peers) sameRows(await peerRows(python, peer, table.directory), spelled, peer);
      // Spark goes on from there, and so do we.
      await spark.run(...at([`INSERT INTO {t} VALUES (${insert})`], table.directory));
      const behind = await table.snapshot();
      const rows = await table.rows();
      const ours = committed(await appendFiles(table.store, "", behind, await writeRows(table.store, "", behind, rows, rowJudge(async () => table.engine))));
      sameRows(await sparkRows(spark, table.directory), spelledRows(ours.columns, [...rows, ...rows]), "Spark behind us");
      expect((await verifyTable(table.store, "", countRows(table.engine))).findings.filter(({ kind }) => kind !== "orphaned")).toEqual([]);
    });
  });
});

/** What a version says of itself, and what the table is then: ids that are made anew each time, and the order of properties and features, do not matter. */
async function toldOf(directory: string, version: number): Promise<object> {
  const store = openFiles(directory);
  const info = (await readCommit(store, "", version)).find(({ commitInfo }) => commitInfo)?.commitInfo;
  const { protocol, metadata } = await readSnapshot(store, "", { version });
  return { operation: info?.["operation"], parameters: plainParameters(info?.["operationParameters"] as object), protocol: plainProtocol(protocol), ...plainMetadata(metadata) };
}

const ids = /(?:col|_row-id-col|_row-commit-version-col)-[0-9a-f-]{36}/g;

/** Spark says of a property that it is taken away "if it exists", whatever was asked; a protocol's features stand in any order. */
function plainParameters(parameters: object): object {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== "ifExists").map(([name, value]) => [name, name === "newProtocol" ? plainProtocol(JSON.parse(String(value)) as Protocol) : jsonOf(value)]));
}

function jsonOf(value: unknown): unknown {
  return typeof value === "string" && /^[[{]/.test(value) ? JSON.parse(value.replaceAll(ids, "new")) : value;
}

function plainProtocol({ minReaderVersion, minWriterVersion, readerFeatures = [], writerFeatures = [] }: Protocol): object {
  return { minReaderVersion, minWriterVersion, readerFeatures: readerFeatures.toSorted(), writerFeatures: writerFeatures.toSorted() };
}

function plainMetadata({ schemaString, partitionColumns, configuration, description }: Metadata): object {
  const times = Object.fromEntries(Object.entries(configuration).map(([name, value]) => [name, name.endsWith("EnablementTimestamp") ? "then" : value.replace(ids, "new")]));
  return { description, partitionColumns, configuration: times, schema: JSON.parse(schemaString.replaceAll(ids, "new")) as object };
}
