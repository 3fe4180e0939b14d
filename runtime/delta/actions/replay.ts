/** Action reconciliation (protocol, "Action Reconciliation"): later actions replace earlier ones of the same file, application or domain. */
import type { Action, AddFile, DomainMetadata, Metadata, Protocol } from "./actions.ts";
import { fileKey } from "./file-keys.ts";
import { noFiles, withBlock, withChanges } from "./live-files.ts";
import type { FileBlock } from "./file-block.ts";
import type { LiveFiles } from "./live-files.ts";

/** What replay knows so far; changed in place by the functions here alone. */
export interface ReplayState {
  protocol: Protocol | undefined;
  metadata: Metadata | undefined;
  files: LiveFiles;
  /** What came of files since, by their keys: undefined for one that was removed. */
  readonly changed: Map<string, AddFile | undefined>;
  readonly transactions: Map<string, number>;
  readonly domains: Map<string, DomainMetadata>;
}

/** So many changes are put to the files at once: each time all of them are looked through. */
const changesMax = 8_192;

export function emptyState(): ReplayState {
  return { protocol: undefined, metadata: undefined, files: noFiles, changed: new Map(), transactions: new Map(), domains: new Map() };
}

/** The live files as of now. */
export function filesOf(state: ReplayState): LiveFiles {
  if (state.changed.size > 0) state.files = withChanges(state.files, state.changed);
  state.changed.clear();
  return state.files;
}

/** The state a snapshot stands for, to be taken further. */
export function stateOf(snapshot: { readonly protocol: Protocol; readonly metadata: Metadata; readonly files: LiveFiles; readonly transactions: ReadonlyMap<string, number>; readonly domains: ReadonlyMap<string, DomainMetadata> }): ReplayState {
  return {
    protocol: snapshot.protocol,
    metadata: snapshot.metadata,
    files: snapshot.files,
    changed: new Map(),
    transactions: new Map(snapshot.transactions),
    domains: new Map(snapshot.domains),
  };
}

/** Applies a part of a checkpoint: its files are new. Of its tombstones, nothing is left that they say. */
export function applyPart(state: ReplayState, part: { readonly actions: readonly Action[] } | { readonly block: FileBlock }): void {
  if ("block" in part) state.files = withBlock(filesOf(state), part.block);
  else applyActions(state, part.actions.filter(({ remove }) => remove === undefined));
}

/** Applies one commit. Removes go first: a commit may replace a file by itself with another deletion vector. */
export function applyActions(state: ReplayState, actions: readonly Action[]): void {
  for (const { remove } of actions) if (remove) change(state, fileKey(remove), undefined);
  for (const action of actions) {
    if (action.protocol) state.protocol = action.protocol;
    if (action.metaData) state.metadata = action.metaData;
    if (action.add) change(state, fileKey(action.add), action.add);
    if (action.txn) state.transactions.set(action.txn.appId, action.txn.version);
    if (action.domainMetadata) applyDomain(state, action.domainMetadata);
  }
  if (state.changed.size > changesMax) filesOf(state);
}

/** As the last of all. */
function change({ changed }: ReplayState, key: string, file: AddFile | undefined): void {
  changed.delete(key);
  changed.set(key, file);
}

function applyDomain(state: ReplayState, domain: DomainMetadata): void {
  if (domain.removed) state.domains.delete(domain.domain);
  else state.domains.set(domain.domain, domain);
}
