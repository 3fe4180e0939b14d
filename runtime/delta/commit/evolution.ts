/**
 * A table's schema changed in one commit, with the files that must be other ones under it, beside running writers. The table is as it was
 * or as it is to be, never between; who dies on the way leaves files that no version names. Files that others add meanwhile are written
 * anew too, and only those, until a try comes before the next append; when it never does, writers of ours are asked to stand back (protocol, "Change Metadata").
 */
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import type { Store } from "../../storage/store.ts";
import { Failure } from "../../values/failure.ts";
import type { AddFile } from "../actions/actions.ts";
import { storedColumns } from "../schema/column-mapping.ts";
import { requireSameRows } from "../maintenance/repacking.ts";
import type { RewriteColumn, RewriteFiles, WrittenFile } from "../engine.ts";
import { indexedColumns } from "../statistics/indexed-columns.ts";
import type { IndexedColumns } from "../statistics/leaf-key.ts";
import { evolveSchema } from "./evolve.ts";
import type { EvolvedSchema, SchemaTarget } from "./evolve.ts";
import { requireEvolvable } from "./evolvable.ts";
import { below } from "../actions/file-paths.ts";
import { rewriteInputs, recordsOf } from "../snapshot/read.ts";
import { replaceFiles } from "./replace.ts";
import { fileKey } from "../actions/file-keys.ts";
import { liveKeys } from "../actions/live-files.ts";
import { readSchema, readSnapshot } from "../snapshot/snapshot.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { throughDamage } from "../snapshot/through-damage.ts";
import { claimTable, unclaimTable } from "./claim.ts";
import { claimOf, withoutClaim } from "./stand-back.ts";
import type { CommitFacts } from "./transaction.ts";
import { deltaType } from "../schema/types.ts";

export type EvolutionOutcome =
  /** `rewritten` counts the files that gave way. */
  | { readonly kind: "evolved"; readonly snapshot: Snapshot; readonly rewritten: number }
  /** Somebody else changed the schema first, or rows came where none may be; nothing was changed. */
  | { readonly kind: "moved" };

export interface EvolutionOptions {
  /** Ends before the next try; nothing is changed then. */
  readonly signal?: AbortSignal;
}

/** Files of one partition that are put together, in bytes. */
const targetBytes = 128 * 1024 * 1024;
/** Times that appends may come first: before the table is claimed, and in all. */
const triesFree = 3;
const triesMax = 500;

interface Evolving {
  readonly store: Store;
  readonly location: string;
  readonly rewrite: RewriteFiles;
  readonly base: Snapshot;
  /** Whether rows change with the schema. */
  readonly changed: boolean;
  /** Of the new schema. */
  readonly indexed: IndexedColumns;
}
/** Files and the durable ones that hold their rows under the new schema. */
interface Rewritten { readonly inputs: readonly AddFile[]; readonly outputs: readonly WrittenFile[] }

/** Changes the table as of `base` to the target. COMMIT_CONFLICT when appends came first too many times; COMMIT_UNKNOWN; VALUE_INVALID, DELTA_UNSUPPORTED_FEATURE. */
export async function evolve(store: Store, location: string, base: Snapshot, target: SchemaTarget, rewrite: RewriteFiles, facts: Pick<CommitFacts, "operation" | "parameters">, options: EvolutionOptions = {}): Promise<EvolutionOutcome> {
  requireEvolvable(base, target, store.locate(location));
  const schema = evolveSchema({ ...base, metadata: withoutClaim(base.metadata) }, target);
  const { metadata, protocol = base.protocol } = schema;
  const indexed = indexedColumns({ ...readSchema(protocol, metadata), partitionColumns: metadata.partitionColumns, metadata, domains: base.domains });
  const evolving = { store, location, rewrite, base, changed: fills(target), indexed };
  const columns = rewriteColumns(base, target, schema);
  let done: readonly Rewritten[] = [];
  let kept = false;
  let snapshot = base;
  try {
    for (let tries = 0; tries < triesMax; tries++) {
      if (!sameSchema(snapshot, base) || (wantsNoRows(target) && snapshot.files.length > 0)) return { kind: "moved" };
      if (columns !== undefined) done = await catchUp(evolving, snapshot, columns, done, options);
      options.signal?.throwIfAborted();
      const [remove, add] = [done.flatMap(({ inputs }) => inputs), done.flatMap(({ outputs }) => outputs)];
      const replacement = { remove, add, dataChange: fills(target), metadata: schema.metadata, ...(schema.protocol === undefined ? {} : { protocol: schema.protocol }) };
      const outcome = await replaceFiles(store, location, snapshot, replacement, { ...facts, metrics: metricsOf(remove, add) }, { overAppends: columns === undefined && !wantsNoRows(target) });
      kept = outcome.kind !== "conflict";
      if (outcome.kind === "committed") return { kind: "evolved", snapshot: outcome.snapshot, rewritten: remove.length };
      if (outcome.kind === "unknown") throw unknownOutcome(store.locate(location), outcome.version, outcome.cause);
      snapshot = await readSnapshot(store, location, undefined, snapshot);
      if (tries >= triesFree - 1 && sameSchema(snapshot, base) && claimOf(snapshot.metadata) === undefined) ({ snapshot } = await claimTable(store, location, snapshot));
    }
    throw new Failure("COMMIT_CONFLICT", `${store.locate(location)} was not changed: ${triesMax} times an append came first.`, { hint: "Try again when fewer rows arrive.", retry: true });
  } finally {
    if (!kept) await discard(evolving, done);
    if (!kept && claimOf(snapshot.metadata) !== undefined) await unclaimTable(store, location, snapshot, claimOf(snapshot.metadata));
  }
}

