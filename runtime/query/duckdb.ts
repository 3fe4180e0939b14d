/**
 * DuckDB's library and its bindings, which load once something needs the engine and not before: whoever appends to a table, or looks into its log,
 * starts in less time and memory without it.
 */
import { createRequire } from "node:module";
import type * as Api from "@duckdb/node-api";
import type Bindings from "@duckdb/node-bindings";

const require = createRequire(import.meta.url);
let api: typeof Api | undefined;
let bindings: typeof Bindings | undefined;

/** Instances, connections, statements and types. */
export function duckdbApi(): typeof Api {
  return (api ??= require("@duckdb/node-api") as typeof Api);
}

/** The raw vectors behind chunks of results. */
export function duckdbVectors(): typeof Bindings {
  return (bindings ??= require("@duckdb/node-bindings") as typeof Bindings);
}

/**
 * Gives the system back what the allocator of all engines keeps for nobody, in some milliseconds: it keeps what statements had, apart for each thread of the process's pool that ran one, so that
 * a few large ones hold several times what one of them needs. The library has no word for that, but does it when an instance ends, here one that was never used.
 */
export async function giveBackMemory(): Promise<void> {
  (await duckdbApi().DuckDBInstance.create(":memory:", { threads: "1" })).closeSync();
}
