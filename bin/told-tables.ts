/** Tells how the tables stand while `neuralake up` runs: a board of lines on a terminal, lines of what changed in a log, lines of JSON. */
import { setTimeout as wait } from "node:timers/promises";
import type { Lake } from "../runtime/lake.ts";
import { lagName, sumBy, type MetricsSnapshot } from "../runtime/governance/metrics.ts";
import { statusLines, tableStatuses, type TableStatus } from "./table-status.ts";
import { errorStyle, type Terminal } from "./terminal.ts";

const everyMs = 1_000;
/** In a log, a table is told again no sooner than this. */
const logEveryMs = 10_000;
const linesMost = 20;

/** Tells until the terminal's signal; `withLake` hands the newest lake for the length of a look, `snapshots` what the processes counted. */
export async function tellTables(withLake: <T>(look: (lake: Lake) => Promise<T>) => Promise<T>, snapshots: () => readonly MetricsSnapshot[], terminal: Terminal): Promise<void> {
  const told = new Map<string, { readonly text: string; readonly at: number }>();
  let problem = "";
  while (!terminal.signal.aborted) {
    try {
      const statuses = await withLake(async (lake) => tableStatuses(lake.catalog, await lake.states(), lagsOf(snapshots()), Date.now()));
      await tell(statuses, told, terminal);
      problem = "";
    } catch (error) {
      if (String(error) !== problem && !terminal.signal.aborted) terminal.note(`how the tables stand cannot be told just now: ${String(error)}`);
      problem = String(error);
    }
    await wait(everyMs, undefined, { signal: terminal.signal }).catch(() => undefined);
  }
}

function lagsOf(snapshots: readonly MetricsSnapshot[]): ReadonlyMap<string, number> {
  return new Map(snapshots.flatMap((snapshot) => [...sumBy(snapshot, lagName, "table")]));
}

async function tell(statuses: readonly TableStatus[], told: Map<string, { readonly text: string; readonly at: number }>, terminal: Terminal): Promise<void> {
  const style = errorStyle();
  if (!terminal.json && terminal.board(statusLines(statuses, style, terminal.width, linesMost))) return;
  for (const status of statuses) {
    const { ageMs: _ageMs, ...lasting } = status;
    const [text, before] = [JSON.stringify(lasting), told.get(status.table)];
    if (before?.text === text || (!terminal.json && before !== undefined && Date.now() - before.at < logEveryMs)) continue;
    told.set(status.table, { text, at: Date.now() });
    if (terminal.json) await terminal.write(`${JSON.stringify(status)}\n`);
    else for (const line of statusLines([status], style, Number.POSITIVE_INFINITY, 1)) terminal.note(line);
  }
}
