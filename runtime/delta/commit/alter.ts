/**
 * A table altered beside running writers, in one commit of its metadata; what must be a commit of its own comes before it: columns mapped before one is renamed, type
 * widening allowed before a type is widened, rows numbered before they are tracked. All is found to be possible before anything is written (protocol, "Change Metadata").
 */
import { Failure } from "../../values/failure.ts";
import type { Action, AddFile } from "../actions/actions.ts";
import { requireWritable } from "../features/features.ts";
import { isOn } from "../features/property.ts";
import { mappingModeKey } from "../schema/column-mapping.ts";
import { readSchema } from "../snapshot/snapshot.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { throughDamage } from "../snapshot/through-damage.ts";
import { clusteringDomain } from "../statistics/clustering-domain.ts";
import { addColumn, dropColumn, renameColumn } from "./alter-columns.ts";
import { fileKey } from "../actions/file-keys.ts";
import { draftOf, toldAtOnce } from "./alter-draft.ts";
import { addCheck, dropCheck, setProperty, unsetProperty } from "./alter-properties.ts";
import { requireRows } from "./alter-rows.ts";
import { allowNulls, describe, requireValues, widenColumn } from "./alter-types.ts";
import type { Alteration, Draft } from "./alteration.ts";
import { commitComputed } from "./computed-change.ts";
import type { ComputedChange } from "./computed-change.ts";
import { numberRows } from "./row-backfill.ts";
import { withoutClaim } from "./stand-back.ts";
import type { Searching } from "./touched-files.ts";

/** The table behind all, and the versions that were made; none where it was so already. */
export interface AlterOutcome { readonly snapshot: Snapshot; readonly versions: readonly number[] }

type Alter<K extends Alteration["kind"]> = (draft: Draft, alteration: Extract<Alteration, { readonly kind: K }>, where: string) => Draft;

const alters: { readonly [K in Alteration["kind"]]: Alter<K> } = {
  add: addColumn, rename: renameColumn, drop: dropColumn, widen: widenColumn, notNull: requireValues, nullable: allowNulls, set: setProperty, unset: unsetProperty, check: addCheck, dropCheck, comment: describe,
};

/**
 * Alters the table as of `base`, or what it became since, by all of these, one after another. PARAMETER_INVALID, DELTA_UNSUPPORTED_FEATURE, and ROWS_REFUSED for rows that
 * are not as they are to be, before anything is written; as `commitComputed`.
 */
export async function alterTable(searching: Searching, base: Snapshot, alterations: readonly Alteration[], signal?: AbortSignal): Promise<AlterOutcome> {
  const { store, location } = searching;
  const where = store.locate(location);
  if (alterations.length === 0) throw new Failure("PARAMETER_INVALID", "There is nothing to alter.", { hint: "Say what to add, rename, drop, widen or set." });
  requireWritable(base, where);
  const ahead = aheadOf(base, acting(base, alterations, where));
  const whole = drafted(base, [...ahead, ...alterations], where);
  const tracks = promisesIds(whole) && !promisesIds(base);
  if (whole.demands.length > 0 && (ahead.length > 0 || tracks)) await requireRows(searching, altered(base, whole), await liveFiles(searching, base), whole.demands, signal);
  const versions: number[] = [];
  let snapshot = base;
  if (ahead.length > 0) snapshot = await alterAtOnce(searching, snapshot, ahead, versions, signal);
  if (tracks) {
    const numbered = await numberRows(store, location, snapshot, signal);
    versions.push(...numbered.versions);
    snapshot = numbered.snapshot;
  }
  return { snapshot: await alterAtOnce(searching, snapshot, alterations, versions, signal), versions };
}

const tracking = "delta.enableRowTracking";

function promisesIds({ protocol: { writerFeatures = [] }, metadata }: Pick<Snapshot, "protocol" | "metadata">): boolean {
  return writerFeatures.includes("rowTracking") && isOn(metadata, tracking);
}

/** What has to be committed before. */
function aheadOf({ mapping, metadata, protocol: { writerFeatures = [] } }: Snapshot, alterations: readonly Alteration[]): readonly Alteration[] {
  const maps = mapping === "none" && alterations.some(({ kind }) => kind === "rename" || kind === "drop");
  const widens = !isOn(metadata, "delta.enableTypeWidening") && alterations.some(({ kind }) => kind === "widen");
  // Said of a table whose protocol knows nothing of it, it must not come true before its files have numbers.
  const untrue = isOn(metadata, tracking) && !writerFeatures.includes("rowTracking") && alterations.some((alteration) => alteration.kind === "set" && alteration.property === tracking);
  return [
    ...(untrue ? [{ kind: "set", property: tracking, value: "false" } as const] : []),
    ...(maps ? [{ kind: "set", property: mappingModeKey, value: "name" } as const] : []),
    ...(widens ? [{ kind: "set", property: "delta.enableTypeWidening", value: "true" } as const] : []),
  ];
}

