import assert from "node:assert/strict";
import { describe, expect, test } from "vitest";
import type { Action, AddFile } from "../../../runtime/delta/actions/actions.ts";
import type { FileBlock } from "../../../runtime/delta/actions/file-block.ts";
import { fileKey } from "../../../runtime/delta/actions/file-keys.ts";
import { liveKeys, noFiles, withBlock, withChanges } from "../../../runtime/delta/actions/live-files.ts";
import { checkpointBlock } from "../../../runtime/delta/checkpoints/checkpoint-block.ts";
import { checkpointColumns } from "../../../runtime/delta/checkpoints/checkpoint-columns.ts";
import { passingFacts } from "../../../runtime/delta/checkpoints/checkpoint-facts.ts";
import { decodedKeys } from "../../../runtime/delta/checkpoints/checkpoint-key-columns.ts";
import { passingKeys } from "../../../runtime/delta/checkpoints/checkpoint-keys.ts";
import { checkpointRow } from "../../../runtime/delta/checkpoints/checkpoint-rows.ts";
import { sizeOf } from "../../../runtime/delta/snapshot/read.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { arrowSchema } from "../../../runtime/parquet/arrow-schema.ts";
import { openParquet, placeOf } from "../../../runtime/parquet/parquet-footer.ts";
import { projectParquet } from "../../../runtime/parquet/parquet-projection.ts";
import type { ThriftStruct } from "../../../runtime/parquet/thrift.ts";
import { encodeParquetStream } from "../../../runtime/parquet/parquet-encoder.ts";

const schema = arrowSchema(checkpointColumns("classic"));

async function checkpointOf(actions: readonly Action[]): Promise<Uint8Array> {
  async function* batches() {
    for (let start = 0; start < actions.length; start += 8_192) yield buildBatch(checkpointColumns("classic"), actions.slice(start, start + 8_192).map((action) => checkpointRow(action)), schema);
  }
  return Buffer.concat(await Array.fromAsync(encodeParquetStream(schema, batches())));
}

function file(id: number): AddFile {
  return {
    path: id % 10 === 0 ? `p=a%20b/%C3%A9-${id}.parquet` : id % 10 === 1 ? `file:///else/${id}.parquet` : `part-${id}.parquet`, size: id * 1_000_003, modificationTime: id, dataChange: false, partitionValues: { p: id % 2 === 0 ? "a b" : null },
    ...(id % 4 === 0 ? {} : { stats: `{"numRecords":${id}}` }),
    ...(id % 1_000 === 7 ? { deletionVector: { storageType: "u", pathOrInlineDv: `ab${id}`, ...(id % 2_000 === 7 ? { offset: id } : {}), sizeInBytes: 40, cardinality: 6 } } : {}),
    ...(id % 5_000 === 9 ? { tags: { a: "b" }, baseRowId: id, defaultRowCommitVersion: 1 } : {}),
  };
}

/** Two row groups, with other actions between files. */
const count = 140_000;
const files = Array.from({ length: count }, (_, id) => file(id));
const metaData = { id: "1", format: { provider: "parquet", options: {} }, schemaString: "{}", partitionColumns: ["p"], configuration: {} };
const actions: readonly Action[] = [{ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }, { metaData }, ...files.flatMap((add, id): Action[] => (id % 3 === 0 ? [{ remove: { path: `gone-${id}`, deletionTimestamp: 1 } }, { add }] : [{ add }]))];
const bytes = await checkpointOf(actions);
const block = blockIn(bytes);

function blockIn(parquet: Uint8Array): FileBlock {
  const found = checkpointBlock(openParquet(parquet, "00.checkpoint.parquet"));
  assert(found !== undefined);
  return found;
}

describe("the files of a checkpoint", () => {
  test("are those that were written, in their order", () => {
    expect(block.length).toBe(count);
    expect(Array.from(withBlock(noFiles, block), sorted)).toEqual(files.map(sorted));
  });

  test("are made for the rows that are asked for", () => {
    const rows = [0, 1, 32_767, 32_768, 65_536, 98_303, 131_071, 131_072, count - 1];
    expect([...block.read(rows)]).toEqual(rows.map((row) => files[row]));
  });

  test("tell their bytes without being read", () => {
    expect(withBlock(noFiles, block).bytes).toBe(files.reduce((sum, { size }) => sum + size, 0));
  });

  test("tell what rows they hold without the rest of them", () => {
    const facts = Array.from(block.readFacts(), ({ path, partitionValues, stats, deletionVector }) => [path, partitionValues, stats, deletionVector]);
    expect(facts).toEqual(files.map(({ path, partitionValues, stats, deletionVector }) => [path, partitionValues, stats, deletionVector]));
    const some = { files: withChanges(withBlock(noFiles, block), new Map(files.filter(({ stats }) => stats === undefined).map((one) => [fileKey(one), undefined]))) } as Snapshot;
    const counted = files.filter(({ stats }) => stats !== undefined);
    expect(sizeOf(some)).toEqual({ files: counted.length, bytes: some.files.bytes, rows: counted.reduce((sum, { modificationTime, deletionVector }) => sum + modificationTime - (deletionVector?.cardinality ?? 0), 0) });
    expect(sizeOf({ files: withBlock(noFiles, block) } as Snapshot).rows).toBeNull();
  });

  test("are found by their keys, and removed", () => {
    const live = withBlock(noFiles, block);
    const wanted = [0, 1, 7, 2_007, 139_999, 131_072].map((id) => fileKey(file(id)));
    expect(liveKeys(live, new Set([...wanted, "gone-0", "part-7.parquet", fileKey({ path: "part-200000.parquet" })]))).toEqual(new Set(wanted));
    const after = withChanges(live, new Map(wanted.map((key) => [key, undefined])));
    expect([after.length, liveKeys(after, new Set(wanted)).size]).toEqual([count - wanted.length, 0]);
    expect(after[Symbol.iterator]().next().value).toEqual(files[2]);
  });

  test("are none where there are none", async () => {
    expect(checkpointBlock(openParquet(await checkpointOf(actions.slice(0, 2)), "x"))).toBeUndefined();
  });
});

