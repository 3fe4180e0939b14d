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
  /** Starts ingest when the catalog feeds a table and there are brokers, and stops it when it feeds none any more. */
  suit(catalog: Catalog): Promise<void>;
  /** What each of them counted, of those that run. */
  snapshots(): readonly MetricsSnapshot[];
  stop(): Promise<void>;
}

/** Starts compact and vacuum, and ingest where `suit` says so. With `--json` what they print goes on, a line each, and each that is started is told; what they note always is. */
export function startBeside(project: Project, options: BesideOptions, terminal: Terminal): ProcessesBeside {
  const start = (name: ProcessName, ...args: readonly string[]): SupervisedProcess =>
    superviseProcess({
      name, args: [name, ...args, ...lakeArguments(options), "--json"],
      started: (pid) => void (terminal.json && terminal.write(`${JSON.stringify({ process: name, pid })}\n`)),
      printed: (line) => void (terminal.json && terminal.write(`${lineOf(name, line)}\n`)),
      note: (line) => terminal.note(`${errorStyle().quiet(name.padEnd(7))} ${line}`),
    });
  const keepers = [start("compact"), start("vacuum", "--every", options.vacuumEvery)];
  let ingest: SupervisedProcess | undefined;
  if (project.brokers.length === 0) terminal.note(errorStyle().quiet("ingest is left out: no brokers are configured (kafka.brokers, or NEURALAKE_KAFKA_BROKERS)"));
  return {
    async suit(catalog) {
      const fed = project.brokers.length > 0 && allTables(catalog).some((table) => table.stream !== undefined);
      if (fed) return void (ingest ??= start("ingest"));
      const idle = ingest;
      ingest = undefined;
      await idle?.stop();
    },
    snapshots: () => [...keepers, ...(ingest === undefined ? [] : [ingest])].map((process) => process.snapshot()).filter((snapshot) => snapshot !== undefined),
    stop: async () => void await Promise.all([...keepers, ingest].map((process) => process?.stop())),
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
