/**
 * A vacuum of a table of 200,000 files of which 100,000 are dead, on a local disk and on S3 (MinIO on this machine), against listing the same files and deleting the same ones bare: by the
 * same calls of Node and of Amazon's client, in the same process, without a log that says which. On a disk that is done in two ways, many at once and one after another, and the quicker
 * counts; the files of all lie on the disk before. `delta-vacuum FILES` takes fewer.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { unlinkSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DeleteObjectsCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Action } from "../../runtime/delta/actions/actions.ts";
import { writeCheckpoint } from "../../runtime/delta/checkpoints/checkpoint-writer.ts";
import { createTable } from "../../runtime/delta/commit/create.ts";
import { commit } from "../../runtime/delta/commit/transaction.ts";
import { vacuum } from "../../runtime/delta/maintenance/vacuum.ts";
import { readSnapshot } from "../../runtime/delta/snapshot/snapshot.ts";
import { openStores } from "../../runtime/storage/open-store.ts";
import type { Store } from "../../runtime/storage/store.ts";
import { startMinio } from "../services/minio.ts";
import { awsEnvironment, makeBucket, s3Client } from "../services/s3-server.ts";
import { rounded } from "./append/rides.ts";

const files = Number(process.argv[2] ?? 200_000);
const goals = { ofBare: 1.3 };
const rounds = 3;
const facts = { operation: "WRITE", parameters: {}, metrics: {} };
const body = new Uint8Array(200);
const nameOf = (k: number): string => `part-${String(k).padStart(8, "0")}-${k % 2 === 0 ? "dead" : "live"}.parquet`;
const isDead = (name: string): boolean => name.endsWith("-dead.parquet");

/** The log of a table with all of these files, half of which were removed long ago. */
async function makeLog(store: Store, location: string): Promise<void> {
  const created = await createTable(store, location, { name: "t", description: "", columns: [{ name: "id", type: { kind: "int64" }, nullable: true }], partitionColumns: [] });
  assert(created.kind === "committed");
  const stats = '{"numRecords":1,"minValues":{"id":1},"maxValues":{"id":1},"nullCount":{"id":0}}';
  const adds = Array.from({ length: files }, (_, k): Action => ({ add: { path: nameOf(k), size: body.length, partitionValues: {}, modificationTime: 0, dataChange: true, stats } }));
  const added = await commit(store, location, created.snapshot, adds, facts);
  assert(added.kind === "committed");
  const gone = adds.flatMap(({ add }) => (add !== undefined && isDead(add.path) ? [{ remove: { path: add.path, size: add.size, partitionValues: {}, extendedFileMetadata: true, deletionTimestamp: Date.now() - 1_000, dataChange: true } }] : []));
  const removed = await commit(store, location, added.snapshot, gone, facts);
  assert(removed.kind === "committed");
  await writeCheckpoint(store, location, removed.snapshot);
}

/** Milliseconds of reading the table and removing what it does not need, as `neuralake vacuum` does. */
async function timeVacuum(store: Store, location: string): Promise<number> {
  const began = performance.now();
  const snapshot = await readSnapshot(store, location);
  const { removed } = await vacuum(store, location, snapshot, { retainMs: 0, allowShort: true, seenAt: Date.now() + 60_000, inHistory: store.local === store.root });
  const ms = performance.now() - began;
  assert.equal(removed.length, Math.ceil(files / 2));
  return ms;
}

async function each<T>(all: readonly T[], atOnce: number, act: (one: T) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < all.length; start += atOnce) await Promise.all(all.slice(start, start + atOnce).map(act));
}

const names = Array.from({ length: files }, (_, k) => nameOf(k));

async function onDisk(directory: string): Promise<{ readonly ours: number; readonly bare: number }> {
  const fill = async (name: string): Promise<string> => {
    const table = path.join(directory, name);
    await mkdir(table, { recursive: true });
    await each(names, 64, (file) => writeFile(path.join(table, file), body));
    return table;
  };
  const store = openStores({ directory: path.join(directory, "cache"), bytesMax: 1e9 })(directory);
  await fill("ours");
  await makeLog(store, "ours");
  const [atOnce, oneByOne] = [await fill("at-once"), await fill("one-by-one")];
  // What was not written out yet is removed for less.
  execFileSync("sync", ["-f", directory]);
  const ours = await timeVacuum(store, "ours");
  const ways = [
    await timeBare(atOnce, async (files) => await each(files, 32, (file) => unlink(file))),
    await timeBare(oneByOne, async (files) => {
      for (const file of files) unlinkSync(file);
    }),
  ];
  return { ours, bare: Math.min(...ways) };
}

async function timeBare(table: string, removeThem: (files: readonly string[]) => Promise<void>): Promise<number> {
  const began = performance.now();
  const found = (await readdir(table, { withFileTypes: true })).filter((entry) => entry.isFile() && isDead(entry.name));
  await removeThem(found.map(({ name }) => path.join(table, name)));
  return performance.now() - began;
}

async function onS3(server: Awaited<ReturnType<typeof startMinio>>, directory: string): Promise<{ readonly ours: number; readonly bare: number }> {
  const bucket = await makeBucket(server, "bench");
  const s3 = s3Client(server);
  const fill = (place: string): Promise<void> => each(names, 64, (name) => s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${place}/${name}`, Body: body })));
  const store = openStores({ directory: path.join(directory, "cache"), bytesMax: 1e9 })(`s3://${bucket}`);
  await fill("ours");
  await makeLog(store, "ours");
  const ours = await timeVacuum(store, "ours");
  await fill("bare");
  const began = performance.now();
  const dead: string[] = [];
  for (let token: string | undefined, more = true; more; ) {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "bare/", ...(token === undefined ? {} : { ContinuationToken: token }) }));
    for (const { Key = "" } of page.Contents ?? []) if (isDead(Key)) dead.push(Key);
    token = page.NextContinuationToken;
    more = token !== undefined;
  }
  const thousands = Array.from({ length: Math.ceil(dead.length / 1_000) }, (_, k) => dead.slice(k * 1_000, (k + 1) * 1_000));
  await each(thousands, 4, (keys) => s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Quiet: true, Objects: keys.map((Key) => ({ Key })) } })));
  const bare = performance.now() - began;
  s3.destroy();
  return { ours, bare };
}

function tell(bench: string, measured: readonly { readonly ours: number; readonly bare: number }[]): void {
  const ratios = measured.map(({ ours, bare }) => ours / bare).toSorted((left, right) => left - right);
  const [middle = { ours: 0, bare: 0 }] = measured.toSorted((left, right) => left.ours / left.bare - right.ours / right.bare).slice(Math.floor(measured.length / 2));
  console.log(JSON.stringify({ bench, files, dead: Math.ceil(files / 2), ms: rounded(middle.ours), bareMs: rounded(middle.bare), ofBare: rounded(middle.ours / middle.bare), ratios: ratios.map(rounded), goals }));
}

const directory = await mkdtemp(path.join(tmpdir(), "neuralake-bench-"));
try {
  const disk: Awaited<ReturnType<typeof onDisk>>[] = [];
  for (let round = 0; round < rounds; round++) {
    const own = path.join(directory, String(round));
    await mkdir(own);
    disk.push(await onDisk(own));
    await rm(own, { recursive: true });
  }
  tell("delta-vacuum", disk);
  const server = await startMinio();
  try {
    Object.assign(process.env, awsEnvironment(server));
    tell("delta-vacuum-s3", [await onS3(server, directory)]);
  } finally {
    await server.stop();
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