/** A column that is never null, and has no value for older rows, is for a table without any. */
function wantsNoRows({ columns }: SchemaTarget): boolean {
  return columns.some(({ kept, nullable, fill }) => kept === undefined && !nullable && fill === undefined);
}

function fills({ columns }: SchemaTarget): boolean {
  return columns.some(({ kept, fill }) => kept === undefined && fill !== undefined);
}

function sameSchema(left: Snapshot, right: Snapshot): boolean {
  return left.metadata === right.metadata || JSON.stringify([withoutClaim(left.metadata), left.protocol]) === JSON.stringify([withoutClaim(right.metadata), right.protocol]);
}

/** The columns of files under the new schema; undefined when those there are will do. */
function rewriteColumns(base: Snapshot, target: SchemaTarget, { metadata, protocol = base.protocol }: EvolvedSchema): readonly RewriteColumn[] | undefined {
  const schema = { ...readSchema(protocol, metadata), partitionColumns: metadata.partitionColumns };
  const { columns, physical } = storedColumns(schema);
  const wanted = new Map(target.columns.map((column) => [column.name, column]));
  const old = new Map(base.columns.map((column) => [column.name, column]));
  const differs = columns.some(({ name, type }) => {
    const { kept, fill } = wanted.get(name) ?? {};
    const before = kept === undefined ? undefined : old.get(kept);
    return before === undefined ? fill !== undefined : inFiles(before.type) !== inFiles(type);
  });
  if (!differs) return undefined;
  return physical.map((column, k) => {
    const { kept, fill } = wanted.get(columns[k]?.name ?? "") ?? {};
    return { ...column, from: kept === undefined && fill !== undefined ? { kind: "constant", value: fill } : { kind: "stored" } };
  });
}

/** A type as files have it, whatever may be null and in whatever order fields stand. */
function inFiles(type: ColumnType): string {
  return JSON.stringify(deltaType(type), (key, value: unknown) => {
    if (["containsNull", "valueContainsNull", "nullable", "metadata"].includes(key)) return undefined;
    return key === "fields" && Array.isArray(value) ? value.toSorted((left: { name: string }, right: { name: string }) => (left.name < right.name ? -1 : 1)) : value;
  });
}

/** Writes anew what the snapshot has and `done` does not hold yet; what stands for files that are gone is removed. */
async function catchUp(evolving: Evolving, snapshot: Snapshot, columns: readonly RewriteColumn[], done: readonly Rewritten[], { signal }: EvolutionOptions): Promise<readonly Rewritten[]> {
  const live = liveKeys(snapshot.files, new Set(done.flatMap(({ inputs }) => inputs.map(fileKey))));
  const standing = done.filter(({ inputs }) => inputs.every((file) => live.has(fileKey(file))));
  await discard(evolving, done.filter((one) => !standing.includes(one)));
  const held = new Set(standing.flatMap(({ inputs }) => inputs.map(fileKey)));
  const all = [...standing];
  try {
    for (const inputs of groupsOf((await throughDamage(evolving.store, evolving.location, snapshot, ({ files }) => [...files])).filter((file) => !held.has(fileKey(file))))) {
      signal?.throwIfAborted();
      all.push({ inputs, outputs: await rewriteGroup(evolving, inputs, columns) });
    }
    return all;
  } catch (error) {
    await discard(evolving, all.filter((one) => !standing.includes(one)));
    throw error;
  }
}

/** Files of one partition, put together until the next would be too much. */
function groupsOf(files: readonly AddFile[]): readonly (readonly AddFile[])[] {
  const groups: AddFile[][] = [];
  for (const own of Map.groupBy(files, ({ partitionValues }) => JSON.stringify(Object.entries(partitionValues).toSorted())).values()) {
    let bytes = Number.POSITIVE_INFINITY;
    for (const file of own) {
      if (bytes + file.size > targetBytes) {
        groups.push([]);
        bytes = 0;
      }
      groups.at(-1)?.push(file);
      bytes += file.size;
    }
  }
  return groups;
}

async function rewriteGroup({ store, location, rewrite, base, changed, indexed }: Evolving, inputs: readonly AddFile[], columns: readonly RewriteColumn[]): Promise<readonly WrittenFile[]> {
  const outputs = await rewrite({ store, location, ...(await rewriteInputs(store, location, base, inputs, changed)), partitionValues: inputs[0]?.partitionValues ?? {}, columns, byFieldId: base.mapping === "id", indexed, targetBytes });
  requireSameRows(store.locate(location), inputs, outputs);
  return outputs;
}

/** Removes files that no version names. */
async function discard({ store, location }: Evolving, rewritten: readonly Rewritten[]): Promise<void> {
  for (const { outputs } of rewritten) for (const file of outputs) await store.remove(below(location, file.path));
}

function metricsOf(remove: readonly AddFile[], add: readonly WrittenFile[]): CommitFacts["metrics"] {
  const rows = remove.reduce((sum, file) => sum + (recordsOf(file) ?? 0), 0);
  return { numRemovedFiles: remove.length, numAddedFiles: add.length, numCopiedRows: rows };
}

function unknownOutcome(where: string, version: number, cause: unknown): Failure {
  return new Failure("COMMIT_UNKNOWN", `It is not known whether version ${version} of ${where} was committed.`, { hint: "No row is lost either way; run `neuralake apply` again, which looks first.", retry: true, cause });
}
