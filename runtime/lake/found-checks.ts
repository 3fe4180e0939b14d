/** The CHECKs of a table in PostgreSQL as types and bounds of its columns, as far as they say exactly that: texts that are one of some become literals, two bounds of a number @between. */
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { checkFact } from "../sources/postgres-check.ts";
import type { CheckBound, CheckFact } from "../sources/postgres-check.ts";
import type { LiveColumn } from "../sources/postgres-columns.ts";
import type { DescribedConstraint } from "../sources/postgres-described.ts";

export interface CheckedColumn extends NamedType { readonly between?: { readonly low: string; readonly high: string } }

/** `used`: the constraints that the columns now say whole. */
export interface Checked { readonly columns: readonly CheckedColumn[]; readonly used: readonly DescribedConstraint[] }

interface Fact { readonly constraint: DescribedConstraint; readonly fact: CheckFact }

export function checkedColumns(columns: readonly { readonly column: LiveColumn; readonly named: NamedType }[], constraints: readonly DescribedConstraint[]): Checked {
  const facts = constraints.filter(({ kind, holds, condition }) => kind === "check" && holds && condition !== null).flatMap((constraint): Fact[] => {
    const fact = checkFact(constraint.condition ?? "");
    const named = fact?.column === "VALUE" ? constraint.columns : [fact?.column];
    return fact !== undefined && constraint.columns.length === 1 && named[0] === constraint.columns[0] ? [{ constraint, fact }] : [];
  });
  const checked = columns.map(({ column, named }) => checkedColumn(column, named, facts.filter(({ constraint }) => constraint.columns[0] === column.name)));
  return { columns: checked.map((one) => one.column), used: checked.flatMap(({ used }) => used) };
}

function checkedColumn(live: LiveColumn, named: NamedType, facts: readonly Fact[]): { readonly column: CheckedColumn; readonly used: readonly DescribedConstraint[] } {
  const nothing = { column: named, used: [] };
  if (live.array) return nothing;
  if (["text", "character varying"].includes(live.base)) return valuesOf(live, named, facts);
  const bounds = facts.flatMap(({ constraint, fact }) => (fact.kind === "bounds" ? [{ constraint, fact }] : []));
  const low = greatest(bounds.flatMap(({ fact }) => fact.low ?? []), named, 1);
  const high = greatest(bounds.flatMap(({ fact }) => fact.high ?? []), named, -1);
  // Bounds that are turned round let nothing but nulls through, and no word says that.
  if (low === undefined || high === undefined || Number(low) > Number(high)) return nothing;
  return { column: { ...named, between: { low, high } }, used: bounds.map(({ constraint }) => constraint) };
}

/** Texts are compared by their bytes here, so a collation by which others are equal too says nothing certain. */
function valuesOf({ deterministic }: LiveColumn, named: NamedType, facts: readonly Fact[]): { readonly column: CheckedColumn; readonly used: readonly DescribedConstraint[] } {
  const lists = facts.flatMap(({ constraint, fact }) => (fact.kind === "values" ? [{ constraint, values: fact.values }] : []));
  const [first] = lists;
  const values = first?.values.filter((value) => lists.every((other) => other.values.includes(value))) ?? [];
  if (!deterministic || values.length === 0) return { column: named, used: [] };
  return { column: { ...named, type: { kind: "enum", values } }, used: lists.map(({ constraint }) => constraint) };
}

/** The bound that is nearest to the values, included: in whole numbers one above 0 is from 1. Undefined where a bound cannot be said of the column's type. `side`: 1 for low bounds, -1 for high ones. */
function greatest(bounds: readonly CheckBound[], { type }: NamedType, side: 1 | -1): string | undefined {
  const whole = ["int16", "int32", "int64"].includes(type.kind);
  if (bounds.length === 0 || !(whole || type.kind === "decimal")) return undefined;
  if (whole && !bounds.every(({ digits }) => /^-?\d+$/.test(digits))) return undefined;
  if (!whole && bounds.some(({ open }) => open)) return undefined;
  if (!whole) return bounds.length === 1 ? bounds[0]?.digits : undefined;
  const numbers = bounds.map(({ digits, open }) => BigInt(digits) + (open ? BigInt(side) : 0n));
  return String(numbers.reduce((best, next) => ((side === 1 ? next > best : next < best) ? next : best)));
}
