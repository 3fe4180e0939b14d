/** What the log says of a merge, in Spark's words: its condition, its clauses by kind, its counts. */
import type { MergeClause, MergePlan } from "../merge-engine.ts";
import type { CommitFacts } from "./transaction.ts";

/** The operation of the commit. */
export function mergeFacts({ on, clauses }: MergePlan, metrics: { readonly [name: string]: number }): CommitFacts {
  const told = (wanted: MergeClause["kind"]): string => JSON.stringify(clauses.filter(({ kind }) => kind === wanted).map(({ condition, action }) => ({ ...(condition === undefined ? {} : { predicate: condition }), actionType: action })));
  return {
    operation: "MERGE",
    parameters: { predicate: JSON.stringify([on.sql]), matchedPredicates: told("matched"), notMatchedPredicates: told("notMatched"), notMatchedBySourcePredicates: told("notMatchedBySource") },
    metrics,
  };
}
