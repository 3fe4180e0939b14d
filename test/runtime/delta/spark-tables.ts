/** Tables as Spark makes them, one for each thing that a reader must know: the statements, in which `{t}` is the table and `{path}` its path. */

export interface SparkTable {
  /** What `npm test` makes; the long form makes all. */
  readonly short?: boolean;
  readonly statements: readonly string[];
  /** Versions whose files are gone. */
  readonly gone?: readonly number[];
  /** The feature for which its rows are refused. */
  readonly refused?: string;
  /** Keeps a change feed from version 0 on. */
  readonly feed?: boolean;
}

const everyType = `id INT, b TINYINT, s SMALLINT, l BIGINT, f FLOAT, d DOUBLE, c DECIMAL(38, 18), e DECIMAL(9, 2), t STRING, y BOOLEAN, x BINARY, day DATE, at TIMESTAMP, wall TIMESTAMP_NTZ,
  list ARRAY<INT>, pair STRUCT<a: INT, b: STRUCT<c: STRING, d: ARRAY<STRUCT<e: TIMESTAMP_NTZ>>>>, map MAP<STRING, DECIMAL(20, 4)>, days MAP<DATE, ARRAY<DOUBLE>>, v VARCHAR(10), h CHAR(3)`;
const fullRow = (id: number) => `(${id}, -128Y, -32768S, -9223372036854775808L, 0.1F, double('NaN'), 12345678901234567890.123456789012345678BD, -0.05BD, 'it''s "é" 😀', true, X'00ff', DATE'1582-10-15', TIMESTAMP'1900-01-01 00:00:00.000001', TIMESTAMP_NTZ'9999-12-31 23:59:59.999999',
  array(1, NULL), named_struct('a', 1, 'b', named_struct('c', 'x', 'd', array(named_struct('e', TIMESTAMP_NTZ'2026-01-01 00:00:00.5')))), map('k', 1.5BD), map(DATE'2026-01-01', array(1.5D, NULL)), 'varchar', 'abc')`;
const nullRow = (id: number) => `(${id}, ${Array.from({ length: 19 }, () => "NULL").join(", ")})`;

const properties = (...on: readonly string[]) => `TBLPROPERTIES(${on.map((one) => `'delta.${one.replace("=", "' = '")}'`).join(", ")})`;
const set = (...on: readonly string[]) => `ALTER TABLE {t} SET ${properties(...on)}`;

/** Six rows, one file for each commit, that two commits grow by. */
const someRows = (more = "") => [`CREATE TABLE {t} USING delta ${more} AS SELECT id, concat('n', id) AS name FROM range(6)`, "INSERT INTO {t} SELECT id, concat('n', id) AS name FROM range(6, 9)", "DELETE FROM {t} WHERE id IN (1, 7)"];

