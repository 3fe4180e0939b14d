/** A table of Spark's for each feature of the protocol, that feature alone; one row that is added to it in each engine's words; and what an engine that knows the feature must refuse. */
import type { PlainRow, Words } from "./operations.ts";

export interface FeatureTable {
  /** Also looked at by `npm test`; the long form takes all. */
  readonly short?: boolean;
  /** Spark's; `{t}` is the table, `{d}` a place beside it. */
  readonly made: readonly string[];
  /** Adds the row. */
  readonly add: Words;
  /** The row as it must be read. */
  readonly row: PlainRow;
  /** A column whose values engines spell each in a way of its own. */
  readonly except?: string;
  /** What breaks the table's rule. */
  readonly bad?: Words;
  /** What the last commit must say when the row was added: a pattern of its text. */
  readonly told?: RegExp;
}

/** The words by which a row of these columns is added: a column's value in SQL, and in Python. delta-rs is told where columns are left out. */
function adding(row: PlainRow, columns: { readonly [name: string]: readonly [sql: string, python: string] }, isPart = false): Words {
  const names = Object.keys(columns).join(", ");
  const values = Object.values(columns).map(([sql]) => sql).join(", ");
  const arrays = Object.entries(columns).map(([name, [, python]]) => `"${name}": ${python}`).join(", ");
  return { neuralake: [["load", "{t}", `{row:${JSON.stringify(row)}}`]], spark: [`INSERT INTO {t} (${names}) VALUES (${values})`], "delta-rs": `write_deltalake(t, pa.table({${arrays}}), mode="append"${isPart ? ', schema_mode="merge"' : ""})`, duckdb: `INSERT INTO t BY NAME SELECT ${Object.entries(columns).map(([name, [sql]]) => `${sql} AS "${name}"`).join(", ")}` };
}

const properties = (...on: readonly string[]) => `TBLPROPERTIES(${on.map((one) => `'delta.${one.replace("=", "' = '")}'`).join(", ")})`;
const id = (value: number | null): readonly [string, string] => [value === null ? "NULL" : String(value), `pa.array([${value ?? "None"}], pa.int64())`];
const name = (value: string): readonly [string, string] => [`'${value}'`, `pa.array(["${value}"])`];
const old: readonly [string, string] = ["CAST(NULL AS STRING)", "pa.array([None], pa.string())"];
const mapped = { add: adding({ id: 9, old: null, name: "x" }, { id: id(9), old, name: name("x") }), row: { id: 9, old: null, name: "x" } };
const plain = { add: adding({ id: 9, name: "x" }, { id: id(9), name: name("x") }), row: { id: 9, name: "x" } };
const rows = "SELECT id, concat('n', id) AS name FROM range(4)";
/** Four rows in a table with these properties, of which one is deleted. */
const withProperties = (...on: readonly string[]) => [`CREATE TABLE {t} USING delta ${properties(...on)} AS SELECT /*+ REPARTITION(1) */ id, concat('n', id) AS name FROM range(4)`];

