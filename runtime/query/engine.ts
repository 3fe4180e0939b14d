/**
 * One DuckDB instance, shut in: it reads below the given paths only, loads and installs nothing, and its settings can no longer be changed.
 * Out go connections; what the engine remembers between queries (parsed texts, sessions) hangs on it and goes when it closes.
 */
import { existsSync, realpathSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteText } from "../../compiler/ir/names.ts";
import type { FileShape } from "./file-shapes.ts";
import { leastRecent } from "./least-recent.ts";
import type { LeastRecent } from "./least-recent.ts";
import type { Reading } from "./reading.ts";
import type { Session } from "./session.ts";
import type { Statement } from "./statement.ts";

export interface EngineOptions {
  /** Absolute directories and files DuckDB may read (and write: only the gate keeps queries from COPY). */
  readonly readable: readonly string[];
  /** Absolute directory for what does not fit in memory and for rows of functions; must exist. */
  readonly temporary: string;
}

export interface Engine {
  readonly temporary: string;
  /** For short statements that end before the next one begins: parsing, declaring. */
  readonly control: DuckDBConnection;
  /** Statements by their text. */
  readonly statements: LeastRecent<Promise<Statement>>;
  /** What queries read, by catalog, state and text. */
  readonly readings: LeastRecent<Promise<Reading>>;
  /** Sessions by what they declare; one that falls out is closed. */
  readonly sessions: LeastRecent<Promise<Session>>;
  /** Sessions of one query each, closed at its end; here for the queries that nobody read. */
  readonly passing: LeastRecent<Promise<Session>>;
  /** Columns of Parquet files, by their names. */
  readonly shapes: LeastRecent<FileShape>;
  connect(): Promise<DuckDBConnection>;
  /** A number never given before. */
  next(): number;
  close(): Promise<void>;
}

const startOptions = { autoinstall_known_extensions: "false", autoload_known_extensions: "false", allow_community_extensions: "false", allow_unsigned_extensions: "false" };

/** Starts an engine; close it. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const instance = await DuckDBInstance.create(":memory:", startOptions);
  const control = await instance.connect();
  for (const statement of shutIn(options)) await control.run(statement);
  let last = 0;
  const engine: Engine = {
    temporary: options.temporary,
    control,
    statements: leastRecent(500, async () => {}),
    readings: leastRecent(500, async () => {}),
    sessions: leastRecent(16, closeSession),
    passing: leastRecent(64, closeSession),
    shapes: leastRecent(100_000, async () => {}),
    connect: () => instance.connect(),
    next: () => (last += 1),
    async close() {
      await engine.sessions.clear();
      await engine.passing.clear();
      control.closeSync();
      instance.closeSync();
    },
  };
  return engine;
}

/** One that could not be opened has nothing to close, and whoever asked for it has been told. */
function closeSession(session: Promise<Session>): Promise<void> {
  return session.then((opened) => opened.close(), () => {});
}

function shutIn(options: EngineOptions): string[] {
  const paths = `[${[...options.readable, options.temporary].flatMap((place) => [place, realPath(place)]).map(quoteText).join(", ")}]`;
  return [
    `SET allowed_directories = ${paths}`,
    `SET allowed_paths = ${paths}`,
    `SET temp_directory = ${quoteText(options.temporary)}`,
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
