/**
 * Durable appends of 1,000 rows x 8 columns to one local table, against the floor: the same rows, as a finished Arrow batch, encoded
 * each time, then the same two files written, synced and linked, each with its directory synced, and nothing else; and against delta-rs,
 * which never syncs a file. They take turns, append by append, and the medians are compared: a disk that stalls once says nothing.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { link, mkdir, mkdtemp, open, rm, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createTable } from "../../runtime/delta/commit/create.ts";
import { commitPath } from "../../runtime/delta/log/log.ts";
import { buildBatch } from "../../runtime/parquet/arrow-build.ts";
import { encodeParquet } from "../../runtime/parquet/parquet-file.ts";
import { openFiles } from "../../runtime/storage/files.ts";
import { startDeltaRs } from "./append/delta-rs.ts";
import { appendRides, checkAppends, columns, median, rounded, rows } from "./append/rides.ts";

const appends = 200;
const warmUps = 20;
const goals = { ofFloor: 1.3, timesDeltaRs: 5 };

const directory = await mkdtemp(path.join(tmpdir(), "neuralake-bench-"));
try {
  const store = openFiles(directory);
  const created = await createTable(store, "ours", { name: "bench.rides", description: "", columns, partitionColumns: [] });
  assert(created.kind === "committed");
  let { snapshot } = created;
  const deltaRs = await startDeltaRs(directory, rows);
  await mkdir(path.join(directory, "floor/_delta_log"), { recursive: true });
  const batch = buildBatch(columns, rows);
  const times = { ours: [] as number[], floor: [] as number[], deltaRs: [] as number[] };
  for (let turn = 0; turn < appends + warmUps; turn++) {
    if (turn === 1) await checkTables(1);
    const text = await store.read(commitPath("ours", snapshot.version));
    const acts = {
      async ours() { snapshot = await appendRides(store, "ours", snapshot); },
      async floor() {
        await placeFile(path.join(directory, "floor", `${randomUUID()}.parquet`), encodeParquet(batch));
        await placeFile(path.join(directory, "floor/_delta_log", `${turn}.json`), text);
      },
    };
    // Whoever goes first meets a machine that another process has just used.
    for (const name of turn % 2 === 0 ? (["ours", "floor"] as const) : (["floor", "ours"] as const)) {
      const began = performance.now();
      await acts[name]();
      if (turn >= warmUps) times[name].push(performance.now() - began);
    }
    const peer = await deltaRs.append(path.join(directory, "peer"));
    // What delta-rs leaves unsynced, the next sync of anybody would pay for.
    await placeFile(path.join(directory, `between-${turn}`), new Uint8Array(1));
    if (turn >= warmUps) times.deltaRs.push(peer);
  }
  await deltaRs.close();
  await checkTables(appends + warmUps);
  const [ms, floorMs, deltaRsMs] = [median(times.ours), median(times.floor), median(times.deltaRs)];
  console.log(JSON.stringify({
    bench: "delta-append", appends, ms: rounded(ms), floor: "encode, write, sync and link", floorMs: rounded(floorMs), ofFloor: rounded(ms / floorMs),
    deltaRs: `${deltaRs.release}, which syncs nothing`, deltaRsMs: rounded(deltaRsMs), timesDeltaRs: rounded(deltaRsMs / ms), goals,
  }));

  async function checkTables(so: number): Promise<void> {
    await checkAppends(store, "ours", so);
    await checkAppends(store, "peer", so);
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** The least that makes a file durable under a name that nobody else may take. */
async function placeFile(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.tmp`;
  const handle = await open(temporary, "wx");
  await handle.writeFile(bytes);
  await handle.datasync();
  await handle.close();
  await link(temporary, file);
  await unlink(temporary);
  const above = await open(path.dirname(file), "r");
  await above.sync();
  await above.close();
}