/** Alterations of which anything comes: for others nothing is committed ahead, since a feature that readers must know stays for good. */
function acting(snapshot: Snapshot, alterations: readonly Alteration[], where: string): readonly Alteration[] {
  let draft = drafted(snapshot, aheadOf(snapshot, alterations), where);
  return alterations.filter((alteration) => {
    const before = draft.told.length;
    draft = alteredBy(draft, alteration, where);
    return draft.told.length > before;
  });
}

function drafted(snapshot: Snapshot, alterations: readonly Alteration[], where: string): Draft {
  // A claim is somebody's at work, or one of our own, which ends with the commit.
  const base = { ...snapshot, metadata: withoutClaim(snapshot.metadata) };
  const draft = alterations.reduce((before, alteration) => alteredBy(before, alteration, where), draftOf(base));
  requireWritable(draft, where);
  return draft;
}

function alteredBy(draft: Draft, alteration: Alteration, where: string): Draft {
  return (alters[alteration.kind] as Alter<Alteration["kind"]>)(draft, alteration, where);
}

/** The same files under another schema. */
function altered(snapshot: Snapshot, { protocol, metadata }: Draft): Snapshot {
  return { ...snapshot, protocol, metadata, ...readSchema(protocol, metadata), partitionColumns: metadata.partitionColumns };
}

async function liveFiles({ store, location }: Searching, snapshot: Snapshot): Promise<readonly AddFile[]> {
  return await throughDamage(store, location, snapshot, ({ files }) => [...files]);
}

async function alterAtOnce(searching: Searching, base: Snapshot, alterations: readonly Alteration[], versions: number[], signal: AbortSignal | undefined): Promise<Snapshot> {
  const { store, location } = searching;
  const asked: Asked = { keys: new Set(), of: undefined };
  const { snapshot, change } = await commitComputed(store, location, base, async (current) => await alteration(searching, current, alterations, asked, signal), signal, { triesFree: 2 });
  if (change !== undefined) versions.push(snapshot.version);
  return snapshot;
}

/** Files whose rows are as they are to be, of a table with this metadata. */
interface Asked { readonly keys: Set<string>; of: string | undefined }

/** Commits of others that are followed, each looked at as it comes, before the table is claimed: it takes longer to look at rows than to append them. */
const followedMax = { looking: 4, passing: 40 };

async function alteration(searching: Searching, current: Snapshot, alterations: readonly Alteration[], asked: Asked, signal: AbortSignal | undefined): Promise<ComputedChange | undefined> {
  const draft = drafted(current, alterations, searching.store.locate(searching.location));
  if (draft.told.length === 0) return undefined;
  const { demands, protocol, metadata } = draft;
  const table = altered(current, draft);
  const of = JSON.stringify(withoutClaim(current.metadata));
  if (asked.of !== of) asked.keys.clear();
  asked.of = of;
  if (demands.length > 0) await requireAll(searching, table, await liveFiles(searching, current), draft, asked, signal);
  const actions: readonly Action[] = [...(protocol === current.protocol ? [] : [{ protocol }]), ...(metadata === current.metadata ? [] : [{ metaData: metadata }])];
  let followed = 0;
  const mayHold = async (added: readonly AddFile[]): Promise<AddFile | undefined> => {
    followed += 1;
    if (followed > (demands.length > 0 ? followedMax.looking : followedMax.passing)) return added[0];
    // Rows that go are in nobody's way; those that others add are asked for the same.
    return demands.length === 0 || (await areSo(searching, table, added, draft, signal)) ? undefined : added[0];
  };
  return { actions, facts: { ...toldAtOnce(draft.told), metrics: {} }, reads: { keys: new Set(), mayHold, domains: new Set([clusteringDomain]) }, written: [] };
}

/** All files that were not found to be so before. */
async function requireAll(searching: Searching, table: Snapshot, files: readonly AddFile[], { demands }: Draft, { keys }: Asked, signal: AbortSignal | undefined): Promise<void> {
  const left = files.filter((file) => !keys.has(fileKey(file)));
  await requireRows(searching, table, left, demands, signal);
  for (const file of left) keys.add(fileKey(file));
}

async function areSo(searching: Searching, table: Snapshot, files: readonly AddFile[], { demands }: Draft, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await requireRows(searching, table, files, demands, signal);
    return true;
  } catch (error) {
    // The table is asked as a whole once more, which may have lost them again.
    if (error instanceof Failure && error.code === "ROWS_REFUSED") return false;
    throw error;
  }
}
