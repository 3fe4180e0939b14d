import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import { decodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import { openStores } from "../../../runtime/storage/open-store.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { onEveryStore } from "../../stores.ts";
import { createRides, location } from "./rides.ts";

const appendsEach = 50;

await onEveryStore((site) => {
  let directory: string;
  let store: Store;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "two-"));
    store = openStores({ directory: path.join(directory, "cache"), bytesMax: 1e9 })(site.newRoot(directory));
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** A process that appends rows of its own to the table, one a commit, and ends with its exit code. */
  function appender(writer: number): Promise<number | null> {
    const at = (file: string): string => JSON.stringify(new URL(`../../../runtime/${file}`, import.meta.url).href);
    const script = `
      import { appendFiles, writeRows } from ${at("delta/commit/append.ts")};
      import { readSnapshot } from ${at("delta/snapshot/snapshot.ts")};
      import { openStores } from ${at("storage/open-store.ts")};
      const store = openStores({ directory: ${JSON.stringify(path.join(directory, "cache"))}, bytesMax: 1e9 })(${JSON.stringify(store.root)});
      let snapshot = await readSnapshot(store, ${JSON.stringify(location)});
      for (let number = 0; number < ${appendsEach}; number++) {
        const files = await writeRows(store, ${JSON.stringify(location)}, snapshot, [{ id: BigInt(${writer} * 1000 + number), city: null }]);
        const outcome = await appendFiles(store, ${JSON.stringify(location)}, snapshot, files);
        if (outcome.kind !== "committed") process.exit(3);
        snapshot = outcome.snapshot;
      }`;
    const child = spawn(process.execPath, ["-C", "source", "--input-type=module-typescript", "-e", script], { stdio: ["ignore", "ignore", "inherit"] });
    return new Promise((resolve, reject) => child.once("exit", resolve).once("error", reject));
  }

  test("two processes that append to one table at once lose nothing and write nothing twice", async () => {
    await createRides(store);
    expect(await Promise.all([appender(1), appender(2)])).toEqual([0, 0]);
    const snapshot = await readSnapshot(store, location);
    expect(snapshot.version).toBe(2 * appendsEach);
    const ids: unknown[] = [];
    for (const file of snapshot.files) {
      for (const batch of decodeParquet(await store.read(`${location}/${file.path}`), file.path)) ids.push(...readRows(snapshot.columns, batch).map((row) => row["id"]));
    }
    const expected = [1, 2].flatMap((writer) => Array.from({ length: appendsEach }, (_, number) => BigInt(writer * 1_000 + number)));
    expect(ids.toSorted((left, right) => Number(left) - Number(right))).toEqual(expected);
  });
});
