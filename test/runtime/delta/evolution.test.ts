import { describe, expect, test } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { appendFiles, writeRows } from "../../../runtime/delta/commit/append.ts";
import type { RewriteFiles } from "../../../runtime/delta/engine.ts";
import { evolve } from "../../../runtime/delta/commit/evolution.ts";
import type { TargetColumn } from "../../../runtime/delta/commit/evolve.ts";
import { readHistory } from "../../../runtime/delta/log/history.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import { rowJudge } from "../../../runtime/query/judge-rows.ts";
import { rewriteFiles } from "../../../runtime/query/rewrite.ts";
import { commit } from "../../../runtime/delta/commit/transaction.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { inlineVector } from "./roaring-writer.ts";
import { append, committed, createRides, location, rideColumns, rides } from "./rides.ts";
import { change, dataFiles, evolved, facts, kept, meanwhile, note, renamed, rowsOf, seats, to, twoFiles } from "./evolving.ts";
import { store, storeEach } from "./store-each.ts";

storeEach();

describe("in one commit", () => {
  test("a column is added, and no file is touched", async () => {
    const base = await twoFiles();
    const after = evolved(await change(base, to(...kept, note)));
    expect([after.version, [...after.files], after.protocol]).toEqual([3, [...base.files], { minReaderVersion: 1, minWriterVersion: 2 }]);
    expect(await rowsOf(after)).toEqual([{ id: 1n, city: "city 1", note: null }, { id: 2n, city: "city 2", note: null }]);
    expect(after.metadata.configuration).toEqual({ "neuralake.migration": "0002-abc" });
    expect(await readSnapshot(store, location)).toMatchObject({ version: 3, columns: after.columns });
  });

  test("a column is added with a value for older rows, which are written anew with their statistics", async () => {
    const after = evolved(await change(await twoFiles(), to(...kept, seats)));
    expect(await rowsOf(after)).toEqual([{ id: 1n, city: "city 1", seats: 4 }, { id: 2n, city: "city 2", seats: 4 }]);
    expect([...after.files].map(({ stats }) => JSON.parse(stats ?? "{}") as object)).toMatchObject([{ numRecords: 2, minValues: { id: 1, seats: 4 }, maxValues: { id: 2, seats: 4 }, nullCount: { seats: 0 } }]);
    expect(await rowsOf(await readSnapshot(store, location, { version: 2 }))).toEqual(rides(1, 2));
    expect((await readHistory(store, location))[0]?.info).toMatchObject({ operation: "ALTER TABLE", operationMetrics: { numRemovedFiles: "2", numAddedFiles: "1", numCopiedRows: "2" }, isBlindAppend: false });
  });

  test("a column is renamed by mapping, and files of before and after are read together", async () => {
    const base = await twoFiles();
    const after = evolved(await change(base, to(...renamed)));
    expect([...after.files]).toEqual([...base.files]);
    expect(after).toMatchObject({ mapping: "name", protocol: { minReaderVersion: 2, minWriterVersion: 5 }, physical: [{ name: "id", fieldId: 1 }, { name: "city", fieldId: 2 }] });
    expect(after.metadata.configuration).toMatchObject({ "delta.columnMapping.mode": "name", "delta.columnMapping.maxColumnId": "2" });
    const more = committed(await appendFiles(store, location, after, await writeRows(store, location, after, [{ id: 3n, town: "x" }])));
    expect(await rowsOf(more)).toEqual([{ id: 1n, town: "city 1" }, { id: 2n, town: "city 2" }, { id: 3n, town: "x" }]);
  });

  test("a column is dropped, and its name taken again is another column with another name in files", async () => {
    const dropped = evolved(await change(await twoFiles(), to(...kept.slice(0, 1))));
    expect(await rowsOf(dropped)).toEqual([{ id: 1n }, { id: 2n }]);
    const again = evolved(await change(dropped, to({ name: "id", type: { kind: "int64" }, nullable: false, kept: "id" }, { name: "city", type: { kind: "day" }, nullable: true, kept: undefined })));
    expect(await rowsOf(again)).toEqual([{ id: 1n, city: null }, { id: 2n, city: null }]);
    expect(again.physical.map(({ name, fieldId }) => [name, fieldId])).toEqual([["id", 1], [expect.stringMatching(/^col-/) as string, 3]]);
  });

  test("a column is widened, partition by partition, and what another noted on it stays", async () => {
    const columns = [...rideColumns, { name: "n", type: { kind: "int16" }, nullable: true }] as const;
    let base = await createRides(store, columns, ["city"]);
    for (const id of [1, 2, 3]) base = committed(await append(store, base, [{ id: BigInt(id), city: `c${id % 2}`, n: id * 100 }]));
    const schema = base.metadata.schemaString.replace('"name":"n","type":"short","nullable":true,"metadata":{}', '"name":"n","type":"short","nullable":true,"metadata":{"owner":"them"}');
    await store.putIfAbsent(`${location}/_delta_log/00000000000000000004.json`, new TextEncoder().encode(JSON.stringify({ metaData: { ...base.metadata, schemaString: schema } })));
    const target = columns.map((column): TargetColumn => ({ ...column, kept: column.name, ...(column.name === "n" ? { type: { kind: "int64" }, doc: "Wide." } : {}) }));
    const after = evolved(await change(await readSnapshot(store, location), to(...target)));
    expect([...after.files].map(({ partitionValues }) => partitionValues)).toEqual([{ city: "c1" }, { city: "c0" }]);
    expect(await rowsOf(after)).toEqual([1, 2, 3].map((id) => ({ id: BigInt(id), city: `c${id % 2}`, n: BigInt(id * 100) })));
    expect(JSON.parse(after.metadata.schemaString)).toMatchObject({ fields: [{}, {}, { name: "n", type: "long", metadata: { owner: "them", comment: "Wide." } }] });
  });

  test("a column of wall-clock times brings its feature, beside mapping", async () => {
    const at: TargetColumn = { name: "at", type: { kind: "local_timestamp" }, nullable: true, kept: undefined };
    const after = evolved(await change(evolved(await change(await twoFiles(), to(...renamed))), to(...renamed.map((column) => ({ ...column, kept: column.name })), at)));
    expect(after.protocol).toMatchObject({ minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ["columnMapping", "timestampNtz"] });
    expect(after.protocol.writerFeatures).toEqual(expect.arrayContaining(["appendOnly", "invariants", "columnMapping", "timestampNtz"]));
    expect(await rowsOf(after)).toEqual([{ id: 1n, town: "city 1", at: null }, { id: 2n, town: "city 2", at: null }]);
  });
});

