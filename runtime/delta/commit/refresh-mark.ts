/** What a table's log says for good of the refreshes that made its rows (refresh.ts): their transactions, which outlive checkpoints. */
import type { Snapshot } from "../snapshot/snapshot.ts";

/** The application whose transaction is the version that the last refresh was decided on. */
export const refreshId = "neuralake:refresh";
/** Begins that of the query it ran: of those there were, the last has the same version. */
export const queryPrefix = "neuralake:query:";

/** What stands for the query whose rows the table has; undefined before the first refresh. */
export function refreshedQuery({ transactions }: Pick<Snapshot, "transactions">): string | undefined {
  const base = transactions.get(refreshId);
  if (base === undefined) return undefined;
  const appId = [...transactions].find(([id, version]) => version === base && id.startsWith(queryPrefix))?.[0];
  return appId?.slice(queryPrefix.length);
}

/** Whether a refresh made the table's rows, of whatever query. */
export function isRefreshed({ transactions }: Pick<Snapshot, "transactions">): boolean {
  return transactions.has(refreshId);
}
