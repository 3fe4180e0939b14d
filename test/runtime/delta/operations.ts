/**
 * What is done to a Delta table, one entry an operation, in the words of each engine that may have it: ours are command lines, Spark's and DuckDB's SQL,
 * delta-rs's Python. All begin with the same table (`every-type.ts`), and `after` says which rows it must hold then.
 */
import type { JsonInput } from "../../../runtime/values/json-text.ts";

/** An engine that changes tables. */
export type Writer = "neuralake" | "spark" | "delta-rs" | "duckdb";
export const writers: readonly Writer[] = ["neuralake", "spark", "delta-rs", "duckdb"];

/** A row as JSON spells it, its numbers as doubles. */
export type PlainRow = { readonly [column: string]: JsonInput };
type Change = (row: PlainRow) => PlainRow | undefined;

/** What a log and its folder look like once the operation is done. */
export interface Traces {
  /** Everything below the table's folder, in paths that begin there. */
  readonly names: readonly string[];
  readonly files: readonly { readonly vector: boolean }[];
  /** Different partitions of the files. */
  readonly partitions: number;
  readonly domains: readonly string[];
}

/** Something done to the table, as each engine is told: `{t}` or `t`. An engine that is left out has no words for it. */
export interface Words {
  readonly neuralake?: readonly (readonly string[])[];
  readonly spark?: readonly string[];
  readonly "delta-rs"?: string;
  readonly duckdb?: string;
}

/** `{t}` is the table, `{d}` a place for another beside it, `{row:…}` a file with that row, or with more on lines of their own. */
export interface Operation extends Words {
  /** Also done by `npm test`; the long form does all. */
  readonly short?: boolean;
  /** Of the table before. */
  readonly properties?: { readonly [name: string]: string };
  /** Without partitions. */
  readonly flat?: boolean;
  readonly after: (rows: readonly PlainRow[]) => readonly PlainRow[];
  /** What must be seen of it beside equal rows. */
  readonly seen?: (traces: Traces) => boolean;
  /** The table that is looked at afterwards is the other one. */
  readonly elsewhere?: boolean;
  /** Commits before the newest checkpoint are taken away then. */
  readonly cleaned?: boolean;
  /** Has steps, of which the first may be done when a later one is refused. */
  readonly steps?: boolean;
}

const each = (change: Change) => (rows: readonly PlainRow[]): readonly PlainRow[] => rows.map(change).filter((row) => row !== undefined);
const same = (rows: readonly PlainRow[]): readonly PlainRow[] => rows;
const isIn = (...ids: readonly number[]) => ({ id }: PlainRow): boolean => ids.includes(Number(id));
const put = (values: PlainRow): Change => (row) => ({ ...row, ...values });
const when = (is: (row: PlainRow) => boolean, change: Change): Change => (row) => (is(row) ? change(row) : row);
const gone: Change = () => undefined;
/** The row of `newFile`: nothing but its id, its number and its place. */
const newRow = (like: PlainRow | undefined): PlainRow => ({ ...Object.fromEntries(Object.keys(like ?? {}).map((name) => [name, null])), id: 99, n: 99, p: "c" });
const withNew = (rows: readonly PlainRow[]): readonly PlainRow[] => [...rows, newRow(rows[0])];
const deleted = each(when(isIn(1, 12, 13), gone));
const updated = each(when(isIn(3, 11, 12), put({ n: -1 })));
const merged = (rows: readonly PlainRow[]): readonly PlainRow[] => withNew(each(when(isIn(3), put({ n: 300 })))(rows));

