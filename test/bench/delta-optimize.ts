/**
 * Small files put together: 10,000 of 1,000 rows, and 4 GB in files of some 40 MB (BENCH_FILES, BENCH_GB for less); against delta-rs, which syncs nothing. Each table is optimized in a process of
 * its own that has opened nothing before, timed there from opening the table to the last commit; its peak is that of the process. What each leaves is counted and summed.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { buildBatch } from "../../runtime/parquet/arrow-build.ts";
import { encodeParquet } from "../../runtime/parquet/parquet-file.ts";
import { openEngine } from "../../runtime/query/engine.ts";
import { openFiles } from "../../runtime/storage/files.ts";
import { columns, rounded, rows } from "./append/rides.ts";
import { copyTable, makeTable, optimizers, sumsOf } from "./optimize/optimizers.ts";
import type { Optimized, WriteFile } from "./optimize/optimizers.ts";

const smallFiles = Number(process.env["BENCH_FILES"] ?? 10_000);
const largeBytes = Number(process.env["BENCH_GB"] ?? 4) * 2 ** 30;
const targetBytes = 128 * 2 ** 20;
const goals = { timesDeltaRs: 1, peakMb: 1_024 };

const directory = await mkdtemp(path.join(tmpdir(), "neuralake-bench-"));
const store = openFiles(directory);
await mkdir(path.join(directory, "tmp"));
const engine = await openEngine({ readable: [directory], temporary: path.join(directory, "tmp"), memoryMax: "4GB" });
try {
  const acts = await optimizers();
  for (const [kind, files] of [["small", smallRides()], ["large", largeRides()]] as const) {
    const bytes = await makeTable(store, kind, columns, files);
    const expected = await sumsOf(store, kind, columns, engine);
    const figures: { ours?: Optimized; deltaRs?: Optimized } = {};
    for (const name of ["ours", "deltaRs"] as const) {
      await copyTable(store, kind, "copy");
      // What was written before is not to be paid for by whoever syncs first.
      await promisify(execFile)("sync", []);
      figures[name] = await acts[name](path.join(directory, "copy"), targetBytes);
      assert.deepEqual(await sumsOf(store, "copy", columns, engine), expected, name);
      await rm(path.join(directory, "copy"), { recursive: true });
    }
    await rm(path.join(directory, kind), { recursive: true });
    const { ours, deltaRs } = figures;
    assert(ours !== undefined && deltaRs !== undefined);
    console.log(JSON.stringify({
      bench: "delta-optimize", kind, mb: Math.round(bytes / 2 ** 20), ours: told(ours), deltaRs: told(deltaRs), timesDeltaRs: rounded(deltaRs.ms / ours.ms), ofItsMemory: rounded(ours.peak / deltaRs.peak), goals,
    }));
  }
} finally {
  await engine.close();
  await rm(directory, { recursive: true, force: true });
}

function told({ ms, peak, before, after, commits }: Optimized): object {
  return { ms: Math.round(ms), peakMb: Math.round(peak / 2 ** 20), before, after, commits };
}

/** As an append of 1,000 rows leaves them. */
function* smallRides(): Generator<WriteFile> {
  for (let k = 0; k < smallFiles; k++) {
    yield async (file) => {
      const own = rows.map((row, i) => ({ ...row, id: BigInt(k * rows.length + i), distance: ((k * 7_919 + i * 104_729) % 1_000_003) * 1.1, name: i % 10 === 0 ? null : `rider number ${(k * 31 + i * 17) % 100_000}` }));
      await writeFile(file, encodeParquet(buildBatch(columns, own)));
      return own.length;
    };
  }
}

/** Files of some 40 MB, until there are as many bytes as were asked for. */
function* largeRides(): Generator<WriteFile> {
  const fileRows = 1_400_000;
  let bytes = 0;
  for (let k = 0; bytes < largeBytes; k++) {
    yield async (file) => {
      const select = `i AS id, TIMESTAMPTZ '2026-08-01 00:00:00Z' + to_milliseconds(i) AS seen_at, DATE '2026-08-01' AS day, CASE WHEN i % 10 > 0 THEN 'rider number ' || hash(i) % 100000 END AS name, CAST((hash(i) % 100000) / 8 AS DECIMAL(10, 2)) AS fare, hash(i + 1) / 1e15 AS distance, CASE WHEN i % 7 > 0 THEN CAST(i % 5 AS INTEGER) END AS passengers, i % 2 = 0 AS paid`;
      await engine.control.run(`COPY (SELECT ${select} FROM range(${k * fileRows}, ${(k + 1) * fileRows}) r(i)) TO '${file}' (FORMAT parquet)`);
      bytes += (await stat(file)).size;
      return fileRows;
    };
  }
}
