/** How the stored tables stand just now, a line each: version, rows, files, messages that wait, how old the newest commit is against its goal. */
import type { Catalog } from "../compiler/ir/catalog.ts";
import { allTables, fullName } from "../compiler/ir/names.ts";
import type { TableState } from "../runtime/lake.ts";
import { durationMs } from "../runtime/values/duration.ts";
import { countText, pluralText, spanText } from "./amounts.ts";
import type { Style } from "./terminal.ts";

export interface TableStatus {
  readonly table: string;
  readonly version: number;
  readonly rows: number | null;
  readonly files: number;
  /** Messages the broker has and the table has not; absent for a table that is not fed, or when it is not known. */
  readonly lag?: number;
  /** Of the newest commit. */
  readonly ageMs: number;
  readonly goalMs?: number;
  /** Older than its goal, unless it is known that nothing waits to be written. */
  readonly stale: boolean;
}

/** The status of every table that has versions, in the catalog's order; `lags` by table. */
export function tableStatuses(catalog: Catalog, states: readonly TableState[], lags: ReadonlyMap<string, number>, now: number): TableStatus[] {
  const goals = goalsOf(catalog);
  return states.flatMap(({ table, version, rows, files, committed }) => {
    if (version === null || files === null || committed === null) return [];
    const [lag, goalMs, ageMs] = [lags.get(table), goals.get(table), Math.max(0, now - committed)];
    const stale = goalMs !== undefined && ageMs > goalMs && lag !== 0;
    return [{ table, version, rows, files, ageMs, stale, ...(lag === undefined ? {} : { lag }), ...(goalMs === undefined ? {} : { goalMs }) }];
  });
}

/** How old its newest commit may be by its author's word, in milliseconds, by table. */
export function goalsOf(catalog: Catalog): ReadonlyMap<string, number> {
  return new Map(allTables(catalog).flatMap((table): [string, number][] => {
    const goal = table.freshness === undefined ? undefined : durationMs(table.freshness);
    return goal === undefined ? [] : [[fullName(table), goal]];
  }));
}

/** `, goal 5 s`, or `, past its goal of 5 s`; nothing without a goal. Of a table that a topic feeds an old commit alone does not say so. */
export function goalText(ageMs: number, goalMs: number | undefined, fed: boolean): string {
  if (goalMs === undefined) return "";
  if (fed && ageMs > goalMs) return `, goal ${spanText(goalMs)}: its topic is quiet, or it is behind`;
  return ageMs > goalMs ? `, past its goal of ${spanText(goalMs)}` : `, goal ${spanText(goalMs)}`;
}

/** `3 s old, goal 5 s`. */
export function freshnessText({ ageMs, goalMs }: Pick<TableStatus, "ageMs" | "goalMs">): string {
  return `${spanText(ageMs)} old${goalMs === undefined ? "" : `, goal ${spanText(goalMs)}`}`;
}

/** One line a table, aligned, none wider than `width`; at most `most`, those with a goal before the others. */
export function statusLines(statuses: readonly TableStatus[], style: Style, width: number, most: number): string[] {
  const shown = statuses.toSorted((a, b) => Number(a.goalMs === undefined) - Number(b.goalMs === undefined)).slice(0, most);
  const cells = shown.map((status) => [
    status.table, `version ${countText(status.version)}`, status.rows === null ? "rows unknown" : pluralText(status.rows, "row"),
    pluralText(status.files, "file"), status.lag === undefined ? "" : `lag ${countText(status.lag)}`,
  ]);
  const widths = (cells[0] ?? []).map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const lines = shown.map((status, at) => {
    const facts = (cells[at] ?? []).map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).filter((cell) => cell !== "").join("  ");
    const freshness = freshnessText(status);
    if (facts.length + 2 + freshness.length > width) return style.quiet(`${facts}  ${freshness}`.slice(0, width));
    return `${style.quiet(facts)}  ${status.stale ? style.coral(freshness) : style.quiet(freshness)}`;
  });
  const rest = statuses.length - shown.length;
  return rest === 0 ? lines : [...lines, style.quiet(`and ${pluralText(rest, "more table")}`)];
}
