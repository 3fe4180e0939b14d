/** Action reconciliation (protocol, "Action Reconciliation"): later actions replace earlier ones of the same file, application or domain. */
import type { Action, AddFile, DeletionVector, DomainMetadata, Metadata, Protocol } from "./actions.ts";
import { decodePath } from "./file-paths.ts";

/** What replay knows so far; changed in place by `applyActions` alone. */
export interface ReplayState {
  protocol: Protocol | undefined;
  metadata: Metadata | undefined;
  /** By path and deletion vector. */
  readonly files: Map<string, AddFile>;
  readonly transactions: Map<string, number>;
  readonly domains: Map<string, DomainMetadata>;
}

export function emptyState(): ReplayState {
  return { protocol: undefined, metadata: undefined, files: new Map(), transactions: new Map(), domains: new Map() };
}

/** Live files by their key, for the newest snapshots: going on from one of them costs what changed, not what is there. */
const indexes = new WeakMap<readonly AddFile[], Map<string, AddFile>>();

/** The index of these files, which the caller now owns and may change: whoever else goes on from them makes a new one. */
function takeIndex(files: readonly AddFile[]): Map<string, AddFile> {
  const index = indexes.get(files) ?? new Map(files.map((file) => [fileKey(file), file]));
  indexes.delete(files);
  return index;
}

/** The live files of a state that goes no further, in order of their adding. */
export function filesOf(state: ReplayState): readonly AddFile[] {
  const files = [...state.files.values()];
  indexes.set(files, state.files);
  return files;
}

/** Files that were live and others that are new, without a look at each. */
export function filesWith(files: readonly AddFile[], added: readonly AddFile[]): readonly AddFile[] {
  const all = [...files, ...added];
  if (!indexes.has(files)) return all;
  const index = takeIndex(files);
  for (const file of added) index.set(fileKey(file), file);
  indexes.set(all, index);
  return all;
}

/** The state a snapshot stands for, to be taken further. */
export function stateOf(snapshot: { readonly protocol: Protocol; readonly metadata: Metadata; readonly files: readonly AddFile[]; readonly transactions: ReadonlyMap<string, number>; readonly domains: ReadonlyMap<string, DomainMetadata> }): ReplayState {
  return {
    protocol: snapshot.protocol,
    metadata: snapshot.metadata,
    files: takeIndex(snapshot.files),
    transactions: new Map(snapshot.transactions),
    domains: new Map(snapshot.domains),
  };
}

/** Applies one commit. Removes go first: a commit may replace a file by itself with another deletion vector. */
export function applyActions(state: ReplayState, actions: readonly Action[]): void {
  for (const { remove } of actions) if (remove) state.files.delete(fileKey(remove));
  for (const action of actions) {
    if (action.protocol) state.protocol = action.protocol;
    if (action.metaData) state.metadata = action.metaData;
    if (action.add) state.files.set(fileKey(action.add), action.add);
    if (action.txn) state.transactions.set(action.txn.appId, action.txn.version);
    if (action.domainMetadata) applyDomain(state, action.domainMetadata);
  }
}

function applyDomain(state: ReplayState, domain: DomainMetadata): void {
  if (domain.removed) state.domains.delete(domain.domain);
  else state.domains.set(domain.domain, domain);
}

/** What tells a file of the log from all others: `file:/a`, `file:///a` and `/a` are one, and a file with another deletion vector is another. */
export function fileKey(file: { readonly path: string; readonly deletionVector?: DeletionVector }): string {
  const path = decodePath(file.path).replace(/^file:\/+/, "/");
  const vector = file.deletionVector;
  return vector === undefined ? path : `${path}\u0000${vector.storageType}${vector.pathOrInlineDv}@${vector.offset ?? ""}`;
}
