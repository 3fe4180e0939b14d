/**
 * A table of every kind of value in awkward partitions, created and appended to by us, as Spark, delta-rs, DuckDB and Polars read it: as it grew,
 * and once it was compacted, put into a checkpoint, vacuumed and cleaned of its commits. On files and on S3.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { writeCheckpoint } from "../../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { commitPath } from "../../../runtime/delta/log/log.ts";
import { compact } from "../../../runtime/delta/maintenance/compaction.ts";
import { vacuum } from "../../../runtime/delta/maintenance/vacuum.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openStores } from "../../../runtime/storage/open-store.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { parseJson } from "../../../runtime/values/json-text.ts";
import { runCommand } from "../../bin/command.ts";
import { peerRows } from "../../services/python.ts";
import type { PeerRow } from "../../services/python.ts";
import { awsEnvironment, makeBucket } from "../../services/s3-server.ts";
import { s3aSettings, sparkRows } from "../../services/spark.ts";
import { withServices } from "../../services/with-services.ts";
import { append, committed, createRides, location } from "./rides.ts";
import { sameRows, spelledRows } from "./same-rows.ts";

const patienceMs = 600_000;
const list = (element: NamedType["type"]): NamedType["type"] => ({ kind: "array", element, elementNullable: true });
const record = (...fields: readonly (readonly [string, NamedType["type"]])[]): NamedType["type"] => ({ kind: "object", fields: fields.map(([name, type]) => ({ name, type, nullable: true })) });
const types: Readonly<Record<string, NamedType["type"]>> = {
  p: { kind: "text" }, day: { kind: "day" }, b: { kind: "int8" }, s: { kind: "int16" }, i: { kind: "int32" }, l: { kind: "int64" }, f: { kind: "float32" }, d: { kind: "float64" }, c: { kind: "decimal", precision: 38, scale: 18 },
  e: { kind: "decimal", precision: 9, scale: 2 }, t: { kind: "text" }, y: { kind: "bool" }, x: { kind: "bytes" }, at: { kind: "timestamp" }, u: { kind: "uuid" },
  list: list({ kind: "int32" }), deep: list(record(["a", list({ kind: "text" })])), pair: record(["a", { kind: "int32" }], ["b", record(["c", { kind: "timestamp" }])]), map: { kind: "map", key: { kind: "text" }, value: { kind: "decimal", precision: 20, scale: 4 }, valueNullable: true },
};
const columns: readonly NamedType[] = [{ name: "id", type: { kind: "int64" }, nullable: false }, ...Object.entries(types).map(([name, type]) => ({ name, type, nullable: true }))];
const awkward = ["a b", "a/b=c%20d", "é:?*#'\"", null];

/** Extremes, then nothing but nulls, in each place. */
const rowsFrom = (first: number, places: readonly (string | null)[]): Row[] => places.flatMap((p, k): Row[] => [
  {
    id: BigInt(first + k), p, day: Temporal.PlainDate.from(k === 0 ? "0001-01-01" : "2026-08-01"), b: -128, s: 32767, i: -2147483648, l: 2n ** 63n - 1n, f: Math.fround(0.1), d: k === 0 ? Number.NaN : -1e300, c: "-12345678901234567890.123456789012345678", e: "0.05",
    t: "it's \"é\" 😀", y: true, x: new Uint8Array([0, 255]), at: Temporal.Instant.from("1900-01-01T00:00:00.000001Z"), u: "6f9619ff-8b86-d011-b42d-00c04fc964ff",
    list: [1, null], deep: [{ a: ["x", null] }, null], pair: { a: 1, b: { c: Temporal.Instant.from("2026-08-01T12:00:00.5Z") } }, map: { k: "1.5000", n: null },
  },
  { id: BigInt(first + 100 + k), ...Object.fromEntries(Object.keys(types).map((name) => [name, null])), p },
]);

/** How an engine reads the table. */
type Read = (engine: string) => Promise<readonly PeerRow[]>;

