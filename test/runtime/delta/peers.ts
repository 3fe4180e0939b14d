/**
 * Many tables read, and changed, by every engine at once: one Python for delta-rs, DuckDB and Polars, one session of Spark, and our own commands in this process.
 * What an engine does not do is its answer as well.
 */
import { parseJson } from "../../../runtime/values/json-text.ts";
import { runHere } from "../../bin/in-process.ts";
import type { Peer, PeerRow, Python } from "../../services/python.ts";
import type { Spark } from "../../services/spark.ts";

/** An engine that reads tables. */
export type Reader = "neuralake" | "spark" | Peer;
export const readers: readonly Reader[] = ["neuralake", "spark", "delta-rs", "duckdb", "polars"];

/** What became of what an engine was asked for. */
export type Answer<T> = { readonly gives: T } | { readonly refused: string };

export interface Peers {
  readonly spark: Spark;
  readonly python: Python;
  /** Where Python finds S3, and Spark. */
  readonly env: Readonly<Record<string, string>>;
  readonly settings: readonly string[];
  /** A table's address as Spark has it. */
  theirs(table: string): string;
}

/** The rows of each of these tables as each of these engines reads them. */
export async function readEach({ spark, python, env, settings, theirs }: Peers, tables: readonly string[], by: readonly Reader[] = readers): Promise<ReadonlyMap<string, ReadonlyMap<Reader, Answer<readonly PeerRow[]>>>> {
  const found = new Map(tables.map((table) => [table, new Map<Reader, Answer<readonly PeerRow[]>>()]));
  const jobs = by.flatMap((engine) => (engine === "neuralake" || engine === "spark" ? [] : tables.map((table) => [engine, table] as const)));
  const byPython = async (): Promise<void> => {
    const answers = (await run(python, "read_each", jobs, env)) as readonly Answer<readonly PeerRow[]>[];
    for (const [k, [engine, table]] of jobs.entries()) found.get(table)?.set(engine, answers[k] as Answer<readonly PeerRow[]>);
  };
  const bySpark = async (): Promise<void> => {
    const answers = await sparkReads(spark, settings, tables.map((table) => `SELECT * FROM delta.\`${theirs(table)}\``));
    for (const [k, table] of tables.entries()) found.get(table)?.set("spark", answers[k] as Answer<readonly PeerRow[]>);
  };
  const byUs = async (): Promise<void> => {
    for (const table of tables) found.get(table)?.set("neuralake", await ownAnswer(["peek", table, "--all", "--json"]) as Answer<readonly PeerRow[]>);
  };
  await Promise.all([jobs.length > 0 ? byPython() : undefined, by.includes("spark") ? bySpark() : undefined]);
  if (by.includes("neuralake")) await byUs();
  return found;
}

/** Groups of Spark's statements one after the other, each in a session of its own; of each what its last one gave. */
export async function sparkEach(spark: Spark, settings: readonly string[], groups: readonly (readonly string[])[]): Promise<readonly Answer<readonly PeerRow[]>[]> {
  return await Array.fromAsync(groups, async (group) => await answerOf(async () => (await spark.run(...settings, ...group)).at(-1) ?? []));
}

/** The same of single statements that change nothing: in one request while none is refused. */
async function sparkReads(spark: Spark, settings: readonly string[], statements: readonly string[]): Promise<readonly Answer<readonly PeerRow[]>[]> {
  const together = await answerOf(async () => (await spark.run(...settings, ...statements)).slice(settings.length));
  return "gives" in together ? together.gives.map((rows) => ({ gives: rows })) : await sparkEach(spark, settings, statements.map((statement) => [statement]));
}

async function answerOf<T>(act: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { gives: await act() };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

/** What Python changes: an engine, an address, its words. */
export async function pythonEach(python: Python, env: Readonly<Record<string, string>>, jobs: readonly (readonly [Peer, string, string])[]): Promise<readonly Answer<unknown>[]> {
  return jobs.length === 0 ? [] : (await run(python, "change_each", jobs, env)) as readonly Answer<unknown>[];
}

/** What a command of ours prints. */
export async function ownAnswer(args: readonly string[]): Promise<Answer<unknown>> {
  const { code, stdout, stderr } = await runHere(args);
  return code === 0 ? { gives: args.includes("--json") ? parseJson(stdout) : stdout } : { refused: stderr };
}

async function run(python: Python, what: string, jobs: readonly (readonly string[])[], env: Readonly<Record<string, string>>): Promise<unknown> {
  return await python.run(`import sys, json, peers\nprint(json.dumps(peers.${what}(json.loads(sys.argv[1])), ensure_ascii=False))`, [JSON.stringify(jobs)], env);
}
