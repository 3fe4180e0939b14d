import assert from "node:assert/strict";
import { describe, expect, test } from "vitest";
import type { Action, AddFile } from "../../../runtime/delta/actions/actions.ts";
import type { FileBlock } from "../../../runtime/delta/actions/file-block.ts";
import { fileKey } from "../../../runtime/delta/actions/file-keys.ts";
import { liveKeys, noFiles, withBlock, withChanges } from "../../../runtime/delta/actions/live-files.ts";
import { checkpointBlock } from "../../../runtime/delta/checkpoints/checkpoint-block.ts";
import { checkpointColumns } from "../../../runtime/delta/checkpoints/checkpoint-columns.ts";
import { checkpointRow } from "../../../runtime/delta/checkpoints/checkpoint-rows.ts";
import { sizeOf } from "../../../runtime/delta/snapshot/read.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { arrowSchema } from "../../../runtime/parquet/arrow-schema.ts";
import { encodeParquetStream } from "../../../runtime/parquet/parquet-encoder.ts";

const schema = arrowSchema(checkpointColumns);

async function checkpointOf(actions: readonly Action[]): Promise<Uint8Array> {
  async function* batches() {
    for (let start = 0; start < actions.length; start += 8_192) yield buildBatch(checkpointColumns, actions.slice(start, start + 8_192).map(checkpointRow), schema);
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
  const found = checkpointBlock(parquet, "00.checkpoint.parquet");
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
    expect(checkpointBlock(await checkpointOf(actions.slice(0, 2)), "x")).toBeUndefined();
  });
});

test("damage behind the keys of a large one is told when files are read", () => {
  // Past the footer's reach nothing is checked at opening: the pages of one column are overwritten.
  const copy = Buffer.from(bytes);
  const at = copy.indexOf("numRecords", 0, "latin1");
  const damaged = at === -1 ? copy.fill(0x55, copy.length / 2, copy.length / 2 + 20_000) : copy.fill(0xff, at - 64, at + 256);
  expect(() => {
    Array.from(withBlock(noFiles, blockIn(damaged)), ({ path }) => path);
  }).toThrow(expect.objectContaining({ code: "DELTA_LOG_BROKEN", place: expect.objectContaining({ file: "00.checkpoint.parquet" }) }));
});

/** As text, which is compared quickly. */
function sorted(add: AddFile): string {
  return JSON.stringify(Object.entries(add).toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([name, value]: [string, unknown]) => [name, typeof value === "object" && value !== null ? Object.entries(value).toSorted() : value]));
}
