/** Clauses of a merge as a program gave them, each held against what it may be: of one that says two things, or something else, nobody knows what it would change. */
import type { MergeClause, MergeClauses, SetValues } from "../delta/merge-engine.ts";
import { Failure } from "../values/failure.ts";

/** A clause, and which rows it is about. */
export interface GivenClause { readonly kind: MergeClause["kind"]; readonly action: MergeClause["action"]; readonly if?: string; readonly set: "all" | SetValues }

const actions: { readonly [kind in MergeClause["kind"]]: readonly MergeClause["action"][] } = { matched: ["update", "delete"], notMatched: ["insert"], notMatchedBySource: ["update", "delete"] };
const kinds = Object.keys(actions) as readonly MergeClause["kind"][];

/** All clauses in the order in which they are told; those that stand for none at all. As `requireClauses`, and SQL_INVALID where there are lists of them that are all empty. */
export function givenClauses(clauses: MergeClauses): readonly GivenClause[] {
  requireClauses(clauses);
  if (kinds.every((kind) => clauses[kind] === undefined)) return [{ kind: "matched", action: "update", set: "all" }, { kind: "notMatched", action: "insert", set: "all" }];
  const given = kinds.flatMap((kind) => (clauses[kind] ?? []).map((clause) => givenClause(kind, clause)));
  if (given.length === 0) throw new Failure("SQL_INVALID", "No clause says what becomes of rows.", { hint: `Give ${kinds.join(", ")} a clause, or leave out all of them: then rows that match get new values, and others are inserted.` });
  return given;
}

/** SQL_INVALID for what is no clause, whatever its columns become. */
export function requireClauses(clauses: Clauses): void {
  const odd = Object.keys(clauses).find((name) => name !== "on" && !Object.hasOwn(actions, name));
  if (odd !== undefined) throw new Failure("SQL_INVALID", `A merge has no ${odd}.`, { hint: `It has on, ${kinds.join(", ")}.`, place: { parameter: odd } });
  for (const kind of kinds) if (clauses[kind]?.every((clause) => isClause(kind, clause)) === false) throw new Failure("SQL_INVALID", `There is no such clause of ${kind}.`, { hint: `It has one of ${actions[kind].join(" and ")}, and an if where it is not about all rows: ${examples[kind]}.`, place: { parameter: kind } });
}

type Clauses = { readonly [kind in MergeClause["kind"]]?: readonly object[] };

function isClause(kind: MergeClause["kind"], clause: object): boolean {
  const { if: condition, ...acts } = clause as { readonly [name: string]: unknown };
  const [[action, set] = [], second] = Object.entries(acts);
  if (second !== undefined || (condition !== undefined && typeof condition !== "string") || !(actions[kind] as readonly unknown[]).includes(action)) return false;
  if (action === "delete") return set === true;
  return (set === "all" && kind !== "notMatchedBySource") || (typeof set === "object" && set !== null);
}

function givenClause(kind: MergeClause["kind"], clause: { readonly if?: string; readonly update?: "all" | SetValues; readonly insert?: "all" | SetValues; readonly delete?: true }): GivenClause {
  const condition = clause.if === undefined ? {} : { if: clause.if };
  if (clause.delete === true) return { kind, action: "delete", set: {}, ...condition };
  return { kind, action: clause.insert === undefined ? "update" : "insert", set: clause.insert ?? clause.update ?? {}, ...condition };
}

const examples: { readonly [kind in MergeClause["kind"]]: string } = {
  matched: '{ if: "source.gone", delete: true } or { update: "all" }', notMatched: '{ insert: "all" }', notMatchedBySource: '{ if: "day < DATE \'2026-01-01\'", delete: true }',
};
