/** The front door: a compiled catalog and a directory in, a lake that can be asked and written to out. Wires store, Delta, engine and functions. */
import type { Lake, LakeOptions } from "./lake/contract.ts";

export type { Description, Functions, HistoryEntry, Lake, LakeOptions, LoadResult, PeekOptions, TableState } from "./lake/contract.ts";

/** Opens the lake of `options.catalog` at `options.root`; nothing is read or started before it is needed. */
export async function openLake(options: LakeOptions): Promise<Lake> {
  throw new Error(`not yet: ${options.root}`);
}
