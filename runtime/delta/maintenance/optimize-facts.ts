/** What a commit says of itself whose files hold the same rows as those before: in Spark's words for OPTIMIZE and REORG (the protocol leaves them to writers). */
import type { AddFile } from "../actions/actions.ts";
import type { CommitFacts } from "../commit/transaction.ts";
import type { WrittenFile } from "../engine.ts";

export interface OptimizeWords {
  /** The condition over partition columns that was given. */
  readonly where?: string | undefined;
  readonly zOrderBy?: readonly string[] | undefined;
  readonly clusterBy?: readonly string[] | undefined;
  /** Nobody asked for it by name. */
  readonly auto?: boolean | undefined;
}

/** Of files put together or in order. */
export function optimizeFacts({ where, zOrderBy = [], clusterBy = [], auto = false }: OptimizeWords, removed: readonly AddFile[], added: readonly WrittenFile[]): CommitFacts {
  return { operation: "OPTIMIZE", parameters: { predicate: predicate(where), zOrderBy: JSON.stringify(zOrderBy), clusterBy: JSON.stringify(clusterBy), ...(clusterBy.length === 0 ? {} : { isFull: false }), auto }, metrics: metricsOf(removed, added) };
}

/** Of files written anew without their deleted rows. */
export function purgeFacts(where: string | undefined, removed: readonly AddFile[], added: readonly WrittenFile[]): CommitFacts {
  return { operation: "REORG", parameters: { predicate: predicate(where), applyPurge: true }, metrics: metricsOf(removed, added) };
}

function predicate(where: string | undefined): string {
  return JSON.stringify(where === undefined ? [] : [where]);
}

function metricsOf(removed: readonly AddFile[], added: readonly WrittenFile[]): CommitFacts["metrics"] {
  const sizes = added.map(({ size }) => size).toSorted((left, right) => left - right);
  const at = (part: number): number => sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * part))] ?? 0;
  return {
    numRemovedFiles: removed.length, numRemovedBytes: sum(removed.map(({ size }) => size)), numAddedFiles: added.length, numAddedBytes: sum(sizes),
    minFileSize: at(0), p25FileSize: at(0.25), p50FileSize: at(0.5), p75FileSize: at(0.75), maxFileSize: at(1),
    numDeletionVectorsRemoved: removed.filter(({ deletionVector }) => deletionVector !== undefined).length,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}
