/**
 * Action reconciliation (protocol) of a log up to a version, tombstones and all, without holding it: the checkpoint before streams through,
 * less what the commits behind it replaced, and these follow.
 */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { Action, AddFile, DomainMetadata, Metadata, Protocol, RemoveFile, Txn } from "../actions/actions.ts";
import { placeOf, readCheckpoint } from "./checkpoint.ts";
import { noteDamage, sourceAt } from "./late-damage.ts";
import { listRecent } from "../log/last-checkpoint.ts";
import { checkpointBefore, readCommits } from "../log/log.ts";
import type { LogListing, LoggedCheckpoint } from "../log/log.ts";
import { startFor } from "../snapshot/start.ts";
import { fileKey } from "../actions/file-keys.ts";

/** What the commits behind a checkpoint come to. */
interface Tail {
  protocol: Protocol | undefined;
  metadata: Metadata | undefined;
  readonly files: Map<string, { readonly add: AddFile } | { readonly remove: RemoveFile }>;
  readonly transactions: Map<string, Txn>;
  readonly domains: Map<string, DomainMetadata>;
}

/** How many actions come at a time, at most. */
const actionsMax = 8_192;

/** What stands at a version, each once; of tombstones those since a time (milliseconds since 1970); of files at least their names, where no more is asked for. DELTA_LOG_BROKEN when a commit is missing, or a checkpoint is found damaged behind what was given of it already: asked again, this goes around it. */
export async function* reconciledActions(store: Store, location: string, version: number, tombstonesSince: number, namesOnly = false): AsyncGenerator<readonly Action[]> {
  const listing = await listRecent(store, location, { version });
  const checkpoint = checkpointBefore(listing, version);
  if (checkpoint !== undefined && sourceAt(placeOf(store, location, checkpoint)) !== undefined) {
    const start = await startFor(store, location, version, listing);
    yield* reconcile(store, location, version, { tombstonesSince, namesOnly }, start.listing, start.checkpoint);
    return;
  }
  let begun = false;
  try {
    for await (const actions of reconcile(store, location, version, { tombstonesSince, namesOnly }, listing, checkpoint)) {
      begun = true;
      yield actions;
    }
  } catch (error) {
    if (checkpoint === undefined || !(error instanceof Failure) || error.code !== "DELTA_LOG_BROKEN" || isOfCommit(error)) throw error;
    noteDamage(placeOf(store, location, checkpoint));
    if (begun) throw error;
    const start = await startFor(store, location, version, listing);
    if (start.checkpoint?.names[0] === checkpoint.names[0]) throw error;
    yield* reconcile(store, location, version, { tombstonesSince, namesOnly }, start.listing, start.checkpoint);
  }
}

/** A commit has nothing that could stand for it. */
function isOfCommit({ place }: Failure): boolean {
  return place?.file === undefined || /\/\d{20}\.json$/.test(place.file);
}

async function* reconcile(store: Store, location: string, version: number, { tombstonesSince, namesOnly }: { readonly tombstonesSince: number; readonly namesOnly: boolean }, listing: LogListing, checkpoint: LoggedCheckpoint | undefined): AsyncGenerator<readonly Action[]> {
  const tail: Tail = { protocol: undefined, metadata: undefined, files: new Map(), transactions: new Map(), domains: new Map() };
  for await (const actions of readCommits(store, location, (checkpoint?.version ?? -1) + 1, version, listing)) extend(tail, actions);
  const kept = ({ remove }: Action): boolean => remove === undefined || (remove.deletionTimestamp ?? 0) >= tombstonesSince;
  if (checkpoint !== undefined) {
    for await (const actions of readCheckpoint(store, location, checkpoint, ["protocol", "metaData", "txn", "domainMetadata", "add", "remove"], namesOnly)) {
      yield* slices(actions.filter((action) => kept(action) && !isReplaced(tail, action)));
    }
  }
  yield* slices(actionsOf(tail).filter(kept));
}

/** Within one commit removes go first, as in `replay.ts`. */
function extend(tail: Tail, actions: readonly Action[]): void {
  for (const { remove } of actions) if (remove) setLast(tail.files, fileKey(remove), { remove });
  for (const { protocol, metaData, add, txn, domainMetadata } of actions) {
    if (protocol) tail.protocol = protocol;
    if (metaData) tail.metadata = metaData;
    if (add) setLast(tail.files, fileKey(add), { add });
    if (txn) tail.transactions.set(txn.appId, txn);
    if (domainMetadata) tail.domains.set(domainMetadata.domain, domainMetadata);
  }
}

/** Under its key as the last of all. */
function setLast<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
}

function isReplaced(tail: Tail, { protocol, metaData, add, remove, txn, domainMetadata }: Action): boolean {
  if (protocol) return tail.protocol !== undefined;
  if (metaData) return tail.metadata !== undefined;
  if (txn) return tail.transactions.has(txn.appId);
  if (domainMetadata) return tail.domains.has(domainMetadata.domain);
  const file = add ?? remove;
  return file !== undefined && tail.files.has(fileKey(file));
}

function actionsOf({ protocol, metadata, files, transactions, domains }: Tail): Action[] {
  return [
    ...(protocol === undefined ? [] : [{ protocol }]),
    ...(metadata === undefined ? [] : [{ metaData: metadata }]),
    ...[...transactions.values()].map((txn) => ({ txn })),
    ...[...domains.values()].filter(({ removed }) => !removed).map((domainMetadata) => ({ domainMetadata })),
    ...files.values(),
  ];
}

function* slices(actions: readonly Action[]): Generator<readonly Action[]> {
  for (let start = 0; start < actions.length; start += actionsMax) yield actions.slice(start, start + actionsMax);
}
