/** One process beside the server of `neuralake up`: started, started again when it dies, each time a little later, and stopped at the end. */
import { fork, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { MetricsSnapshot, ProcessName } from "../runtime/governance/metrics.ts";
import { durationText } from "./amounts.ts";
import { packageRoot } from "./package-root.ts";
import type { ProcessReport } from "./parent-process.ts";

export interface SupervisedProcess {
  readonly name: ProcessName;
  /** While it runs. */
  pid(): number | undefined;
  /** How often it was started again. */
  restarts(): number;
  /** What it counted when it last told; nothing while it is down. */
  snapshot(): MetricsSnapshot | undefined;
  /** Ends it and lets it end well; kills what does not end in time. */
  stop(): Promise<void>;
}

export interface SuperviseOptions {
  readonly name: ProcessName;
  /** Of the command: `ingest --json`. */
  readonly args: readonly string[];
  /** Hears of each process that was started. */
  readonly started: (pid: number) => void;
  /** Hears each line of its stdout. */
  readonly printed: (line: string) => void;
  /** Hears each line of its stderr, and why it ended. */
  readonly note: (line: string) => void;
}

/** Milliseconds before it is started again: the first time, and after each further death until it lived long enough. */
const waitsMs = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
const livedMs = 30_000;
const graceMs = 10_000;

/** Starts the process. */
export function superviseProcess({ name, args, started, printed, note }: SuperviseOptions): SupervisedProcess {
  const stopping = new AbortController();
  let child: ChildProcess | undefined;
  let snapshot: MetricsSnapshot | undefined;
  let restarts = 0;

  const runOnce = async (): Promise<string> => {
    child = start(args, printed, note, (report) => { snapshot = report.metrics; });
    if (child.pid !== undefined) started(child.pid);
    const reason = await ended(child);
    [child, snapshot] = [undefined, undefined];
    return reason;
  };
  const run = async (): Promise<void> => {
    for (let deaths = 0; !stopping.signal.aborted;) {
      const since = Date.now();
      const reason = await runOnce();
      if (stopping.signal.aborted) return;
      deaths = Date.now() - since >= livedMs ? 0 : deaths;
      const pause = waitsMs[Math.min(deaths, waitsMs.length - 1)] ?? 0;
      note(`ended (${reason}); it is started again in ${durationText(pause)}`);
      await wait(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      deaths += 1;
      restarts += 1;
    }
  };
  const running = run();
  return {
    name,
    pid: () => child?.pid,
    restarts: () => restarts,
    snapshot: () => snapshot,
    async stop() {
      stopping.abort();
      child?.kill("SIGTERM");
      const timer = setTimeout(() => child?.kill("SIGKILL"), graceMs);
      await running;
      clearTimeout(timer);
    },
  };
}

function start(args: readonly string[], printed: (line: string) => void, note: (line: string) => void, reported: (report: ProcessReport) => void): ChildProcess {
  const child = fork(fileURLToPath(new URL("bin/neuralake.js", packageRoot())), args, { stdio: ["ignore", "pipe", "pipe", "ipc"], execArgv: [] });
  if (child.stdout !== null) createInterface({ input: child.stdout }).on("line", printed);
  if (child.stderr !== null) createInterface({ input: child.stderr }).on("line", note);
  child.on("message", (message) => reported(message as ProcessReport));
  return child;
}

/** Why it ended, once all it printed was heard. */
function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(signal ?? `exit ${code}`));
  });
}
