/** The statistics of a file of which rows are deleted by a vector (protocol, "Per-file Statistics"): bounds of all its rows, which may be wider than those left. */
import type { AddFile } from "../actions/actions.ts";

/** The file's statistics with `tightBounds` false, or nothing but the rows it holds, deleted ones too, where it has none. No number in them changes. */
export function withLooseBounds({ stats }: Pick<AddFile, "stats">, rows: number): string {
  const told: unknown = stats === undefined || stats === "" ? undefined : JSON.parse(stats, (_key, value: unknown, context?: { readonly source?: string }) => (typeof value === "number" && context?.source !== undefined ? JSON.rawJSON(context.source) : value));
  return JSON.stringify({ numRecords: rows, ...(typeof told === "object" ? told : {}), tightBounds: false });
}