export const featureTables: { readonly [feature: string]: FeatureTable } = {
  "none (reader 1, writer 2)": { short: true, made: [`CREATE TABLE {t} USING delta AS ${rows}`], ...plain },
  "partitions": { made: [`CREATE TABLE {t} USING delta PARTITIONED BY (name) AS ${rows}`], ...plain },
  appendOnly: { made: withProperties("appendOnly=true"), ...plain, bad: { neuralake: [["delete", "{t}", "--where", "id = 1"]], spark: ["DELETE FROM {t} WHERE id = 1"], "delta-rs": `DeltaTable(t).delete("id = 1")` } },
  invariants: { made: ["CREATE TABLE {t} (id BIGINT NOT NULL, name STRING) USING delta", `INSERT INTO {t} ${rows}`], ...plain, bad: adding({ name: "x" }, { id: id(null), name: name("x") }) },
  checkConstraints: { short: true, made: [`CREATE TABLE {t} USING delta AS ${rows}`, "ALTER TABLE {t} ADD CONSTRAINT small CHECK (id < 100)"], ...plain, bad: adding({ id: 100, name: "x" }, { id: id(100), name: name("x") }) },
  generatedColumns: {
    made: ["CREATE TABLE {t} (id BIGINT, name STRING, twice BIGINT GENERATED ALWAYS AS (id * 2)) USING delta", `INSERT INTO {t} (id, name) ${rows}`],
    add: adding({ id: 9, name: "x" }, { id: id(9), name: name("x") }, true), row: { id: 9, name: "x", twice: 18 }, bad: adding({ id: 9, name: "x", twice: 1 }, { id: id(9), name: name("x"), twice: id(1) }),
  },
  allowColumnDefaults: {
    made: [`CREATE TABLE {t} (id BIGINT, name STRING DEFAULT 'none') USING delta ${properties("feature.allowColumnDefaults=supported")}`, `INSERT INTO {t} ${rows}`],
    add: { ...adding({}, { id: id(9) }, true), neuralake: [["load", "{t}", "{csv:id\n9}"]] }, row: { id: 9, name: "none" },
  },
  identityColumns: { made: ["CREATE TABLE {t} (id BIGINT GENERATED ALWAYS AS IDENTITY, name STRING) USING delta", "INSERT INTO {t} (name) VALUES ('a'), ('b')"], add: adding({ name: "x" }, { name: name("x") }, true), row: { id: 3, name: "x" } },
  changeDataFeed: { made: [...withProperties("enableChangeDataFeed=true"), "UPDATE {t} SET name = 'u' WHERE id = 2"], ...plain },
  "columnMapping by name": { short: true, made: [...withProperties("columnMapping.mode=name"), "ALTER TABLE {t} RENAME COLUMN name TO old", "ALTER TABLE {t} ADD COLUMN (name STRING)"], ...mapped },
  "columnMapping by name, partitions": { made: [`CREATE TABLE {t} USING delta PARTITIONED BY (name) ${properties("columnMapping.mode=name")} AS ${rows}`], ...plain },
  "columnMapping by id": { made: [`CREATE TABLE {t} (id BIGINT, name STRING) USING delta ${properties("columnMapping.mode=id")}`, `INSERT INTO {t} ${rows}`, "ALTER TABLE {t} RENAME COLUMN name TO old", "ALTER TABLE {t} ADD COLUMN (name STRING)"], ...mapped },
  deletionVectors: { short: true, made: [...withProperties("enableDeletionVectors=true"), "DELETE FROM {t} WHERE id = 1"], ...plain },
  timestampNtz: {
    made: ["CREATE TABLE {t} (id BIGINT, at TIMESTAMP_NTZ) USING delta", "INSERT INTO {t} VALUES (1, TIMESTAMP_NTZ'2026-01-01 00:00:00.5')"],
    add: adding({ id: 9, at: "2026-08-01T12:00:00" }, { id: id(9), at: ["TIMESTAMP '2026-08-01 12:00:00'", `pa.array(["2026-08-01T12:00:00"]).cast(pa.timestamp("us"))`] }), row: { id: 9, at: "2026-08-01T12:00:00" },
  },
  v2Checkpoint: { made: [...withProperties("checkpointPolicy=v2", "checkpointInterval=1"), "INSERT INTO {t} VALUES (5, 'v')"], ...plain },
  vacuumProtocolCheck: { made: withProperties("feature.vacuumProtocolCheck=supported"), ...plain },
  typeWidening: {
    short: true, made: [`CREATE TABLE {t} (id INT, name STRING) USING delta ${properties("enableTypeWidening=true")}`, "INSERT INTO {t} VALUES (1, 'a')", "ALTER TABLE {t} ALTER COLUMN id TYPE BIGINT", "INSERT INTO {t} VALUES (5000000000, 'b')"], ...plain,
  },
  inCommitTimestamp: { made: withProperties("enableInCommitTimestamps=true"), ...plain, told: /"inCommitTimestamp":\d/ },
  rowTracking: { made: withProperties("enableRowTracking=true"), ...plain, told: /"baseRowId":\d/ },
  domainMetadata: { made: withProperties("feature.domainMetadata=supported"), ...plain },
  clustering: { made: [`CREATE TABLE {t} (id BIGINT, name STRING) USING delta CLUSTER BY (id)`, `INSERT INTO {t} ${rows}`], ...plain },
  icebergCompatV1: { made: withProperties("columnMapping.mode=name", "enableIcebergCompatV1=true"), ...plain },
  icebergCompatV2: { made: withProperties("columnMapping.mode=name", "enableIcebergCompatV2=true"), ...plain },
  variantType: { made: ["CREATE TABLE {t} (id BIGINT, v VARIANT) USING delta", `INSERT INTO {t} SELECT 1, parse_json('{"a": 1}')`], add: adding({ id: 9 }, { id: id(9) }, true), row: { id: 9 }, except: "v" },
  variantShredding: {
    made: ["SET spark.sql.variant.writeShredding.enabled = true", "SET spark.sql.variant.forceShreddingSchemaForTest = a int, b string", `CREATE TABLE {t} (id BIGINT, v VARIANT) USING delta ${properties("enableVariantShredding=true")}`, `INSERT INTO {t} SELECT 1, parse_json('{"a": 1, "c": 1.5}')`],
    add: adding({ id: 9 }, { id: id(9) }, true), row: { id: 9 }, except: "v",
  },
  checkpointProtection: { made: withProperties("feature.checkpointProtection=supported"), ...plain },
  materializePartitionColumns: { made: [`CREATE TABLE {t} USING delta PARTITIONED BY (name) ${properties("feature.materializePartitionColumns=supported")} AS ${rows}`], ...plain },
  "absolute paths (shallow clone)": { made: [`CREATE TABLE {d} USING delta AS ${rows}`, "CREATE TABLE {t} SHALLOW CLONE {d}"], ...plain },
};