describe("the facts of files without partition values and deletion vectors", () => {
  /** Some without statistics, some not in ASCII, in pages that begin with removes. */
  const plain = Array.from({ length: 20_000 }, (_, id): AddFile => ({ path: `part-${id}.parquet`, size: id, modificationTime: 0, dataChange: false, partitionValues: {}, ...(id % 9 === 0 ? {} : { stats: `{"numRecords":${id},"minValues":{"c":"${id > 15_000 ? "é" : "e"}"}}` }) }));
  const factsIn = ({ path, stats }: Pick<AddFile, "path" | "stats">): unknown => [path, stats];

  test("are read in passing, and are the same", async () => {
    const parquet = await checkpointOf(plain.flatMap((add, id): Action[] => (id % 500 === 0 ? [{ remove: { path: `gone-${id}`, deletionTimestamp: 1 } }, { add }] : [{ add }])));
    const passing = passingFacts(openParquet(parquet, "x"), { count: plain.length, vectors: new Map(), pathAt: (row) => plain[row]?.path ?? "" });
    expect(Array.from(passing ?? [], factsIn)).toEqual(plain.map(factsIn));
    expect(Array.from(blockIn(parquet).readFacts(), factsIn)).toEqual(plain.map(factsIn));
  });

  test("are the library's where files have those", () => {
    expect(passingFacts(openParquet(bytes, "x"), { count, vectors: new Map(), pathAt: String })).toBeUndefined();
  });
});

describe("a large one", () => {
  const damaged = (at: number): Uint8Array => Buffer.from(bytes).fill(0x55, at, at + 2_000);

  test("that is damaged behind the keys tells it when files are read", () => {
    const { start, length } = placeOf(chunkOf("add", "stats"), bytes.length);
    const live = withBlock(noFiles, blockIn(damaged(start + Math.floor(length / 2))));
    expect(live.length).toBe(count);
    expect(() => Array.from(live, ({ path }) => path)).toThrow(expect.objectContaining({ code: "DELTA_LOG_BROKEN", place: expect.objectContaining({ file: "00.checkpoint.parquet" }) }));
  });

  test("that is damaged in the keys tells it at once", () => {
    for (const part of ["path", "size"]) {
      const { start, length } = placeOf(chunkOf("add", part), bytes.length);
      expect(() => blockIn(damaged(start + Math.floor(length / 2)))).toThrow(expect.objectContaining({ code: "DELTA_LOG_BROKEN" }));
    }
  });

  test("has the same keys, however they are read", () => {
    const own = decodedKeys(projectParquet(openParquet(bytes, "x"), ([action, part = ""]) => action === "add" && ["path", "size", "deletionVector"].includes(part)), "x");
    expect([own?.count, own?.starts]).toEqual([block.length, passing()?.starts]);
    expect(own?.sizes.every((size, row) => size === block.sizes[row])).toBe(true);
    expect(own?.hashes().every((hash, row) => hash === block.hashes()[row])).toBe(true);
    expect(files.findIndex((one, row) => fileKey(one) !== block.keyAt(row))).toBe(-1);
  });

  function passing() {
    return passingKeys(openParquet(bytes, "x"), () => new Map());
  }

  function chunkOf(...name: readonly string[]): ThriftStruct {
    const { leaves, groups } = openParquet(bytes, "x");
    return groups[0]?.chunks[leaves.findIndex(({ path }) => path.join(".") === name.join("."))] ?? [];
  }
});

/** As text, which is compared quickly. */
function sorted(add: AddFile): string {
  return JSON.stringify(Object.entries(add).toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([name, value]: [string, unknown]) => [name, typeof value === "object" && value !== null ? Object.entries(value).toSorted() : value]));
}
