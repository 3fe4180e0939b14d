/**
 * The 10,000th append to a table against the 10th, 100 rows each, through a lake that writes its checkpoints; beside it the same of delta-rs,
 * whose table grows by fewer appends, since it takes so much longer. The grown table takes turns with new ones, of each of which the first
 * twenty appends are measured, so that both see the same machine; medians are compared.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { catalogFormat } from "../../compiler/ir/catalog.ts";
import { readSnapshot } from "../../runtime/delta/snapshot/snapshot.ts";
import { openLake } from "../../runtime/lake.ts";
import { openFiles } from "../../runtime/storage/files.ts";
import { column, deltaTable } from "../runtime/governance/table.ts";
import { startDeltaRs } from "./append/delta-rs.ts";
import { columns, median, rounded, rows as thousand } from "./append/rides.ts";

const appends = Number(process.env["BENCH_APPENDS"] ?? 10_000);
const deltaRsAppends = appends / 5;
const turns = 100;
const appendsOfNew = 20;
const rows = thousand.slice(0, 100);
const goal = 1.2;

/** Milliseconds of one append to a table of this name. */
type Append = (table: string) => Promise<number>;

const names = ["warm", "grown", ...Array.from({ length: turns / appendsOfNew }, (_, k) => `new_${k}`)];
const tables = names.map((name) => deltaTable(columns.map(({ name: of, type, nullable }) => column(of, type, { nullable })), { database: "bench", name }));
const directory = await mkdtemp(path.join(tmpdir(), "neuralake-bench-"));
try {
  const lake = await openLake({ catalog: { format: catalogFormat, databases: [{ name: "bench", doc: "", tables }] }, root: directory, project: directory });
  for (const name of names) await lake.create(`bench.${name}`);
  const ours = await growth(appends, async (table) => {
    const began = performance.now();
    await lake.append(`bench.${table}`, rows);
    return performance.now() - began;
  });
  await lake.close();
  const { checkpoint } = await check("bench/grown", appends);
  const peer = await startDeltaRs(directory, rows);
  const deltaRs = await growth(deltaRsAppends, async (table) => await peer.append(path.join(directory, "peer", table)));
  await peer.close();
  await check("peer/grown", deltaRsAppends);
  console.log(JSON.stringify({ bench: "append-growth", appends, ...ours, checkpoint, goal, deltaRs: { release: peer.release, appends: deltaRsAppends, ...deltaRs } }));
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function growth(most: number, append: Append): Promise<{ readonly ms: number; readonly tenthMs: number; readonly ofTenth: number }> {
  for (let k = 0; k < turns; k++) await append("warm");
  for (let k = 0; k < most - turns; k++) await append("grown");
  const last: number[] = [];
  const first: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    last.push(await append("grown"));
    first.push(await append(`new_${Math.floor(turn / appendsOfNew)}`));
  }
  const [ms, tenthMs] = [median(last), median(first)];
  return { ms: rounded(ms), tenthMs: rounded(tenthMs), ofTenth: rounded(ms / tenthMs) };
}

/** Every append is there, as whoever comes next reads it. */
async function check(location: string, so: number): Promise<{ readonly checkpoint: number | null }> {
  const { files, checkpoint } = await readSnapshot(openFiles(directory), location);
  assert.equal(files.length, so);
  for (const { stats } of files) assert.match(stats ?? "", new RegExp(`"numRecords":${rows.length}\\b`));
  return { checkpoint };
}