describe("nothing is changed and nothing left behind when", () => {
  test("a value does not fit", async () => {
    const base = await twoFiles();
    await expect(change(base, to(...kept, { ...seats, fill: "many" }))).rejects.toMatchObject({ code: "VALUE_INVALID" });
    expect([(await readSnapshot(store, location)).version, await dataFiles()]).toEqual([2, 2]);
  });

  test("the engine fails at the second partition", async () => {
    const base = await twoFiles(rideColumns, ["city"]);
    let calls = 0;
    const failing: RewriteFiles = async (rewrite) => {
      calls += 1;
      if (calls === 2) throw new Failure("STORE_FAILED", "the disk is full");
      return await rewriteFiles(rewrite);
    };
    await expect(change(base, to(...kept, seats), failing)).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect([(await readSnapshot(store, location)).version, await dataFiles()]).toEqual([2, 2]);
  });

  test("it is stopped", async () => {
    const base = await twoFiles();
    const controller = new AbortController();
    const stopping = meanwhile(1, async () => controller.abort());
    await expect(evolve(store, location, base, to(...kept, seats), stopping, facts, { signal: controller.signal })).rejects.toThrow("aborted");
    expect([(await readSnapshot(store, location)).version, await dataFiles()]).toEqual([2, 2]);
  });

  test("a copy has fewer rows than the log says", async () => {
    const base = await twoFiles();
    const losing: RewriteFiles = async (rewrite) => (await rewriteFiles(rewrite)).map((file) => ({ ...file, statistics: { ...file.statistics, numRecords: 1 } }));
    await expect(change(base, to(...kept, seats), losing)).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN" });
    expect((await readSnapshot(store, location)).version).toBe(2);
  });
});

