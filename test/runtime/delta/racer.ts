/** A process of a race, which is killed and started again. */
import type { ChildProcess } from "node:child_process";

/** Started again each time it is killed. */
export interface Racer {
  /** Lines it printed, over all its lives. */
  readonly lines: string[];
  kill(): void;
  /** Lets it end by itself; what it said on its way out other than by our hand. */
  stop(): Promise<readonly string[]>;
}

/** Starts one, for good. */
export function race(start: () => ChildProcess): Racer {
  const lines: string[] = [];
  const complaints: string[] = [];
  let child: ChildProcess;
  let running: Promise<void>;
  let stopping = false;
  const live = (): void => {
    child = start();
    const own = child;
    let killed = false;
    let rest = "";
    own.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
    });
    own.stderr?.setEncoding("utf8").on("data", (chunk: string) => complaints.push(chunk));
    running = new Promise((resolve) => {
      own.once("exit", (_code, signal) => { killed = signal === "SIGKILL"; });
      own.once("close", (code, signal) => {
        // One that was just started again has not come to hear the wish to end.
        if (!killed && code !== 0 && !(stopping && signal === "SIGTERM")) complaints.push(`exit ${code ?? signal}`);
        if (killed && !stopping) live();
        resolve();
      });
    });
  };
  live();
  return {
    lines,
    kill: () => void child.kill("SIGKILL"),
    async stop() {
      stopping = true;
      child.stdin?.end();
      if (child.stdin === null) child.kill("SIGTERM");
      await running;
      return complaints;
    },
  };
}
