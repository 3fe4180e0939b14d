/**
 * One DuckDB instance, shut in: it reads below the given paths only, loads and installs nothing, and its settings can no longer be changed.
 * Out go connections.
 */
import { existsSync, realpathSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteText } from "../../compiler/ir/names.ts";
import type { Remote } from "../storage/store.ts";
import { Failure } from "../values/failure.ts";
import { openAfar } from "./afar.ts";
import type { AfarOptions } from "./afar.ts";
import { duckdbApi } from "./duckdb.ts";

export interface EngineOptions {
  /** Absolute directories and files DuckDB may read (and write: only the gate keeps queries from COPY). */
  readonly readable: readonly string[];
  /** Absolute directory for what does not fit in memory and for rows of functions; must exist. */
  readonly temporary: string;
  /** Where the engine may read S3 by itself. */
  readonly afar?: AfarOptions;
  /** As DuckDB spells it, `1GB`; most of the machine's when left out. */
  readonly memoryMax?: string;
  /** Threads that work at once; as many as the machine has processors when left out. */
  readonly threads?: number;
  /** The only ones of its optimizers that work; all of them when left out. */
  readonly optimizers?: readonly string[];
  /** Whether each file is read but once. */
  readonly readsOnce?: boolean;
}

export interface Engine {
  /** What it may read, its temporary directory among it. */
  readonly readable: readonly string[];
  readonly temporary: string;
  /** For short statements that end before the next one begins: parsing, declaring. */
  readonly control: DuckDBConnection;
  connect(): Promise<DuckDBConnection>;
  /** Lets the engine read a store where it lies; false where it cannot, and reads local copies. To be asked before each query: keys may change. */
  admit(remote: Remote | undefined): Promise<boolean>;
  /** A number never given before. */
  next(): number;
  /** Runs what uses connections; `close` waits for its end, since a connection that is closed under a running statement takes the process with it. UNAVAILABLE once the engine closes. */
  hold<T>(act: () => Promise<T>): Promise<T>;
  /** Aborted, with UNAVAILABLE, when the engine begins to close: what may run long ends then. */
  readonly closing: AbortSignal;
  /** Is done before the engine closes. */
  whenClosing(act: () => Promise<void>): void;
  close(): Promise<void>;
}

const startOptions = { autoinstall_known_extensions: "false", autoload_known_extensions: "false", allow_community_extensions: "false", allow_unsigned_extensions: "false" };

/** Starts an engine; close it. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const instance = await duckdbApi().DuckDBInstance.create(":memory:", startOptions);
  const control = await instance.connect();
  const end = (): void => {
    control.closeSync();
    instance.closeSync();
  };
  const admit = await shutInAfter(control, options).catch((error: unknown) => {
    end();
    throw error;
  });
  const endings: (() => Promise<void>)[] = [];
  const stop = new AbortController();
  const held = new Set<Promise<unknown>>();
  let last = 0;
  return {
    readable: [...options.readable, options.temporary, ...(options.afar?.scopes ?? [])],
    temporary: options.temporary,
    control,
    admit,
    connect: () => instance.connect(),
    next: () => (last += 1),
    async hold(act) {
      stop.signal.throwIfAborted();
      const running = act();
      held.add(running);
      try {
        return await running;
      } finally {
        held.delete(running);
      }
    },
    closing: stop.signal,
    whenClosing: (act) => void endings.push(act),
    async close() {
      stop.abort(new Failure("UNAVAILABLE", "The lake is closed.", { hint: "Open it again." }));
      while (held.size > 0) await Promise.allSettled(held);
      for (const act of endings.splice(0)) await act();
      end();
    },
  };
}

/** Loads what it may need from outside, then closes the door. */
async function shutInAfter(control: DuckDBConnection, options: EngineOptions): Promise<Engine["admit"]> {
  const admit = await openAfar(control, options.afar);
  if (options.optimizers !== undefined) {
    const names = (await control.runAndReadAll("SELECT name FROM duckdb_optimizers()")).getRows().map(([name]) => String(name));
    await control.run(`SET disabled_optimizers = ${quoteText(names.filter((name) => options.optimizers?.includes(name) !== true).join(","))}`);
  }
  for (const statement of shutIn(options)) await control.run(statement);
  return admit;
}

function shutIn(options: EngineOptions): string[] {
  const paths = `[${[...[...options.readable, options.temporary].flatMap((place) => [place, realPath(place)]), ...(options.afar?.scopes ?? [])].map(quoteText).join(", ")}]`;
  return [
    `SET allowed_directories = ${paths}`,
    `SET allowed_paths = ${paths}`,
    ...(options.memoryMax === undefined ? [] : [`SET memory_limit = ${quoteText(options.memoryMax)}`]),
    `SET temp_directory = ${quoteText(options.temporary)}`,
    // What is read once is not worth keeping, nor the time that it takes to let go of it.
    ...(options.readsOnce === true ? ["SET enable_external_file_cache = false"] : []),
    ...(options.threads === undefined ? [] : [`SET threads = ${options.threads}`]),
    "SET GLOBAL TimeZone = 'UTC'",
    "SET GLOBAL errors_as_json = true",
    // Footers of files that did not change are not read again.
    "SET GLOBAL parquet_metadata_cache = true",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
  ];
}

/** The engine compares paths with links followed; a place that is not there yet stays as it is named. */
function realPath(place: string): string {
  return existsSync(place) ? realpathSync(place) : place;
}
