/** Materialized views refreshed one after the other: what fails in one leaves the others their turn, but for those that stand on it. */
import { allTables, fullName } from "../compiler/ir/names.ts";
import { readsOf } from "../compiler/ir/sources.ts";
import { materializedTable } from "../runtime/lake/targets.ts";
import type { Lake, RefreshOptions, RefreshResult } from "../runtime/lake.ts";
import { describeFailure, Failure } from "../runtime/values/failure.ts";

/** A view that keeps the rows it has: why in `error`, or which failed one it stands on. */
export type NotRefreshed =
  | { readonly table: string; readonly mode: "failed"; readonly error: ReturnType<typeof describeFailure> }
  | { readonly table: string; readonly mode: "skipped"; readonly why: string };

/** What became of a view. */
export type Refreshed = RefreshResult | NotRefreshed;

/** The views that are worked out here, those that others read first. */
export function viewsOf(lake: Lake): readonly string[] {
  const spark = new Set(allTables(lake.catalog).filter(({ source }) => source.kind === "materialized" && source.engine === "spark").map(fullName));
  return lake.materialized.filter((name) => !spark.has(name));
}

/** Refreshes each of `names`, or all views of the lake that were created. Before any is: TABLE_NOT_FOUND, TABLE_NOT_REFRESHABLE for a name. The failure itself where one view alone is named. */
export async function* refreshViews(lake: Lake, names: readonly string[], options: RefreshOptions & { readonly signal: AbortSignal }): AsyncGenerator<Refreshed> {
  const views = names.length === 0 ? viewsOf(lake) : names.map((name) => fullName(materializedTable(lake.catalog, name)));
  const failed = new Set<string>();
  /** With `check`, those that would have other rows by now. */
  const changing = new Set<string>();
  for (const table of views) {
    options.signal.throwIfAborted();
    const beneath = firstBeneath(lake, table, failed);
    if (beneath !== undefined) {
      yield { table, mode: "skipped", why: `it stands on ${beneath}, which was not refreshed` };
      continue;
    }
    const first = firstBeneath(lake, table, changing);
    const result = await lake.refresh(table, options).catch((error: unknown) => {
      if (!(error instanceof Failure) || names.length === 1 || options.signal.aborted) throw error;
      return error;
    });
    if (!(result instanceof Failure)) {
      if (options.check === true && result.mode !== "none") changing.add(table);
      yield result;
    } else if (result.code === "TABLE_NOT_REFRESHED" && first !== undefined) yield { table, mode: "skipped", why: `it stands on ${first}, which would be refreshed first` };
    else if (names.length > 0 || (await isCreated(lake, table))) {
      failed.add(table);
      yield { table, mode: "failed", error: describeFailure(result) };
    }
  }
}

/** The first of `failed` that a table reads, through others too. */
function firstBeneath(lake: Lake, table: string, failed: ReadonlySet<string>): string | undefined {
  const byName = new Map(allTables(lake.catalog).map((each) => [fullName(each), each]));
  const seen = new Set<string>();
  const visit = (name: string): string | undefined => {
    if (failed.has(name) || seen.has(name)) return failed.has(name) ? name : undefined;
    seen.add(name);
    const source = byName.get(name)?.source;
    for (const read of source === undefined ? [] : readsOf(source)) {
      const found = visit(read);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return visit(table);
}

async function isCreated(lake: Lake, table: string): Promise<boolean> {
  return await lake.refreshed(table).then(() => true, (error: unknown) => {
    if (error instanceof Failure && error.code === "DELTA_TABLE_NOT_FOUND") return false;
    throw error;
  });
}