export const sparkTables: { readonly [name: string]: SparkTable } = {
  "every type, rows deleted by vectors": {
    short: true,
    statements: [
      `CREATE TABLE {t} (${everyType}) USING delta ${properties("enableDeletionVectors=true")}`,
      `INSERT INTO {t} VALUES ${fullRow(1)}, ${nullRow(2)}, ${fullRow(3)}, ${nullRow(4)}`,
      "DELETE FROM {t} WHERE id = 2",
      "UPDATE {t} SET t = 'new', f = float('-Infinity'), pair = named_struct('a', 2, 'b', NULL) WHERE id >= 3",
    ],
  },
  "partitions of every type": {
    short: true,
    statements: [
      "SET TIME ZONE 'Asia/Tokyo'",
      `CREATE TABLE {t} (id INT, s STRING, i INT, l BIGINT, b BOOLEAN, d DATE, at TIMESTAMP, wall TIMESTAMP_NTZ, c DECIMAL(20, 4), f DOUBLE) USING delta PARTITIONED BY (s, i, l, b, d, at, wall, c, f)`,
      `INSERT INTO {t} VALUES (1, 'a/b=c%20 é#?&+"''\\\\:*{}[]^', -1, 9007199254740993, true, DATE'0001-01-01', TIMESTAMP'2026-01-01 00:00:00.000001', TIMESTAMP_NTZ'2026-01-01 00:00:00.5', -1.5BD, double('NaN')),
        (2, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (3, NULL, 0, 0, false, DATE'9999-12-31', TIMESTAMP'1960-01-01 00:00:00', TIMESTAMP_NTZ'1600-01-01 00:00:00', 0BD, double('-Infinity')),
        (4, ' __HIVE_DEFAULT_PARTITION__ ', 1, 1, true, DATE'2026-01-01', TIMESTAMP'2026-01-01 00:00:00', TIMESTAMP_NTZ'2026-01-01 00:00:00', 1BD, 1.0E-7D)`,
      "INSERT INTO {t} REPLACE WHERE i = 1 SELECT 5, s, i, l, b, d, at, wall, c, f FROM {t} WHERE i = 1",
    ],
  },
  "a change feed": {
    short: true, feed: true,
    statements: [
      `CREATE TABLE {t} (id BIGINT, p STRING, n INT) USING delta PARTITIONED BY (p) ${properties("enableChangeDataFeed=true", "enableDeletionVectors=true")}`,
      "INSERT INTO {t} VALUES (1, 'a', 1), (2, 'a', 2), (3, 'b=%', 3), (4, NULL, 4)",
      "MERGE INTO {t} AS t USING (SELECT 2 AS id UNION ALL SELECT 3 UNION ALL SELECT 9) AS s ON t.id = s.id WHEN MATCHED AND t.id = 2 THEN DELETE WHEN MATCHED THEN UPDATE SET n = 30 WHEN NOT MATCHED THEN INSERT (id, p, n) VALUES (s.id, 'c', 9)",
      "DELETE FROM {t} WHERE p = 'c'",
    ],
  },
  "a change feed of files written anew": {
    feed: true,
    statements: [
      ...someRows(properties("enableChangeDataFeed=true")),
      "UPDATE {t} SET name = 'new' WHERE id = 3",
      "INSERT OVERWRITE {t} SELECT 100 AS id, 'over' AS name",
      "RESTORE TABLE {t} TO VERSION AS OF 1",
      "TRUNCATE TABLE {t}",
    ],
  },
  "columns mapped by name, renamed and dropped": {
    short: true,
    statements: [
      `CREATE TABLE {t} (id INT, s STRUCT<a: INT, b: STRUCT<c: INT, d: STRING>>, l ARRAY<STRUCT<x: INT, y: INT>>, m MAP<STRING, STRUCT<k: INT>>, p STRING, gone INT) USING delta PARTITIONED BY (p) ${properties("columnMapping.mode=name")}`,
      "INSERT INTO {t} VALUES (1, named_struct('a', 1, 'b', named_struct('c', 2, 'd', 'x')), array(named_struct('x', 3, 'y', 4)), map('q', named_struct('k', 5)), 'one', 6)",
      "ALTER TABLE {t} RENAME COLUMN s.b.c TO `c, of it`",
      "ALTER TABLE {t} RENAME COLUMN p TO place",
      "ALTER TABLE {t} DROP COLUMNS (gone, l.element.y)",
      "ALTER TABLE {t} ADD COLUMNS (gone STRING, l.element.z DOUBLE)",
      "INSERT INTO {t} VALUES (2, named_struct('a', 1, 'b', NULL), array(named_struct('x', 3, 'z', 0.5D)), map('q', NULL), 'two', 'new')",
    ],
  },
  "columns mapped by id": {
    short: true,
    statements: [
      `CREATE TABLE {t} (id INT, s STRUCT<a: INT, b: INT>, l ARRAY<STRUCT<x: INT, y: INT>>, m MAP<INT, STRUCT<k: INT>>, p INT) USING delta PARTITIONED BY (p) ${properties("columnMapping.mode=id", "enableDeletionVectors=true")}`,
      "INSERT INTO {t} VALUES (1, named_struct('a', 1, 'b', 2), array(named_struct('x', 3, 'y', 4)), map(7, named_struct('k', 5)), 10), (3, NULL, NULL, NULL, 10)",
      "ALTER TABLE {t} RENAME COLUMN s.a TO first",
      "ALTER TABLE {t} DROP COLUMN l.element.x",
      "INSERT INTO {t} VALUES (2, named_struct('first', 1, 'b', 2), array(named_struct('y', 4)), map(8, named_struct('k', 6)), NULL)",
      "DELETE FROM {t} WHERE id = 3",
    ],
  },
  "columns mapped from the second version on": {
    statements: [...someRows(), set("columnMapping.mode=name", "minReaderVersion=2", "minWriterVersion=5"), "ALTER TABLE {t} RENAME COLUMN name TO title", "INSERT INTO {t} VALUES (20, 'mapped')", "ALTER TABLE {t} DROP COLUMN title", "ALTER TABLE {t} ADD COLUMN title INT", "INSERT INTO {t} VALUES (21, 5)"],
  },
  "columns widened": {
    short: true,
    statements: [
      `CREATE TABLE {t} (id INT, b TINYINT, f FLOAT, i INT, n INT, c DECIMAL(5, 2), d DATE, s STRUCT<x: SMALLINT>, l ARRAY<TINYINT>, m MAP<TINYINT, INT>, p SMALLINT) USING delta PARTITIONED BY (p) ${properties("enableTypeWidening=true", "feature.timestampNtz=supported")}`,
      "INSERT INTO {t} VALUES (1, 1Y, 0.1F, 2, 3, 3.25BD, DATE'2026-08-01', named_struct('x', 5S), array(6Y, NULL), map(7Y, 8), 9S)",
      "ALTER TABLE {t} ALTER COLUMN b TYPE BIGINT, f TYPE DOUBLE, i TYPE DOUBLE, n TYPE DECIMAL(12, 1), c TYPE DECIMAL(20, 5), d TYPE TIMESTAMP_NTZ, s.x TYPE INT, l.element TYPE INT, m.key TYPE INT, m.value TYPE BIGINT, p TYPE INT",
      "INSERT INTO {t} VALUES (2, 5000000000L, 0.1D, 2.5D, 4.5BD, 3.25125BD, TIMESTAMP_NTZ'2026-08-01 12:00:00', named_struct('x', 70000), array(70000), map(70000, 5000000000L), 70000)",
    ],
  },
  "checkpoints of the second form": {
    short: true,
    statements: ["SET spark.databricks.delta.checkpoint.partSize = 2", ...someRows(properties("checkpointPolicy=v2", "checkpointInterval=2", "enableDeletionVectors=true")), "INSERT INTO {t} VALUES (20, 'x')", "INSERT INTO {t} VALUES (21, 'y')"],
  },
  "checkpoints of the second form in JSON": {
    statements: ["SET spark.databricks.delta.checkpointV2.topLevelFileFormat = json", ...someRows(properties("checkpointPolicy=v2", "checkpointInterval=2", "enableDeletionVectors=true")), "INSERT INTO {t} VALUES (20, 'x')", "INSERT INTO {t} VALUES (21, 'y')"],
  },
  "checkpoints in parts, statistics as columns alone": {
    statements: ["SET spark.databricks.delta.checkpoint.partSize = 2", ...someRows(properties("checkpointInterval=2", "checkpoint.writeStatsAsJson=false", "checkpoint.writeStatsAsStruct=true")), "INSERT INTO {t} VALUES (20, 'x')", "INSERT INTO {t} VALUES (21, 'y')"],
  },
  "times in its commits since the fourth": { statements: [...someRows(), set("enableInCommitTimestamps=true"), "INSERT INTO {t} VALUES (20, 'x')", "INSERT INTO {t} VALUES (21, 'y')"] },
  "row tracking, clustering and a domain": {
    short: true,
    statements: [
      `CREATE TABLE {t} (id INT, name STRING) USING delta CLUSTER BY (name, id) ${properties("enableRowTracking=true", "enableDeletionVectors=true", "enableInCommitTimestamps=true", "feature.vacuumProtocolCheck=supported")}`,
      "INSERT INTO {t} VALUES (1, 'a'), (2, 'b'), (3, 'c')", "DELETE FROM {t} WHERE id = 2", "OPTIMIZE {t}",
    ],
  },
  "generated, identity and default columns, and constraints": {
    short: true,
    statements: [
      `CREATE TABLE {t} (id BIGINT GENERATED ALWAYS AS IDENTITY, n INT NOT NULL, twice BIGINT GENERATED ALWAYS AS (CAST(n * 2 AS BIGINT)), late STRING DEFAULT 'none') USING delta ${properties("feature.allowColumnDefaults=supported", "appendOnly=true")}`,
      "ALTER TABLE {t} ADD CONSTRAINT small CHECK (n < 100)", "INSERT INTO {t} (n) VALUES (1), (2)",
    ],
  },
  "variants": {
    short: true, refused: "variantType",
    statements: ["CREATE TABLE {t} (id INT, v VARIANT) USING delta", `INSERT INTO {t} SELECT 1, parse_json('{"a": [1, "x", null], "b": 1.5}') UNION ALL SELECT 2, NULL`],
  },
  "variants in pieces": {
    refused: "variantShredding",
    statements: [
      "SET spark.sql.variant.writeShredding.enabled = true", "SET spark.sql.variant.forceShreddingSchemaForTest = a int, b string",
      `CREATE TABLE {t} (id INT, v VARIANT) USING delta ${properties("enableVariantShredding=true")}`, `INSERT INTO {t} SELECT 1, parse_json('{"a": 1, "c": 1.5}')`,
    ],
  },
  "files that vacuum took": {
    gone: [0, 1, 2],
    statements: ["SET spark.databricks.delta.retentionDurationCheck.enabled = false", ...someRows(), "UPDATE {t} SET name = 'new'", "VACUUM {t} RETAIN 0 HOURS"],
  },
  "files put together along a curve, and restored": { statements: [...someRows(properties("enableDeletionVectors=true")), "OPTIMIZE {t} ZORDER BY (name)", "RESTORE TABLE {t} TO VERSION AS OF 1", "INSERT INTO {t} VALUES (30, 'z')"] },
  "files of another table": {
    statements: ["CREATE TABLE delta.`{path}-source` USING delta AS SELECT id, concat('n', id) AS name FROM range(6)", "CREATE TABLE {t} SHALLOW CLONE delta.`{path}-source`", set("enableDeletionVectors=true"), "DELETE FROM {t} WHERE id = 1", "INSERT INTO {t} VALUES (20, 'own')"],
  },
  "columns that came later, written over": {
    statements: [...someRows(), "ALTER TABLE {t} ADD COLUMNS (late STRUCT<a: INT>, first DATE FIRST)", "INSERT INTO {t} VALUES (DATE'2026-01-01', 40, 'x', named_struct('a', 1))", "INSERT OVERWRITE {t} SELECT NULL AS first, 50 AS id, 'over' AS name, NULL AS late"],
  },
  "times of 96 bits and lists of older forms": {
    statements: ["SET spark.sql.parquet.outputTimestampType = INT96", "SET spark.sql.parquet.writeLegacyFormat = true", "SET spark.sql.parquet.int96RebaseModeInWrite = CORRECTED",
      `CREATE TABLE {t} (${everyType}) USING delta`, `INSERT INTO {t} VALUES ${fullRow(1)}, ${nullRow(2)}`],
  },
  "the rules of Iceberg": { statements: someRows(properties("columnMapping.mode=name", "enableIcebergCompatV2=true", "feature.icebergCompatV2=supported")).slice(0, 2) },
};
