/** What a table is clustered by is set or cleared, in a commit of its own that touches no file (protocol, "Clustered Table", "Domain Metadata"). */
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { Action } from "../actions/actions.ts";
import { commit } from "../commit/transaction.ts";
import { requireWritable } from "../features/features.ts";
import { withFeatures } from "../features/upgrade.ts";
import { storedColumns } from "../schema/column-mapping.ts";
import { readSnapshot } from "../snapshot/snapshot.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { clusteringMetadata, clusteringPaths } from "../statistics/clustering-domain.ts";
import { leafKey } from "../statistics/leaf-key.ts";
import { nearColumns, nearWithin } from "./near-columns.ts";
import type { NamedNear } from "./near-columns.ts";

/** Columns that a table is clustered by, at most: more than these no engine takes. */
const columnsMax = 4;
const triesMax = 10;

/** The columns that a table is clustered by; undefined where it is by none. DELTA_LOG_BROKEN for one that is not there. */
export function clusteringOf(table: Snapshot): readonly NamedNear[] | undefined {
  if (table.protocol.writerFeatures?.includes("clustering") !== true) return undefined;
  const { columns, physical } = storedColumns(table);
  const found = clusteringPaths(table.domains).map((path) => {
    const column = nearWithin(columns, physical, path);
    if (column !== undefined) return column;
    throw new Failure("DELTA_LOG_BROKEN", `The table is clustered by ${path.join(".")}, which is none of its columns.`, { place: { value: path.join(".") }, hint: "Cluster it by others." });
  });
  return found.length === 0 ? undefined : found;
}

/** How queries call a column. */
export function nameOf({ logical }: NamedNear): string {
  return logical.join(".");
}

/** The table behind the commit; as it is where it is clustered so already. No names: by none. PARAMETER_INVALID, DELTA_UNSUPPORTED_FEATURE, COMMIT_CONFLICT, COMMIT_UNKNOWN. */
export async function setClustering(store: Store, location: string, base: Snapshot, names: readonly string[]): Promise<Snapshot> {
  const where = store.locate(location);
  let reason = "";
  for (let snapshot = base, tries = 0; tries < triesMax; tries++) {
    requireWritable(snapshot, where);
    const wanted = wantedOf(snapshot, names, where);
    if (isClusteredBy(snapshot, wanted)) return snapshot;
    const outcome = await commit(store, location, snapshot, actionsFor(snapshot, wanted), factsOf(snapshot, wanted), { overAppends: true });
    if (outcome.kind === "committed") return outcome.snapshot;
    if (outcome.kind === "unknown") throw new Failure("COMMIT_UNKNOWN", `It is not known whether version ${outcome.version} of ${where} was committed.`, { hint: "Nothing is lost either way; to do it again is safe.", retry: true, cause: outcome.cause });
    reason = outcome.reason;
    snapshot = await readSnapshot(store, location, undefined, snapshot);
  }
  throw new Failure("COMMIT_CONFLICT", `What ${where} is clustered by was not changed: others came first each time, at last ${reason}.`, { hint: "Nothing was written; try again.", retry: true });
}

function wantedOf(snapshot: Snapshot, names: readonly string[], where: string): readonly NamedNear[] {
  if (names.length === 0) return [];
  if (snapshot.partitionColumns.length > 0) throw refused(`${where} is partitioned by ${snapshot.partitionColumns.join(", ")}, and a table is either partitioned or clustered.`, "Order its files by --z-order-by.");
  if (names.length > columnsMax) throw refused(`A table is clustered by ${columnsMax} columns at most, and these are ${names.length}.`, "Name those that queries ask for most.");
  return nearColumns(snapshot, names, "clusterBy", true);
}

function isClusteredBy(snapshot: Snapshot, wanted: readonly NamedNear[]): boolean {
  const keys = (clusteringOf(snapshot) ?? []).map(({ path }) => leafKey(path));
  return keys.length === wanted.length && wanted.every(({ path }, k) => leafKey(path) === keys[k]);
}

function actionsFor({ protocol }: Snapshot, wanted: readonly NamedNear[]): readonly Action[] {
  const upgraded = withFeatures(protocol, ["domainMetadata", "clustering"]);
  return [...(upgraded === undefined ? [] : [{ protocol: upgraded }]), { domainMetadata: clusteringMetadata(wanted.map(({ path }) => path)) }];
}

/** As Spark says it. */
function factsOf(snapshot: Snapshot, wanted: readonly NamedNear[]): Parameters<typeof commit>[4] {
  return { operation: "CLUSTER BY", parameters: { oldClusteringColumns: (clusteringOf(snapshot) ?? []).map(nameOf).join(","), newClusteringColumns: wanted.map(nameOf).join(",") }, metrics: {} };
}

function refused(message: string, hint: string): Failure {
  return new Failure("PARAMETER_INVALID", message, { hint, place: { parameter: "clusterBy" } });
}
