/**
 * The checksum of a version (protocol, "Version Checksum File"), written: what it comes to, for readers to hold their own against and to know schema and size by. Only
 * behind its commit, and never over another.
 */
import type { Store } from "../../storage/store.ts";
import type { Action, DomainMetadata, Txn } from "../actions/actions.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { keepsCommitTimes } from "../snapshot/time-travel.ts";
import { checksumPath, readCommitIfThere } from "./log.ts";

/** What the actions that make up a version come to. */
export interface VersionFacts { readonly files: number; readonly bytes: number; readonly transactions: readonly Txn[]; readonly domains: readonly DomainMetadata[] }

/** Passes the actions of a version on, each once, and tells afterwards what they came to. */
export function collectFacts(source: AsyncIterable<readonly Action[]>): { readonly actions: AsyncIterable<readonly Action[]>; told(): VersionFacts } {
  let [files, bytes] = [0, 0];
  const transactions: Txn[] = [];
  const domains: DomainMetadata[] = [];
  async function* passed(): AsyncGenerator<readonly Action[]> {
    for await (const actions of source) {
      for (const { add, txn, domainMetadata } of actions) {
        if (add) [files, bytes] = [files + 1, bytes + add.size];
        if (txn) transactions.push(txn);
        if (domainMetadata) domains.push(domainMetadata);
      }
      yield actions;
    }
  }
  return { actions: passed(), told: () => ({ files, bytes, transactions, domains }) };
}

/** Writes the checksum of a snapshot's version, unless there is one. */
export async function writeChecksum(store: Store, location: string, snapshot: Snapshot, { files, bytes, transactions, domains }: VersionFacts): Promise<void> {
  const { version, protocol, metadata } = snapshot;
  const path = checksumPath(location, version);
  if ((await store.head(path)) !== undefined) return;
  const txnId = (await readCommitIfThere(store, location, version))?.find((action) => action.commitInfo)?.commitInfo?.["txnId"];
  const json = {
    ...(typeof txnId === "string" ? { txnId } : {}),
    tableSizeBytes: bytes, numFiles: files, numMetadata: 1, numProtocol: 1,
    ...(keepsCommitTimes(protocol, metadata) ? { inCommitTimestampOpt: snapshot.committed } : {}),
    // Where they may expire, whoever reads cannot know which are still to be there.
    ...(metadata.configuration["delta.setTransactionRetentionDuration"] === undefined ? { setTransactions: transactions } : {}),
    domainMetadata: domains, metadata, protocol,
  };
  await store.putIfAbsent(path, new TextEncoder().encode(`${JSON.stringify(json)}\n`));
}