/** Rows of Python as the table has them. */
const one = `pa.table({"id": pa.array([99], pa.int64()), "n": pa.array([99], pa.int32()), "p": pa.array(["c"])})`;
const two = `pa.table({"id": pa.array([3, 99], pa.int64()), "n": pa.array([300, 99], pa.int32()), "p": pa.array(["x", "c"])})`;
const columns = "(id, n, p) VALUES (99, 99, 'c')";
const source = "(SELECT 3L AS id, 300 AS n, 'x' AS p UNION ALL SELECT 99L, 99, 'c') AS s";
const newFile = '{row:{"id": 99, "n": 99, "p": "c"}}';
const changedFile = '{row:{"id": 3, "n": 300, "p": "x"}\n{"id": 99, "n": 99, "p": "c"}}';
const append = { neuralake: [["load", "{t}", newFile]], spark: [`INSERT INTO {t} ${columns}`], "delta-rs": `write_deltalake(t, ${one}, mode="append", schema_mode="merge")`, duckdb: `INSERT INTO t SELECT 99 AS id, 99 AS n, 'c' AS p${", NULL".repeat(18)}` } as const;
const remove = { neuralake: [["delete", "{t}", "--where", "n IN (1, 12, 13)"]], spark: ["DELETE FROM {t} WHERE n IN (1, 12, 13)"], "delta-rs": `DeltaTable(t).delete("n IN (1, 12, 13)")`, duckdb: "DELETE FROM t WHERE n IN (1, 12, 13)" } as const;
const update = { neuralake: [["update", "{t}", "--set", "n=-1", "--where", "id IN (3, 11, 12)"]], spark: ["UPDATE {t} SET n = -1 WHERE id IN (3, 11, 12)"], "delta-rs": `DeltaTable(t).update(updates={"n": "-1"}, predicate="id IN (3, 11, 12)")`, duckdb: "UPDATE t SET n = -1 WHERE id IN (3, 11, 12)" } as const;
const vectors = { "delta.enableDeletionVectors": "true" };
const feed = { "delta.enableChangeDataFeed": "true" };
const mapped = { "delta.columnMapping.mode": "name" };
const hasVectors = ({ files }: Traces): boolean => files.some(({ vector }) => vector);
const hasFeed = ({ names }: Traces): boolean => names.some((name) => name.startsWith("_change_data/"));
const isPacked = ({ files, partitions }: Traces): boolean => files.length === partitions;
const hasCheckpoint = ({ names }: Traces): boolean => names.some((name) => name.includes(".checkpoint."));
const hasSidecars = ({ names }: Traces): boolean => names.some((name) => name.includes("/_sidecars/") || /checkpoint\.[0-9a-f]{8}-/.test(name));
const isSwept = ({ names, files }: Traces): boolean => names.filter((name) => name.endsWith(".parquet") && !name.startsWith("_")).length === files.length;

