/** The processes beside the server of `neuralake up`: which there are, what they are told, what they print and count. */
import type { Catalog } from "../compiler/ir/catalog.ts";
import { allTables } from "../compiler/ir/names.ts";
import type { MetricsSnapshot, ProcessName } from "../runtime/governance/metrics.ts";
import type { LakeOptions, Project } from "./project.ts";
import { superviseProcess, type SupervisedProcess } from "./supervised-process.ts";
import { errorStyle, type Terminal } from "./terminal.ts";

export interface BesideOptions extends LakeOptions {
  /** How often vacuum runs: `1h`. */
  readonly vacuumEvery: string;
}

export interface ProcessesBeside {
  /** Starts ingest when the catalog feeds a table and there are brokers, refresh when it has a materialized view, and stops them when it has none any more. */
  suit(catalog: Catalog): Promise<void>;
  /** What each of them counted, of those that run. */
  snapshots(): readonly MetricsSnapshot[];
  stop(): Promise<void>;
}

/** How often it is looked whether a materialized view is due: its log alone is read for that. */
const refreshEvery = "2s";

/** Starts compact and vacuum, and ingest and refresh where `suit` says so. With `--json` what they print goes on, a line each, and each that is started is told; what they note always is. */
export function startBeside(project: Project, options: BesideOptions, terminal: Terminal): ProcessesBeside {
  const start = (name: ProcessName, ...args: readonly string[]): SupervisedProcess =>
    superviseProcess({
      name, args: [name, ...args, ...lakeArguments(options), "--json"],
      started: (pid) => void (terminal.json && terminal.write(`${JSON.stringify({ process: name, pid })}\n`)),
      printed: (line) => void (terminal.json && terminal.write(`${lineOf(name, line)}\n`)),
      note: (line) => terminal.note(`${errorStyle().quiet(name.padEnd(7))} ${line}`),
    });
  const keepers = [start("compact"), start("vacuum", "--every", options.vacuumEvery)];
  const suited = new Map<ProcessName, SupervisedProcess>();
  const suit = async (wanted: boolean, name: ProcessName, ...args: readonly string[]): Promise<void> => {
    if (wanted) return void suited.getOrInsertComputed(name, () => start(name, ...args));
    const idle = suited.get(name);
    suited.delete(name);
    await idle?.stop();
  };
  if (project.brokers.length === 0) terminal.note(errorStyle().quiet("ingest is left out: no brokers are configured (kafka.brokers, or NEURALAKE_KAFKA_BROKERS)"));
  return {
    async suit(catalog) {
      const fed = project.brokers.length > 0 && allTables(catalog).some((table) => table.stream !== undefined);
      const stored = allTables(catalog).some(({ source }) => source.kind === "materialized" && source.engine === "duckdb");
      await Promise.all([suit(fed, "ingest"), suit(stored, "refresh", "--every", refreshEvery)]);
    },
    snapshots: () => [...keepers, ...suited.values()].map((process) => process.snapshot()).filter((snapshot) => snapshot !== undefined),
    stop: async () => void await Promise.all([...keepers, ...suited.values()].map((process) => process.stop())),
  };
}

function lakeArguments({ root, env }: LakeOptions): string[] {
  return [...(root === undefined ? [] : ["--root", root]), ...(env === undefined ? [] : ["--env", env])];
}

/** A line of JSON that says of which process it is; what is no JSON is carried as text. */
function lineOf(process: ProcessName, line: string): string {
  try {
    const value: unknown = JSON.parse(line);
    return JSON.stringify(typeof value === "object" && value !== null && !Array.isArray(value) ? { process, ...value } : { process, value });
  } catch {
    return JSON.stringify({ process, text: line });
  }
}
