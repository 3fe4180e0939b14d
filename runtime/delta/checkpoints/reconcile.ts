/**
 * Action reconciliation (protocol) of a log up to a version, tombstones and all, without holding it: the checkpoint before streams through,
 * less what the commits behind it replaced, and these follow.
 */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { Action, AddFile, DomainMetadata, Metadata, Protocol, RemoveFile, Txn } from "../actions/actions.ts";
import { placeOf, readCheckpoint, readCheckpointNames } from "./checkpoint.ts";
import type { NamingAction } from "./checkpoint-names.ts";
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

/** What stands at a version, each once; of tombstones those since a time (milliseconds since 1970). DELTA_LOG_BROKEN when a commit is missing, or a checkpoint is found damaged behind what was given of it already: asked again, this goes around it. */
export async function* reconciledActions(store: Store, location: string, version: number, tombstonesSince: number): AsyncGenerator<readonly Action[]> {
  const kept = ({ remove }: Action): boolean => remove === undefined || (remove.deletionTimestamp ?? 0) >= tombstonesSince;
  for await (const actions of aroundDamage(store, location, version, (checkpoint) => readCheckpoint(store, location, checkpoint, ["protocol", "metaData", "txn", "domainMetadata", "add", "remove"]))) yield actions.filter(kept);
}

/** Of the files that stand at a version and of all tombstones what names them, each once. DELTA_LOG_BROKEN likewise. */
export async function* reconciledNames(store: Store, location: string, version: number): AsyncGenerator<readonly NamingAction[]> {
  yield* aroundDamage(store, location, version, (checkpoint) => readCheckpointNames(store, location, checkpoint));
}

/** Gives what is read of a checkpoint, some at a time. */
type Read<A> = (checkpoint: LoggedCheckpoint) => AsyncIterable<readonly A[]>;

async function* aroundDamage<A extends NamingAction>(store: Store, location: string, version: number, read: Read<A>): AsyncGenerator<readonly (A | Action)[]> {
  const listing = await listRecent(store, location, { version });
  const checkpoint = checkpointBefore(listing, version);
  if (checkpoint !== undefined && sourceAt(placeOf(store, location, checkpoint)) !== undefined) {
    const start = await startFor(store, location, version, listing);
    yield* reconcile(store, location, version, read, start.listing, start.checkpoint);
    return;
  }
  let begun = false;
  try {
    for await (const actions of reconcile(store, location, version, read, listing, checkpoint)) {
      begun = true;
      yield actions;
    }
  } catch (error) {
    if (checkpoint === undefined || !(error instanceof Failure) || error.code !== "DELTA_LOG_BROKEN" || isOfCommit(error)) throw error;
    noteDamage(placeOf(store, location, checkpoint));
    if (begun) throw error;
    const start = await startFor(store, location, version, listing);
    if (start.checkpoint?.names[0] === checkpoint.names[0]) throw error;
    yield* reconcile(store, location, version, read, start.listing, start.checkpoint);
  }
}

/** A commit has nothing that could stand for it. */
function isOfCommit({ place }: Failure): boolean {
  return place?.file === undefined || /\/\d{20}\.json$/.test(place.file);
}

async function* reconcile<A extends NamingAction>(store: Store, location: string, version: number, read: Read<A>, listing: LogListing, checkpoint: LoggedCheckpoint | undefined): AsyncGenerator<readonly (A | Action)[]> {
  const tail: Tail = { protocol: undefined, metadata: undefined, files: new Map(), transactions: new Map(), domains: new Map() };
  for await (const actions of readCommits(store, location, (checkpoint?.version ?? -1) + 1, version, listing)) extend(tail, actions);
  if (checkpoint !== undefined) {
    for await (const actions of read(checkpoint)) yield* slices(actions.filter((action) => !isReplaced(tail, action)));
  }
  yield* slices(actionsOf(tail));
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

function isReplaced(tail: Tail, action: NamingAction | Action): boolean {
  const { protocol, metaData, add, remove, txn, domainMetadata }: NamingAction & Omit<Action, "add" | "remove"> = action;
  if (protocol) return tail.protocol !== undefined;
  if (metaData) return tail.metadata !== undefined;
  if (txn) return tail.transactions.has(txn.appId);
  if (domainMetadata) return tail.domains.has(domainMetadata.domain);
  const file = add ?? remove;
  return file !== undefined && tail.files.size > 0 && tail.files.has(fileKey(file));
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

function* slices<A>(actions: readonly A[]): Generator<readonly A[]> {
  for (let start = 0; start < actions.length; start += actionsMax) yield actions.slice(start, start + actionsMax);
}
