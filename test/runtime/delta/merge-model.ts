/** Merges made at random, each as clauses and as what it means over rows in memory: a model that knows nothing of files. */
import type { MergeClauses } from "../../../runtime/delta/merge-engine.ts";
import type { Row, Value } from "../../../runtime/values/value.ts";
import { below, oneOf } from "../../random.ts";
import type { Random } from "../../random.ts";
import { newRow, randomCondition } from "./row-model.ts";

/** A target's row and a source's; one of them is missing where a clause speaks of the other alone. */
interface Pair { readonly target: Row; readonly source: Row }

interface ModelClause {
  readonly if: string | undefined;
  readonly action: "update" | "delete" | "insert";
  readonly set: "all" | { readonly [column: string]: string };
  holds(pair: Pair): boolean;
  becomes(pair: Pair): Row;
}

export interface ModelMerge {
  readonly clauses: MergeClauses;
  /** What becomes of the table's rows, or "refused" where no version may come of it. */
  merged(rows: readonly Row[], source: readonly Row[]): { readonly rows: readonly Row[]; readonly changes: readonly Row[] } | "refused";
}

/** Rows of a source, of which some have the key of another, and some none. */
export function sourceRows(random: Random, ids: number): readonly Row[] {
  return Array.from({ length: below(random, 12) }, () => ({ ...newRow(random, below(random, ids)), ...(random() < 0.05 ? { id: null } : {}) }));
}

export function randomMerge(random: Random, ids: number): ModelMerge {
  const [on, same] = oneOf(random, keys);
  const some = (most: number, make: (isLast: boolean) => ModelClause): readonly ModelClause[] => {
    const count = below(random, most + 1);
    return Array.from({ length: count }, (_, k) => make(k === count - 1));
  };
  const matched = some(3, (isLast) => clause(random, ids, isLast, random() < 0.3 ? "delete" : "update", ["target", "source"]));
  const inserts = some(2, (isLast) => clause(random, ids, isLast, "insert", ["source"]));
  const alone = random() < 0.4 ? some(2, (isLast) => clause(random, ids, isLast, random() < 0.5 ? "delete" : "update", ["target"])) : [];
  const isUpsert = matched.length + inserts.length + alone.length === 0;
  const [update, insert] = [clauseOf("update", "all"), clauseOf("insert", "all")];
  return {
    clauses: isUpsert ? { on } : {
      on, matched: matched.map((one) => (one.action === "delete" ? { ...condition(one), delete: true } : { ...condition(one), update: one.set })),
      notMatched: inserts.map((one) => ({ ...condition(one), insert: one.set })),
      notMatchedBySource: alone.map((one) => (one.action === "delete" ? { ...condition(one), delete: true } : { ...condition(one), update: one.set as { readonly [column: string]: string } })),
    },
    merged: (rows, source) => mergedRows(same, isUpsert ? { matched: [update], inserts: [insert], alone } : { matched, inserts, alone }, rows, source),
  };
}

function condition({ if: sql }: ModelClause): { readonly if?: string } {
  return sql === undefined ? {} : { if: sql };
}

const isSame = (left: Value | undefined, right: Value | undefined): boolean => (left ?? null) !== null && (right ?? null) !== null && String(left) === String(right);

const keys: readonly (readonly [MergeClauses["on"], (pair: Pair) => boolean])[] = [
  [["id"], ({ target, source }) => isSame(target["id"], source["id"])], [["id"], ({ target, source }) => isSame(target["id"], source["id"])],
  ["source.id = target.id AND target.d >= DATE '2026-01-01'", ({ target, source }) => isSame(target["id"], source["id"]) && (target["d"] ?? null) !== null && String(target["d"]) >= "2026-01-01"],
  [["d", "id"], ({ target, source }) => isSame(target["id"], source["id"]) && isSame(target["d"], source["d"])],
  ["target.id = source.id + 1", ({ target, source }) => source["id"] !== null && target["id"] === BigInt(String(source["id"])) + 1n],
];

