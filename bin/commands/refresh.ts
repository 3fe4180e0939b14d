/** `neuralake refresh`: materialized views get the rows that their queries give now; once, or again and again as each is due. */
import type { RefreshMetrics } from "../../runtime/governance/metrics.ts";
import type { Lake, RefreshResult } from "../../runtime/lake.ts";
import { allTables, fullName } from "../../compiler/ir/names.ts";
import { durationMs } from "../../runtime/values/duration.ts";
import { bytesText, pluralText } from "../amounts.ts";
import { addLakeCommand, endWith, timeLength, type DefineCommand } from "../command.ts";
import { processMetrics } from "../parent-process.ts";
import { findProject, type LakeOptions } from "../project.ts";
import { dueAt, type Tries } from "../refresh-due.ts";
import { refreshViews, viewsOf, type NotRefreshed, type Refreshed } from "../refreshed-views.ts";
import { errorStyle, type Terminal } from "../terminal.ts";
import { roundsUntilStopped, useLake } from "../upkeep-rounds.ts";

interface RefreshOptions extends LakeOptions { readonly full?: boolean; readonly check?: boolean; readonly every?: number }

export const defineRefresh: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "refresh [tables...]",
    summary: "give materialized views the rows that their queries give now; all of them without a name",
    examples: ["neuralake refresh flights.daily_delays", "neuralake refresh --check", "neuralake refresh --every 10s"],
  })
    .option("--full", "work all rows out anew, also where those of new rows would do")
    .option("--check", "say what would be done and write nothing; exit 3 when anything would")
    .option("--every <time>", "look this often, until Ctrl-C, and refresh what is older than its `refresh` says", timeLength)
    .action(async (tables: string[], { full = false, check = false, every, ...options }: RefreshOptions) => {
      await using lakes = await useLake(await findProject(options), tables, terminal);
      const asked = { full, check, signal: terminal.signal };
      if (every !== undefined) {
        const { refresh: metrics } = await processMetrics("refresh");
        return await roundsUntilStopped(lakes, { targets: tables, everyMs: every, quietMs: every, all: viewsOf }, terminal, keepFresh(metrics, terminal));
      }
      const results = await lakes.use((lake) => refreshOnce(lake, tables, asked, terminal));
      if (terminal.json) await terminal.printJson(tables.length === 1 ? results[0] ?? null : results);
      else if (results.length === 0) await terminal.print(terminal.style.quiet("there is no materialized view to refresh"));
      endWith(results.some(({ mode }) => mode === "failed") ? 1 : check && results.some(({ mode }) => mode !== "none") ? 3 : 0);
    });
};

/** Each of the views once; what became of each is told when it did. */
async function refreshOnce(lake: Lake, tables: readonly string[], asked: Parameters<typeof refreshViews>[2], terminal: Terminal): Promise<readonly Refreshed[]> {
  const results: Refreshed[] = [];
  for await (const result of refreshViews(lake, tables, asked)) {
    results.push(result);
    if (result.mode === "failed" || result.mode === "skipped") noteKept(result, terminal);
    else await printResult(result, asked.check === true, terminal);
  }
  return results;
}

/** Why a view keeps the rows it has, for people. */
function noteKept(kept: NotRefreshed, terminal: Terminal): void {
  const style = errorStyle();
  if (kept.mode === "skipped") return terminal.note(`${style.coral(kept.table)} was left as it is: ${kept.why}`);
  const { message, code, hint } = kept.error;
  terminal.note(`${style.coral(kept.table)} was not refreshed: ${message} ${style.quiet(code)}`);
  if (hint !== undefined) terminal.note(`  ${style.quiet("hint")} ${hint}`);
}

/** One look at a view: it is refreshed when it is due. */
function keepFresh(metrics: RefreshMetrics, terminal: Terminal): (lake: Lake, table: string) => Promise<boolean> {
  const tries = new Map<string, Tries>();
  return async (lake, table) => {
    const before = tries.get(table) ?? { last: 0, failed: 0 };
    if (Date.now() < dueAt(await lake.refreshed(table), ageMaxOf(lake, table), before)) return false;
    const last = Date.now();
    tries.set(table, { last, failed: before.failed + 1 });
    const result = await lake.refresh(table, { signal: terminal.signal }).catch((error: unknown) => {
      if (!terminal.signal.aborted) metrics.failed(table);
      throw error;
    });
    metrics.refreshed({ ...result, rows: result.rows ?? 0, seconds: (Date.now() - last) / 1_000 });
    tries.set(table, { last, failed: 0 });
    if (result.mode === "none") return false;
    if (terminal.json) await terminal.write(`${JSON.stringify(result)}\n`);
    else await printResult(result, false, terminal);
    return true;
  };
}

function ageMaxOf(lake: Lake, name: string): number {
  const source = allTables(lake.catalog).find((table) => fullName(table) === name)?.source;
  return (source?.kind === "materialized" ? durationMs(source.refresh) : undefined) ?? 0;
}

async function printResult({ table, mode, why, version, rows, filesRead, bytesRead }: RefreshResult, check: boolean, terminal: Terminal): Promise<void> {
  const { style } = terminal;
  if (mode === "none") return terminal.print(`${style.blue(table)} ${style.quiet("is up to date")}`);
  const how = mode === "full" ? "in full" : "by its new rows";
  const read = `${pluralText(filesRead, "file")} of ${bytesText(bytesRead)}`;
  if (check) return terminal.print(`${style.blue(table)} would be refreshed ${how}, since ${why} ${style.quiet(`(reads ${read})`)}`);
  return terminal.print(`${style.blue(table)} refreshed ${how}, since ${why}: ${pluralText(rows ?? 0, "row")} written ${style.quiet(`(version ${version}; read ${read})`)}`);
}
