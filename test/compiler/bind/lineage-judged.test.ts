/**
 * Our lineage of the queries of TPC-H and TPC-DS, held against sqlglot's (`test/services/python`), which parses and qualifies SQL by itself: for each output column the same
 * set of source columns. All of TPC-H and a tenth of TPC-DS; all of both under NEURALAKE_TORTURE=1.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { bind } from "../../../compiler/bind/bind.ts";
import type { ColumnLineage } from "../../../compiler/ir/lineage.ts";
import { allTables } from "../../../compiler/ir/names.ts";
import type { Python } from "../../services/python.ts";
import { withServices } from "../../services/with-services.ts";
import { extractFiles } from "../written-project.ts";
import { benchmarkFiles, readBenchmark } from "./judged/benchmark.ts";
import type { Benchmark } from "./judged/benchmark.ts";

const every = process.env["NEURALAKE_TORTURE"] === "1" ? 1 : 10;

/** The columns of each query, in order. */
async function ours(benchmark: Benchmark): Promise<readonly (readonly ColumnLineage[])[]> {
  const { catalog, diagnostics } = extractFiles(benchmarkFiles(benchmark));
  const bound = await bind(catalog);
  expect([...diagnostics, ...bound.diagnostics]).toEqual([]);
  const tables = new Map(allTables(bound.catalog).map((table) => [table.name, table]));
  return benchmark.queries.map((_, at) => tables.get(`q${at + 1}`)?.lineage?.columns ?? []);
}

async function sqlglots(python: Python, { schema, queries }: Benchmark): Promise<readonly (readonly (readonly string[])[] | string)[]> {
  const file = path.join(os.tmpdir(), `neuralake-judged-${process.pid}-${queries.length}.json`);
  await writeFile(file, JSON.stringify({ schema, queries: queries.map(({ sql }) => sql) }));
  try {
    return await python.run(await readFile(path.join(import.meta.dirname, "judged/sqlglot_lineage.py"), "utf8"), [file]) as readonly (readonly (readonly string[])[] | string)[];
  } finally {
    await rm(file);
  }
}

const namesOf = ({ sources }: ColumnLineage): string[] => sources.map(({ table, column }) => `${table.slice(table.indexOf(".") + 1)}.${column}`).sort();

await withServices(["python"], "lineage beside sqlglot's", ({ python }) => {
  const read = async (name: Benchmark["name"]): Promise<Benchmark> => {
    const [file] = await python.run(`import duckdb_extension_${name}, glob, json, os
print(json.dumps(glob.glob(os.path.dirname(duckdb_extension_${name}.__file__) + "/extensions/*/*.duckdb_extension")))`) as readonly string[];
    const benchmark = await readBenchmark(name, file ?? "");
    return { ...benchmark, queries: benchmark.queries.filter((_, at) => name === "tpch" || at % every === 0) };
  };

  test.each([{ name: "tpch", queries: 22, columns: 76, sources: 89 }, { name: "tpcds", ...(every === 1 ? { queries: 99, columns: 618, sources: 941 } : { queries: 10, columns: 50, sources: 65 }) }] as const)("every column of $name is made of the columns that sqlglot finds", async ({ name, ...expected }) => {
    const benchmark = await read(name);
    const [mine, theirs] = await Promise.all([ours(benchmark), sqlglots(python, benchmark)]);
    const columns = mine.flatMap((query, at) => query.map((column, index) => ({ query: benchmark.queries[at]?.sql, index, mine: namesOf(column), theirs: theirs[at]?.[index], unknown: column.unknown })));
    const unlike = columns.filter(({ mine: own, theirs: other }) => JSON.stringify(own) !== JSON.stringify(other));
    const unknown = columns.filter((column) => column.unknown !== undefined);
    console.log(`${name}: ${columns.length} columns of ${mine.length} queries, ${columns.length - unlike.length} equal, ${unlike.length} unlike, ${unknown.length} unknown`);
    expect(unlike).toEqual([]);
    expect(unknown).toEqual([]);
    // Neither side is right by saying nothing: what was compared is all there is.
    expect(theirs.map((query) => query.length)).toEqual(benchmark.queries.map((query) => query.columns));
    expect({ queries: mine.length, columns: columns.length, sources: columns.flatMap((column) => column.mine).length }).toEqual(expected);
  }, 300_000);

  test("how columns come is right where it was checked by hand", async () => {
    const mine = await ours(await read("tpch"));
    const waysOf = (query: number): string[][] => (mine[query - 1] ?? []).map(({ sources }) => sources.map(({ column, how, masked }) => `${column} ${how}${masked === undefined ? "" : ` (${masked})`}`));
    expect(waysOf(8)).toEqual([["o_orderdate computed (year)"], ["l_discount aggregated", "l_extendedprice aggregated", "n_name tested"]]);
    expect(waysOf(13)).toEqual([["o_orderkey aggregated (count)"], []]);
    expect(waysOf(14)).toEqual([["l_discount aggregated", "l_extendedprice aggregated", "p_type tested"]]);
    expect(waysOf(16)).toEqual([["p_brand copied"], ["p_type copied"], ["p_size copied"], ["ps_suppkey aggregated (count)"]]);
    expect(waysOf(22)).toEqual([["c_phone computed"], [], ["c_acctbal aggregated"]]);
  }, 120_000);
});
