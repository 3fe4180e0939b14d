/** How many rows a file holds, by its statistics (protocol, "Per-file Statistics"). */
import { Failure } from "../../values/failure.ts";
import type { AddFile } from "./actions.ts";

/** Rows that a file holds, deleted ones too. */
export function physicalRecordsOf({ path, stats }: Pick<AddFile, "path" | "stats">): number | undefined {
  if (stats === undefined || stats === "") return undefined;
  // Most writers begin with it; the rest of the statistics is long and of no use here.
  const first = /^\{"numRecords":(\d+)[,}]/.exec(stats)?.[1];
  if (first !== undefined) return Number(first);
  try {
    const { numRecords } = (JSON.parse(stats) ?? {}) as { readonly numRecords?: unknown };
    return typeof numRecords === "number" ? numRecords : undefined;
  } catch (cause) {
    throw new Failure("DELTA_LOG_BROKEN", `The statistics of ${path} are no JSON.`, { place: { file: path }, cause });
  }
}