/** Makes the table below a root and has it read in both states. */
async function readByAll(root: string, places: readonly (string | null)[], engines: readonly string[], read: Read): Promise<void> {
  const cache = await mkdtemp(path.join(tmpdir(), "by-others-"));
  try {
    const store = openStores({ directory: cache, bytesMax: 1_000_000_000 })(root);
    let snapshot = await createRides(store, columns, ["p", "day"]);
    const rows = [rowsFrom(0, places), rowsFrom(1000, places), rowsFrom(2000, places)];
    for (const some of rows) snapshot = committed(await append(store, snapshot, some));
    const expected = spelledRows(columns, rows.flat());
    const held = async (state: string): Promise<void> => {
      for (const engine of engines) sameRows(expected, await read(engine), `${engine}, ${state}`);
    };
    await held("as it grew");
    snapshot = (await compact(store, location, snapshot, { targetBytes: 1_000_000, filesMin: 2, growing: false }, rewriteFiles)).snapshot;
    expect((await writeCheckpoint(store, location, snapshot)).written).toBe(true);
    expect((await vacuum(store, location, snapshot, { retainMs: 1, allowShort: true })).removed).not.toEqual([]);
    for (let version = 0; version < snapshot.version; version += 1) await store.remove(commitPath(location, version));
    await held("after upkeep");
  } finally {
    await rm(cache, { recursive: true });
  }
}

await withServices(["python", "spark"], "a table of ours on files", ({ python, spark }) => {
  test("is read by every engine with equal rows, before and after upkeep", { timeout: patienceMs }, async () => {
    const root = await mkdtemp(path.join(tmpdir(), "by-others-"));
    const table = path.join(root, location);
    try {
      await readByAll(root, awkward, ["spark", "delta-rs", "duckdb", "polars"], async (engine) => (engine === "spark" ? await sparkRows(spark, table) : await peerRows(python, engine as "duckdb", table)));
    } finally {
      await rm(root, { recursive: true });
    }
  });
});

await withServices(["python", "spark", "minio"], "a table of ours on S3", ({ python, spark, minio }) => {
  test("is read by every engine with equal rows, before and after upkeep", { timeout: patienceMs }, async () => {
    const [bucket, env, before] = [await makeBucket(minio), awsEnvironment(minio), process.env];
    process.env = { ...before, ...env };
    try {
      const readAt = (name: string): Read => async (engine) => (engine === "spark"
        ? await sparkRows(spark, `s3a://${bucket}/${name}/${location}`, { settings: s3aSettings(minio, bucket) })
        : await peerRows(python, engine as "duckdb", `s3://${bucket}/${name}/${location}`, { env }));
      await readByAll(`s3://${bucket}/awkward`, awkward, ["spark", "delta-rs", "duckdb"], readAt("awkward"));
      // Polars does not decode paths of the log when they lead into a bucket.
      await readByAll(`s3://${bucket}/plain`, ["a", null], ["polars"], readAt("plain"));
    } finally {
      process.env = before;
    }
  });

  test("and one that Spark made there is read and added to by us, by its address too", { timeout: patienceMs }, async () => {
    const [bucket, env, before] = [await makeBucket(minio), awsEnvironment(minio), process.env];
    const folder = await mkdtemp(path.join(tmpdir(), "by-others-"));
    const [settings, theirs] = [s3aSettings(minio, bucket), `s3a://${bucket}/lake/${location}`];
    const peek = async () => parseJson((await runCommand(folder, ["peek", `s3://${bucket}/lake/${location}`, "--all", "--json"], env)).stdout) as unknown as readonly PeerRow[];
    process.env = { ...before, ...env };
    try {
      const table = `delta.\`${theirs}\``;
      await spark.run(...settings, `CREATE TABLE ${table} (id BIGINT, p STRING) USING delta PARTITIONED BY (p) TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')`, `INSERT INTO ${table} VALUES (1, 'a b%/é'), (2, 'a b%/é'), (3, NULL)`, `DELETE FROM ${table} WHERE id = 1`);
      sameRows(await peek(), [{ id: 2, p: "a b%/é" }, { id: 3, p: null }], "as Spark left it");
      const store = openStores({ directory: folder, bytesMax: 1_000_000_000 })(`s3://${bucket}/lake`);
      committed(await append(store, await readSnapshot(store, location), [{ id: 4n, p: "a b%/é" }]));
      const left = [{ id: 2, p: "a b%/é" }, { id: 3, p: null }, { id: 4, p: "a b%/é" }];
      sameRows(await peek(), left, "as we left it");
      sameRows(await sparkRows(spark, theirs, { settings }), left, "as we left it, by Spark");
    } finally {
      process.env = before;
      await rm(folder, { recursive: true });
    }
  });
});
