/**
 * TPC-H at scale factor 1 through the embedded client, over Delta tables that this lake loaded, against DuckDB over the very same Parquet
 * files bare, and over the files as DuckDB itself wrote them; and against delta-rs's engine and DataFusion over the same Delta tables. All 22
 * answers of each are held against the published ones first. They take turns, query by query; medians are compared by their geometric mean.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { catalogFormat } from "../../compiler/ir/catalog.ts";
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { openClient } from "../../runtime/client/entry.ts";
import { openLake } from "../../runtime/lake.ts";
import { installPackages, pythonProcess } from "../services/python.ts";
import { median, rounded } from "./append/rides.ts";
import { startLineProcess } from "./peers/line-process.ts";
import { requireAnswer } from "./tpch/answer.ts";
import { tableNames, tpch } from "./tpch/data.ts";

const turns = Number(process.env["BENCH_TURNS"] ?? 7);
const goals = { ofBare: 1.05, timesPeers: 1 };
const packages = ["datafusion==55.0.0", "deltalake==1.6.6", "duckdb-extension-tpch==1.5.5", "pyarrow==26.0.1"];

/** Runs a query by its place; its rows as text when they are wanted, and how many milliseconds it took. */
type Run = (number: number, wanted: boolean) => Promise<{ readonly ms: number; readonly rows: readonly (readonly string[])[] }>;

const python = await installPackages("python-tpch", packages);
const { command, env } = pythonProcess(python);
const extension = (await printed("import duckdb_extension_tpch, glob, os; print(glob.glob(os.path.dirname(duckdb_extension_tpch.__file__) + '/extensions/*/*.duckdb_extension')[0])")).trim();
const { tables, queries, file } = await tpch(extension);
const directory = await mkdtemp(path.join(tmpdir(), "neuralake-bench-"));
try {
  const catalog: Catalog = { format: catalogFormat, databases: [{ name: "tpch", doc: "", tables }] };
  const root = path.join(directory, "lake");
  await fill(catalog, root);
  await writeFile(path.join(directory, "catalog.json"), JSON.stringify(catalog));
  await writeFile(path.join(directory, "queries.json"), JSON.stringify(queries.map(({ query }) => query)));
  const lake = await openClient<object, object, object>({ catalog: pathToFileURL(path.join(directory, "catalog.json")), functions: async () => ({ functions: {} }), project: pathToFileURL(`${directory}/`), root });
  const same = await bareDuckdb((table) => `${root}/tpch/${table}/*.parquet`);
  const own = await bareDuckdb(file);
  const peers = await startLineProcess(command, [path.join(import.meta.dirname, "tpch/peers.py"), path.join(root, "tpch"), path.join(directory, "queries.json"), ...tableNames], env);
  const peer = (engine: string): Run => async (number, wanted) => JSON.parse(await peers.ask(`${engine} ${number} ${wanted ? "rows" : "none"}`)) as Awaited<ReturnType<Run>>;
  const engines: { readonly [name: string]: Run } = {
    ours: async (number, wanted) => {
      const began = performance.now();
      const rows = await lake.query(queries[number]?.query ?? "");
      const ms = performance.now() - began;
      return { ms, rows: wanted ? rows.map((row) => Object.values(row as object).map(String)) : [] };
    },
    bare: same.run, written: own.run, deltaRs: peer("delta-rs"), datafusion: peer("datafusion"),
  };
  for (const [name, run] of Object.entries(engines)) {
    for (const [number, { answer }] of queries.entries()) requireAnswer((await run(number, true)).rows, answer, `${name}, query ${number + 1}`);
  }
  const figures = await measure(engines);
  await lake.close();
  same.close();
  own.close();
  await peers.close();
  const { ours = Number.NaN, bare = Number.NaN, written = Number.NaN, deltaRs = Number.NaN, datafusion = Number.NaN } = figures;
  console.log(JSON.stringify({
    bench: "tpch", right: queries.length, ms: rounded(ours), bareMs: rounded(bare), ofBare: rounded(ours / bare), writtenMs: rounded(written), ofWritten: rounded(ours / written),
    peers: JSON.parse(peers.ready) as object, deltaRsMs: rounded(deltaRs), timesDeltaRs: rounded(deltaRs / ours), datafusionMs: rounded(datafusion), timesDatafusion: rounded(datafusion / ours), goals,
  }));

  /** The geometric mean of each engine's medians. */
  async function measure(all: { readonly [name: string]: Run }): Promise<{ readonly [name: string]: number }> {
    const logs = Object.fromEntries(Object.keys(all).map((name) => [name, 0]));
    for (const number of queries.keys()) {
      const times = Object.fromEntries(Object.keys(all).map((name) => [name, [] as number[]]));
      for (let turn = 0; turn < turns; turn++) for (const [name, run] of Object.entries(all)) times[name]?.push((await run(number, false)).ms);
      for (const name of Object.keys(all)) logs[name] = (logs[name] ?? 0) + Math.log(median(times[name] ?? [])) / queries.length;
      if (process.env["BENCH_EACH"] !== undefined) console.error(JSON.stringify({ query: number + 1, ...Object.fromEntries(Object.entries(times).map(([name, of]) => [name, rounded(median(of))])) }));
    }
    return Object.fromEntries(Object.entries(logs).map(([name, log]) => [name, Math.exp(log)]));
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** What one line of Python prints. */
async function printed(script: string): Promise<string> {
  const once = await startLineProcess(command, ["-c", script], env);
  await once.close();
  return once.ready;
}

async function fill(catalog: Catalog, root: string): Promise<void> {
  const lake = await openLake({ catalog, root, project: directory });
  for (const name of tableNames) {
    await lake.create(`tpch.${name}`);
    assert.equal((await lake.load(`tpch.${name}`, file(name))).quarantined, 0);
  }
  await lake.close();
}

/** DuckDB as it comes, with a view of each table's Parquet files. */
async function bareDuckdb(files: (table: string) => string): Promise<{ readonly run: Run; close(): void }> {
  const instance = await DuckDBInstance.create(":memory:");
  const duckdb = await instance.connect();
  for (const name of tableNames) await duckdb.run(`CREATE VIEW ${name} AS SELECT * FROM read_parquet('${files(name)}')`);
  return {
    async run(number, wanted) {
      const began = performance.now();
      const result = await duckdb.runAndReadAll(queries[number]?.query ?? "");
      const rows = result.getRowObjectsJS();
      const ms = performance.now() - began;
      assert(rows.length > 0);
      return { ms, rows: wanted ? result.getRowsJson().map((row) => row.map(String)) : [] };
    },
    close() {
      duckdb.closeSync();
      instance.closeSync();
    },
  };
}
