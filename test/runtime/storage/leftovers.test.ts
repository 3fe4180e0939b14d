/** What killed writers leave: files and directories on a disk, uploads in parts on S3. */
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CreateMultipartUploadCommand, ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openFiles } from "../../../runtime/storage/files.ts";
import { openStores } from "../../../runtime/storage/open-store.ts";
import { awsEnvironment, makeBucket, s3Client } from "../../services/s3-server.ts";
import { withServices } from "../../services/with-services.ts";

let folder: string;
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), "leftovers-")); });
afterAll(() => rm(folder, { recursive: true }));

test("on a disk they are found at any depth, with bytes and the time of the last write, and removed whole", async () => {
  const store = openFiles(folder);
  const scratch = store.scratch("t/rows.parquet");
  await mkdir(path.join(scratch, "deep"), { recursive: true });
  await writeFile(path.join(scratch, "deep", "part"), "12345");
  await utimes(path.join(scratch, "deep", "part"), 0, 2_000_000_000);
  const { file } = await store.stage("t/p=1/a.parquet");
  await writeFile(file, "123");
  await utimes(file, 0, 1_000);
  await store.putIfAbsent("t/p=1/b.parquet", new Uint8Array(1));
  const found = await Array.fromAsync(store.leftovers("t/"));
  const [inside, staged] = found.toSorted((left, right) => right.modified - left.modified);
  expect(found).toHaveLength(2);
  expect(inside).toMatchObject({ path: `t/${path.basename(scratch)}`, size: 5, modified: 2_000_000_000_000 });
  expect(staged).toMatchObject({ path: `t/p=1/${path.basename(file)}`, size: 3, modified: 1_000_000 });
  for (const leftover of found) await leftover.remove();
  expect(await Array.fromAsync(store.leftovers("t/"))).toEqual([]);
  expect((await Array.fromAsync(store.list("t/", { recursive: true }))).map((object) => object.path)).toEqual(["t/p=1/b.parquet"]);
});

test("where nothing was ever written there are none", async () => {
  expect(await Array.fromAsync(openFiles(path.join(folder, "none")).leftovers("t/"))).toEqual([]);
});

// MinIO lists uploads of one exact name only, and gives them up by itself after a day.
await withServices(["versitygw"], "on S3", ({ versitygw }) => {
  test("uploads that were never ended are found below a prefix, and given up", async () => {
    const bucket = await makeBucket(versitygw, "leftovers");
    const client = s3Client(versitygw);
    const before = process.env;
    try {
      for (const key of ["lake/t/a.parquet", "lake/other/b.parquet"]) await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key }));
      process.env = { ...before, ...awsEnvironment(versitygw) };
      const store = openStores({ directory: path.join(folder, "cache"), bytesMax: 1_000 })(`s3://${bucket}/lake`);
      const [upload, ...more] = await Array.fromAsync(store.leftovers("t/"));
      expect([upload?.path, more.length]).toEqual(["t/a.parquet", 0]);
      expect(Math.abs(Date.now() - (upload?.modified ?? 0))).toBeLessThan(3_600_000);
      await upload?.remove();
      await upload?.remove();
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      expect(Uploads.map(({ Key }) => Key)).toEqual(["lake/other/b.parquet"]);
    } finally {
      process.env = before;
      client.destroy();
    }
  });
});
