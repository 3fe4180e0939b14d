/**
 * The side of a process that `neuralake up` started: what it counts goes to `up` over the channel between them, and when that channel
 * is gone, because `up` was killed, the process stops as if it were told to. Without a parent it only counts.
 */
import type { Metrics, MetricsSnapshot, ProcessName } from "../runtime/governance/metrics.ts";

/** What a process tells `up`. */
export interface ProcessReport { readonly metrics: MetricsSnapshot }

const everyMs = 500;

/** The figures of this process, told to `up` twice a second when that started it. Called once, by the command of the process. */
export async function processMetrics(name: ProcessName): Promise<Metrics> {
  const { createMetrics } = await import("../runtime/governance/metrics.ts");
  const metrics = createMetrics(name);
  if (process.send === undefined) return metrics;
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  const timer = setInterval(() => void report(metrics, timer), everyMs);
  timer.unref();
  return metrics;
}

async function report(metrics: Metrics, timer: NodeJS.Timeout): Promise<void> {
  const message: ProcessReport = { metrics: await metrics.snapshot() };
  // A channel that closed meanwhile is heard of by "disconnect".
  if (process.connected) process.send?.(message, undefined, undefined, (error: Error | null) => { if (error !== null) clearInterval(timer); });
}