test("rows that a deletion vector takes away stay away from what is written anew", async () => {
  const base = committed(await append(store, await createRides(store), rides(1, 2, 3)));
  const [file] = base.files;
  if (file === undefined) throw new Error("the table has no file");
  const features = ["deletionVectors"];
  const actions = [{ protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: features, writerFeatures: features } }, { remove: { path: file.path, dataChange: true } }, { add: { ...file, deletionVector: inlineVector([0]) } }];
  const thinned = committed(await commit(store, location, base, actions, { operation: "DELETE", parameters: {}, metrics: {} }));
  const after = evolved(await change(thinned, to(...kept, seats)));
  expect((await rowsOf(after)).map(({ id, seats: filled }) => [id, filled])).toEqual([[2n, 4], [3n, 4]]);
  expect([...after.files].map(({ deletionVector }) => deletionVector)).toEqual([undefined]);
});

describe("a table with rules in SQL of another's", () => {
  const ruled: readonly NamedType[] = [...rideColumns, { name: "n", type: { kind: "int16" }, nullable: true }, { name: "spare", type: { kind: "int16" }, nullable: true }];
  const same = ruled.map((column): TargetColumn => ({ ...column, kept: column.name }));
  const wider = (name: string, type: NamedType["type"]): readonly TargetColumn[] => same.map((column) => (column.name === name ? { ...column, type } : column));

  test("becomes as declared where these do not speak of what changes, and goes on keeping them", async () => {
    const created = await createRides(store, ruled);
    const metaData = { ...created.metadata, configuration: { "delta.constraints.small": "n < 100", "delta.dataSkippingStatsColumns": "id,city,spare" } };
    await store.putIfAbsent(`${location}/_delta_log/00000000000000000001.json`, new TextEncoder().encode([{ protocol: { minReaderVersion: 1, minWriterVersion: 3 } }, { metaData }].map((action) => JSON.stringify(action)).join("\n")));
    const engine = await openEngine({ readable: [store.local], temporary: store.local });
    try {
      const judge = rowJudge(async () => engine);
      const base = await readSnapshot(store, location);
      const filled = committed(await appendFiles(store, location, base, await writeRows(store, location, base, [{ id: 1n, city: "x", n: 1, spare: 2 }], judge)));
      for (const target of [same.map((column) => (column.name === "n" ? { ...column, name: "m" } : column)), same.filter(({ name }) => name !== "n"), wider("n", { kind: "int64" })]) {
        await expect(change(filled, to(...target))).rejects.toMatchObject({ code: "DELTA_UNSUPPORTED_FEATURE", message: expect.stringContaining("the constraint small speaks of it: n < 100") as string });
      }
      const after = evolved(await change(filled, to(...wider("spare", { kind: "int32" }).map((column) => (column.name === "city" ? { ...column, name: "town" } : column)), seats)));
      expect(await rowsOf(after)).toEqual([{ id: 1n, town: "x", n: 1, spare: 2, seats: 4 }]);
      expect(after.metadata.configuration).toMatchObject({ "delta.constraints.small": "n < 100", "delta.dataSkippingStatsColumns": "id,town,spare" });
      await expect(writeRows(store, location, after, [{ id: 2n, town: "x", n: 100, spare: 2, seats: 1 }], judge)).rejects.toMatchObject({ code: "ROWS_REFUSED" });
      const less = evolved(await change(after, to(...after.columns.filter(({ name }) => name !== "spare").map((column) => ({ ...column, kept: column.name })))));
      expect(less.metadata.configuration["delta.dataSkippingStatsColumns"]).toBe("id,town");
    } finally {
      await engine.close();
    }
  });
});
