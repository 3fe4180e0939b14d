/** The commands that look at a Delta table, on every table of the proofs: public ones, each state of a log of each feature, and ours that others wrote on. NEURALAKE_TORTURE=1 takes the whole cross product. Spark's are walked where they are made. */
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import { readSnapshot } from "../../runtime/delta/snapshot/snapshot.ts";
import { createTable, types } from "../../runtime/lake.ts";
import { openEngine } from "../../runtime/query/engine.ts";
import type { Engine } from "../../runtime/query/engine.ts";
import { readAll } from "../../runtime/query/read-all.ts";
import { openFiles } from "../../runtime/storage/files.ts";
import { peerRows } from "../services/python.ts";
import { withServices } from "../services/with-services.ts";
import { buildTable } from "../runtime/delta/log-builder.ts";
import { lastVersion, scenarios } from "../runtime/delta/log-scenarios.ts";
import { logStates } from "../runtime/delta/log-states.ts";
import { spelledRows } from "../runtime/delta/same-rows.ts";
import { runCommand } from "./command.ts";
import { runHere } from "./in-process.ts";
import { oldestCommit, walked, walkTable } from "./walk.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const folder = path.resolve(import.meta.dirname, "../../../shared/data/delta/dat-0.0.3");
const there = existsSync(folder);
if (!there) console.log(`skipped: the Delta Acceptance Tests are not at ${folder}`);

/** Commands work where no project is. */
let outside: string;
let before: string;
beforeAll(async () => {
  outside = await mkdtemp(path.join(tmpdir(), "every-table-"));
  before = process.cwd();
  process.chdir(outside);
});
afterAll(async () => {
  process.chdir(before);
  await rm(outside, { recursive: true });
  console.log(`walked ${walked.tables} tables with ${walked.commands} commands`);
});

describe.skipIf(!there)("on a public table", () => {
  let engine: Engine;
  beforeAll(async () => { engine = await openEngine({ readable: [folder], temporary: outside }); });
  afterAll(async () => await engine.close());

  test.each(there ? readdirSync(folder) : [])("%s", async (name) => {
    const expected = path.join(folder, name, "expected", "latest");
    const directory = path.join(folder, name, "delta");
    const { version } = JSON.parse(await readFile(path.join(expected, "table_version_metadata.json"), "utf8")) as { readonly version: number };
    const { columns, metadata } = await readSnapshot(openFiles(directory), "");
    const rows = spelledRows(columns, await readAll(engine, `SELECT ${columns.map((column) => quoteName(column.name)).join(", ")} FROM read_parquet(${quoteText(path.join(expected, "table_content", "*.parquet"))}, hive_partitioning = false)`, columns));
    const feed = metadata.configuration["delta.enableChangeDataFeed"] === "true";
    await walkTable(directory, { version, rows, oldest: await oldestCommit(directory), ...(feed ? { changesFrom: 0 } : {}) });
  });
});

describe("on a table", () => {
  const states = Object.keys(logStates);
  const features = Object.keys(scenarios);
  // The short form takes every second state, once, and each feature in turn.
  const chosen = states.flatMap((state, k) => features.filter((_, own) => isLong || (k % 2 === 1 && own === ((k - 1) / 2) % features.length)).map((feature) => [feature, state] as const));
  test.each(chosen)("%s, from a log with %s", async (feature, state) => {
    const table = await buildTable();
    try {
      const scenario = scenarios[feature];
      await scenario?.make(table);
      await logStates[state]?.(table, lastVersion);
      const { columns } = await table.snapshot();
      const oldest = await oldestCommit(table.directory);
      // A checkpoint by itself may have left out what was removed long ago: nothing tells of that file any more.
      await walkTable(table.directory, { version: lastVersion, rows: spelledRows(columns, scenario?.rows ?? []), oldest, findings: oldest > lastVersion ? ["orphaned"] : [] });
    } finally {
      await table.close();
    }
  });
});

await withServices(["python"], "on a table of ours", ({ python }) => {
  test("that delta-rs wrote on, by real processes too", async () => {
    const directory = path.join(outside, "ours");
    await using table = await createTable(directory, { schema: { id: types.long.notNull(), name: types.string, p: types.integer }, partitionBy: ["p"], properties: { "delta.enableChangeDataFeed": "true", "own.note": "x" } });
    await table.append([{ id: 1n, name: "a", p: 1 }, { id: 2n, name: null, p: null }, { id: 3n, name: "c", p: 1 }]);
    await python.run(`import sys, pyarrow as pa
from deltalake import DeltaTable, write_deltalake
write_deltalake(sys.argv[1], pa.table({"id": pa.array([4], pa.int64()), "name": ["d"], "p": pa.array([2], pa.int32())}, schema=pa.schema([pa.field("id", pa.int64(), False), ("name", pa.string()), ("p", pa.int32())])), mode="append")
DeltaTable(sys.argv[1]).delete("id = 1")
DeltaTable(sys.argv[1]).optimize.compact()
print(1)`, [directory]);
    await table.append([{ id: 5n }]);
    const rows = await peerRows(python, "delta-rs", directory);
    expect(rows).toHaveLength(4);
    const expected = { version: await table.refresh(), rows, changesFrom: 0, findings: ["orphaned"] };
    await walkTable(directory, expected);
    await sameByProcess(directory, isLong ? 1 : 3);
  });
});

/** What real processes print, for every so many-th command, is what was printed here. */
async function sameByProcess(directory: string, every: number): Promise<void> {
  const commands = [["peek", "--all"], ["describe", "--json"], ["history", "--json"], ["peek", "--all", "--json"], ["describe"], ["history"], ["changes", "--from", "0", "--json"], ["changes", "--from", "99", "--json"], ["verify"], ["verify", "--json"], ["changes"], ["peek", "--version", "99"]];
  for (const [command = "", ...args] of commands.filter((_, k) => k % every === 0)) {
    const [here, there] = [await runHere([command, directory, ...args]), await runCommand(outside, [command, directory, ...args])];
    expect(there, `${command} ${args.join(" ")}`).toEqual(here);
  }
}