const targetValues: readonly (readonly [column: string, sql: string, of: (row: Row) => Value])[] = [
  ["n", "target.n + 1", ({ n }) => (typeof n === "number" ? n + 1 : null)], ["t", "target.t || '!'", ({ t }) => (typeof t === "string" ? `${t}!` : null)], ["d", "DATE '2026-02-28'", () => Temporal.PlainDate.from("2026-02-28")], ["f", "NULL", () => null],
];
const sourceValues: typeof targetValues = [["n", "source.n", ({ n }) => n ?? null], ["t", "upper(source.t)", ({ t }) => (typeof t === "string" ? t.toUpperCase() : null)], ["d", "source.d", ({ d }) => d ?? null]];

function clauseOf(action: ModelClause["action"], set: ModelClause["set"], more: Partial<ModelClause> = {}): ModelClause {
  return { if: undefined, action, set, holds: () => true, becomes: ({ source }) => source, ...more };
}

/** Only the last may be without a condition. */
function clause(random: Random, ids: number, isLast: boolean, action: ModelClause["action"], sides: readonly ("target" | "source")[]): ModelClause {
  const side = oneOf(random, sides);
  const open = isLast && random() < 0.5;
  const { sql, holds } = randomCondition(random, ids, 1);
  const more = open ? {} : { if: sql.replaceAll(/\b(?:id|n|t|f|d)\b(?!')/g, `${side}.$&`), holds: (pair: Pair) => holds(pair[side]) === true };
  if (action === "delete") return clauseOf(action, {}, more);
  if (sides.includes("source") && random() < 0.5) return clauseOf(action, "all", more);
  const values = [...(action === "insert" ? [] : targetValues.map((value) => ({ value, from: "target" as const }))), ...(sides.includes("source") ? sourceValues.map((value) => ({ value, from: "source" as const })) : [])];
  const chosen = new Map(Array.from({ length: 1 + below(random, 3) }, () => oneOf(random, values)).map((one) => [one.value[0], one]));
  const id = action === "insert" ? { id: "source.id" } : {};
  return clauseOf(action, { ...id, ...Object.fromEntries([...chosen].map(([column, { value }]) => [column, value[1]])) }, {
    ...more,
    becomes: (pair) => {
      const first = action === "insert" ? { id: pair.source["id"] ?? null, n: null, t: null, f: null, d: null } : pair.target;
      return { ...first, ...Object.fromEntries([...chosen].map(([column, { value, from }]) => [column, value[2](pair[from])])) };
    },
  });
}

interface Clauses { readonly matched: readonly ModelClause[]; readonly inserts: readonly ModelClause[]; readonly alone: readonly ModelClause[] }

const nothing: Row = {};

function mergedRows(same: (pair: Pair) => boolean, { matched, inserts, alone }: Clauses, rows: readonly Row[], source: readonly Row[]): ReturnType<ModelMerge["merged"]> {
  const out: Row[] = [];
  const changes: Row[] = [];
  const seen = new Set<Row>();
  const act = (pair: Pair, one: ModelClause): void => {
    changes.push({ ...pair.target, _change_type: one.action === "delete" ? "delete" : "update_preimage" });
    if (one.action === "delete") return;
    out.push(one.becomes(pair));
    changes.push({ ...one.becomes(pair), _change_type: "update_postimage" });
  };
  for (const target of rows) {
    const pairs = source.map((row) => ({ target, source: row })).filter(same);
    for (const pair of pairs) seen.add(pair.source);
    const acts = (pairs.length === 0 ? [{ pair: { target, source: nothing }, clauses: alone }] : pairs.map((pair) => ({ pair, clauses: matched })))
      .flatMap(({ pair, clauses }) => clauses.filter((one) => one.holds(pair)).slice(0, 1).map((one) => ({ pair, one })));
    const [first] = acts;
    if (acts.length > 1 && !acts.every(({ one }) => one.action === "delete")) return "refused";
    if (first === undefined) out.push(target);
    else act(first.pair, first.one);
  }
  for (const row of source) {
    const one = seen.has(row) ? undefined : inserts.find((each) => each.holds({ target: nothing, source: row }));
    if (one === undefined) continue;
    const inserted = one.becomes({ target: nothing, source: row });
    out.push(inserted);
    changes.push({ ...inserted, _change_type: "insert" });
  }
  // The column id is never null; an empty effect is none.
  return out.some(({ id }) => id === null) ? "refused" : { rows: out, changes };
}