export const operations: { readonly [name: string]: Operation } = {
  "append": { after: withNew, ...append },
  "overwrite": {
    after: (rows) => [newRow(rows[0])],
    neuralake: [["load", "{t}", newFile, "--mode", "overwrite"]], spark: [`INSERT OVERWRITE {t} ${columns}`],
    "delta-rs": `write_deltalake(t, pa.concat_tables([DeltaTable(t).to_pyarrow_table().slice(0, 0), ${one}], promote_options="permissive"), mode="overwrite")`,
  },
  "overwrite where": {
    short: true, after: (rows) => withNew(each(when((row) => Number(row["n"]) > 5, gone))(rows)),
    neuralake: [["load", "{t}", newFile, "--mode", "overwrite", "--where", "n > 5"]], spark: [`INSERT INTO {t} REPLACE WHERE n > 5 SELECT 99 AS id, 99 AS n, 'c' AS p${", NULL".repeat(18)}`],
    "delta-rs": `write_deltalake(t, pa.concat_tables([DeltaTable(t).to_pyarrow_table().slice(0, 0), ${one}], promote_options="permissive"), mode="overwrite", predicate="n > 5")`,
  },
  "delete": { after: deleted, ...remove },
  "delete, by deletion vectors": { short: true, properties: vectors, after: deleted, seen: hasVectors, ...remove },
  "delete, change feed": { properties: feed, after: deleted, seen: hasFeed, ...remove },
  "update": { after: updated, ...update },
  "update, by deletion vectors": { properties: vectors, after: updated, seen: hasVectors, ...update },
  "update, change feed": { short: true, properties: feed, after: updated, seen: hasFeed, ...update },
  "merge": {
    short: true, after: merged,
    neuralake: [["merge", "{t}", changedFile, "--on", "id", "--set", "n=source.n"]], spark: [`MERGE INTO {t} AS t USING ${source} ON t.id = s.id WHEN MATCHED THEN UPDATE SET t.n = s.n WHEN NOT MATCHED THEN INSERT (id, n, p) VALUES (s.id, s.n, s.p)`],
    "delta-rs": `DeltaTable(t).merge(${two}, "t.id = s.id", source_alias="s", target_alias="t").when_matched_update({"n": "s.n"}).when_not_matched_insert({"id": "s.id", "n": "s.n", "p": "s.p"}).execute()`,
    duckdb: `MERGE INTO t USING (SELECT 3 AS id, 300 AS n) AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET n = s.n`,
  },
  "merge, rows of the source alone stay": {
    after: (rows) => withNew(each(when(isIn(3), put({ n: 300 })))(rows).filter((row) => isIn(3)(row))),
    neuralake: [["merge", "{t}", changedFile, "--on", "id", "--set", "n=source.n", "--not-matched-by-source", "delete"]], spark: [`MERGE INTO {t} AS t USING ${source} ON t.id = s.id WHEN MATCHED THEN UPDATE SET t.n = s.n WHEN NOT MATCHED THEN INSERT (id, n, p) VALUES (s.id, s.n, s.p) WHEN NOT MATCHED BY SOURCE THEN DELETE`],
    "delta-rs": `DeltaTable(t).merge(${two}, "t.id = s.id", source_alias="s", target_alias="t").when_matched_update({"n": "s.n"}).when_not_matched_insert({"id": "s.id", "n": "s.n", "p": "s.p"}).when_not_matched_by_source_delete().execute()`,
  },
  "add a column": { after: each(put({ note: null })), neuralake: [["alter", "{t}", "--add", "note string"]], spark: ["ALTER TABLE {t} ADD COLUMN (note STRING)"], "delta-rs": `DeltaTable(t).alter.add_columns([Field("note", "string")])`, duckdb: "ALTER TABLE t ADD COLUMN note VARCHAR" },
  "add a nested field": {
    after: each((row) => ({ ...row, pair: row["pair"] === null ? null : { ...(row["pair"] as PlainRow), z: null } })),
    neuralake: [["alter", "{t}", "--add", "pair.z int"]], spark: ["ALTER TABLE {t} ADD COLUMN (pair.z INT)"], duckdb: "ALTER TABLE t ADD COLUMN pair.z INT",
  },
  "rename a column": { short: true, properties: mapped, after: each(({ n, ...row }) => ({ ...row, number: n ?? null })), neuralake: [["alter", "{t}", "--rename", "n=number"]], spark: ["ALTER TABLE {t} RENAME COLUMN n TO number"], duckdb: "ALTER TABLE t RENAME COLUMN n TO number" },
  "drop a column": { properties: mapped, after: each(({ t: _gone, ...row }) => row), neuralake: [["alter", "{t}", "--drop", "t"]], spark: ["ALTER TABLE {t} DROP COLUMN t"], duckdb: "ALTER TABLE t DROP COLUMN t" },
  "widen a type": {
    steps: true,
    after: withNew,
    neuralake: [["alter", "{t}", "--widen", "n=bigint"], ...append.neuralake], spark: ["ALTER TABLE {t} SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')", "ALTER TABLE {t} ALTER COLUMN n TYPE BIGINT", `INSERT INTO {t} ${columns}`],
    duckdb: "ALTER TABLE t ALTER COLUMN n TYPE BIGINT",
  },
  "add a constraint": { after: same, neuralake: [["alter", "{t}", "--check", "small=id < 1000"]], spark: ["ALTER TABLE {t} ADD CONSTRAINT small CHECK (id < 1000)"], "delta-rs": `DeltaTable(t).alter.add_constraint({"small": "id < 1000"})` },
  "optimize": { after: same, seen: isPacked, neuralake: [["optimize", "{t}"]], spark: ["OPTIMIZE {t}"], "delta-rs": "DeltaTable(t).optimize.compact()" },
  "z-order": { after: same, seen: isPacked, neuralake: [["optimize", "{t}", "--z-order-by", "id,n"]], spark: ["OPTIMIZE {t} ZORDER BY (id, n)"], "delta-rs": `DeltaTable(t).optimize.z_order(["id", "n"])` },
  "cluster": { steps: true, flat: true, after: same, seen: ({ files, domains }) => files.length === 1 && domains.includes("delta.clustering"), neuralake: [["optimize", "{t}", "--cluster-by", "id"]], spark: ["ALTER TABLE {t} CLUSTER BY (id)", "OPTIMIZE {t} FULL"] },
  "checkpoint": {
    steps: true,
    cleaned: true, properties: { "delta.checkpointInterval": "1000" }, after: withNew, seen: hasCheckpoint,
    neuralake: [...append.neuralake, ["checkpoint", "{t}"]], spark: ["ALTER TABLE {t} SET TBLPROPERTIES ('delta.checkpointInterval' = '1')", ...append.spark], "delta-rs": `${append["delta-rs"]}\nDeltaTable(t).create_checkpoint()`, duckdb: `${append.duckdb}; CHECKPOINT t`,
  },
  "checkpoint, V2": {
    steps: true,
    cleaned: true, after: withNew, seen: hasSidecars,
    neuralake: [["alter", "{t}", "--set", "delta.checkpointPolicy=v2"], ...append.neuralake, ["checkpoint", "{t}", "--v2"]], spark: ["ALTER TABLE {t} SET TBLPROPERTIES ('delta.checkpointInterval' = '1', 'delta.checkpointPolicy' = 'v2')", ...append.spark],
  },
  "purge of deleted rows": {
    steps: true, properties: vectors, after: deleted, seen: (traces) => !hasVectors(traces),
    neuralake: [...remove.neuralake, ["optimize", "{t}", "--purge"]], spark: [...remove.spark, "REORG TABLE {t} APPLY (PURGE)"],
  },
  "vacuum": {
    steps: true,
    after: updated, seen: isSwept,
    neuralake: [...update.neuralake, ["vacuum", "{t}", "--retain", "1ms", "--allow-short-retention"]], spark: ["SET spark.databricks.delta.retentionDurationCheck.enabled = false", ...update.spark, "VACUUM {t} RETAIN 0 HOURS"],
    "delta-rs": `${update["delta-rs"]}\nDeltaTable(t).vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False, full=True)`,
  },
  "restore": { steps: true, after: same, neuralake: [...remove.neuralake, ["restore", "{t}", "--version", "2"]], spark: [...remove.spark, "RESTORE TABLE {t} TO VERSION AS OF 2"], "delta-rs": `${remove["delta-rs"]}\nDeltaTable(t).restore(2)` },
  "undo one version": { steps: true, after: withNew, neuralake: [...remove.neuralake, ...append.neuralake, ["restore", "{t}", "--undo", "3"]] },
  "clone, deep": { elsewhere: true, after: same, neuralake: [["clone", "{t}", "{d}"]], spark: ["CREATE TABLE {d} DEEP CLONE {t}"] },
  "clone, shallow": { elsewhere: true, after: same, neuralake: [["clone", "{t}", "{d}", "--shallow"]], spark: ["CREATE TABLE {d} SHALLOW CLONE {t}"] },
};
