/**
 * Eight processes append to one table at once, with delta-rs among them on files: as many commits as appends, and every row once.
 * NEURALAKE_TORTURE=1 makes them 500 appends each.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readHistory } from "../../../runtime/delta/log/history.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { withServices } from "../../services/with-services.ts";
import { onStores } from "../../stores.ts";
import { createRides, location } from "./rides.ts";
import { idsOf } from "./table-rows.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
/** Of each writer. */
const appendsOn = isLong ? { "files": 500, "S3": 500, "S3 with DynamoDB": 500 } : { "files": 25, "S3": 8, "S3 with DynamoDB": 5 };
const writers = 8;
const timeout = 3_600_000;
const idOf = (writer: number, number: number): number => writer * 1_000_000 + number;

let directory: string;
beforeAll(async () => { directory = await mkdtemp(path.join(tmpdir(), "many-")); });
afterAll(() => rm(directory, { recursive: true }));

/** A process that appends rows of its own to the table, one a commit; the versions it committed. */
function appender(store: Store, writer: number, appends: number): Promise<number[]> {
  const at = (file: string): string => JSON.stringify(new URL(`../../../runtime/${file}`, import.meta.url).href);
  const table = process.env["NEURALAKE_DYNAMODB_TABLE"];
  const options = { directory: path.join(directory, "cache"), bytesMax: 1e9, ...(table === undefined ? {} : { logTable: { table } }) };
  const script = `
    import { appendFiles, writeRows } from ${at("delta/commit/append.ts")};
    import { readSnapshot } from ${at("delta/snapshot/snapshot.ts")};
    import { openStores } from ${at("storage/open-store.ts")};
    const store = openStores(${JSON.stringify(options)})(${JSON.stringify(store.root)});
    const versions = [];
    let snapshot = await readSnapshot(store, ${JSON.stringify(location)});
    for (let number = 0; number < ${appends}; number++) {
      const files = await writeRows(store, ${JSON.stringify(location)}, snapshot, [{ id: BigInt(${idOf(writer, 0)} + number), city: null }]);
      const outcome = await appendFiles(store, ${JSON.stringify(location)}, snapshot, files);
      if (outcome.kind !== "committed") throw new Error(JSON.stringify(outcome));
      snapshot = outcome.snapshot;
      versions.push(outcome.version);
    }
    process.stdout.write(JSON.stringify(versions));`;
  const child = spawn(process.execPath, ["-C", "source", "--input-type=module-typescript", "-e", script], { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NODE_COMPILE_CACHE: path.join(directory, "compiled") } });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => { text += chunk; });
  return new Promise((resolve, reject) => child.once("close", (code) => (code === 0 ? resolve(JSON.parse(text) as number[]) : reject(new Error(`writer ${writer} ended with ${code}`)))).once("error", reject));
}

/** The table has one commit for each of these versions and its creation, and each writer's rows once. */
async function expectWhole(store: Store, told: readonly number[], all: number, appends: number): Promise<void> {
  const count = all * appends;
  const snapshot = await readSnapshot(store, location);
  expect(snapshot.version).toBe(count);
  expect(new Set(told).size).toBe(told.length);
  const history = await readHistory(store, location);
  expect(history).toHaveLength(count + 1);
  expect(await idsOf(store, snapshot)).toEqual(Array.from({ length: all }, (_, writer) => Array.from({ length: appends }, (_, number) => idOf(writer + 1, number))).flat());
}

await onStores(["files", "S3", "S3 with DynamoDB"], (site) => {
  test(`${writers} processes that append to one table lose nothing and write nothing twice`, { timeout }, async () => {
    const appends = appendsOn[site.kind as keyof typeof appendsOn];
    const store = site.open(site.newRoot(directory), directory);
    await createRides(store);
    const told = (await Promise.all(Array.from({ length: writers }, (_, writer) => appender(store, writer + 1, appends)))).flat();
    expect(told.toSorted((left, right) => left - right)).toEqual(Array.from({ length: writers * appends }, (_, index) => index + 1));
    await expectWhole(store, told, writers, appends);
    console.log(JSON.stringify({ race: site.kind, writers, commits: told.length }));
  });
});

await withServices(["python"], "on local files beside delta-rs", ({ python }) => {
  test("an appender of delta-rs among ours loses nothing, and we lose nothing to it", { timeout }, async () => {
    const appends = appendsOn.files;
    const store = openFiles(path.join(directory, "beside-delta-rs"));
    await createRides(store);
    const theirs = python.run(deltaRs, [store.locate(location), String(appends), String(idOf(writers, 0))]);
    const told = (await Promise.all(Array.from({ length: writers - 1 }, (_, writer) => appender(store, writer + 1, appends)))).flat();
    const { refused } = await theirs as { readonly refused: number };
    await expectWhole(store, told, writers, appends);
    console.log(JSON.stringify({ race: "files beside delta-rs", writers, commits: writers * appends, ours: told.length, refusedOfDeltaRs: refused }));
  });
});

/** It gives up after its own tries; what it refused is tried again. Its table stays open, since it opens a long log in seconds. */
const deltaRs = `
import json, sys
import deltalake, pyarrow as pa
table, appends, first = deltalake.DeltaTable(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
refused = 0
for number in range(appends):
  rows = pa.table({"id": pa.array([first + number], pa.int64()), "city": pa.array([None], pa.string())})
  while True:
    try:
      deltalake.write_deltalake(table, rows, mode="append")
      break
    except deltalake.exceptions.CommitFailedError:
      refused += 1
      table.update_incremental()
print(json.dumps({"refused": refused}))
`;
