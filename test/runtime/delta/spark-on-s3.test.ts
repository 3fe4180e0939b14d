/** A table that Spark made on S3, with rows it deleted by vectors in awkward partitions, read by its address and added to by us, and read by Spark again. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "vitest";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openStores } from "../../../runtime/storage/open-store.ts";
import { parseJson } from "../../../runtime/values/json-text.ts";
import { runCommand } from "../../bin/command.ts";
import type { PeerRow } from "../../services/python.ts";
import { awsEnvironment, makeBucket } from "../../services/s3-server.ts";
import { s3aSettings, sparkRows } from "../../services/spark.ts";
import { withServices } from "../../services/with-services.ts";
import { append, committed, location } from "./rides.ts";
import { sameRows } from "./same-rows.ts";

const patienceMs = 600_000;

await withServices(["spark", "minio"], "a table of Spark's on S3", ({ spark, minio }) => {
  test("is read and added to by us, by its address too", { timeout: patienceMs }, async () => {
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
