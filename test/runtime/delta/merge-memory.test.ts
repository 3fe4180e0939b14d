/** A merge into a large table in little memory, in a process of its own that does nothing else. NEURALAKE_TORTURE=1 merges 100,000 rows, half of them scattered over the table, into 100 million. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { openEngine } from "../../../runtime/query/engine.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import { makeRides, newRides, sumsMerged, sumsOf } from "../../bench/merge/rides-table.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const [rows, merged, files] = isLong ? [100_000_000, 100_000, 40] : [2_000_000, 20_000, 8];
const residentMax = 1024 ** 3;
const child = path.join(import.meta.dirname, "../../bench/merge/ours.ts");

test(`${merged} rows are merged into ${rows} within a gigabyte`, { timeout: isLong ? 3_600_000 : 300_000 }, async () => {
  const directory = await mkdtemp(path.join(tmpdir(), "merge-memory-"));
  await mkdir(path.join(directory, "tmp"));
  const rides = { directory, store: openFiles(directory), engine: await openEngine({ readable: [directory], temporary: path.join(directory, "tmp"), memoryMax: "2GB" }) };
  try {
    const source = path.join(directory, "source.parquet");
    await rides.engine.control.run(`COPY (${newRides(rows, merged)}) TO '${source}' (FORMAT parquet)`);
    await makeRides(rides, "table", rows, files, {});
    const expected = await sumsMerged(rides, "table", `SELECT * FROM '${source}'`);
    const { stdout } = await promisify(execFile)(process.execPath, ["-C", "source", child, path.join(directory, "table"), source]);
    const { peak, inserted, updated, ms } = JSON.parse(stdout) as { readonly peak: number; readonly inserted: number; readonly updated: number; readonly ms: number };
    console.log(JSON.stringify({ rows, merged, inserted, updated, residentMb: Math.round(peak / 1024 ** 2), seconds: Math.round(ms / 1_000) }));
    expect([inserted, updated]).toEqual([merged / 2, merged / 2]);
    expect(peak).toBeLessThan(residentMax);
    expect(await sumsOf(rides, "table")).toEqual(expected);
  } finally {
    await rides.engine.close();
    await rm(directory, { recursive: true });
  }
});
