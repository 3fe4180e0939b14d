/** All that is judged of a batch of rows, put together: which stand, which are set aside, which refuse the whole, and what is only warned of. */
import type { Check, Table } from "../../compiler/ir/catalog.ts";
import { buildBatch } from "../parquet/arrow-build.ts";
import type { Engine } from "../query/engine.ts";
import type { WriteResult } from "../query/request.ts";
import { rowJson } from "../values/json.ts";
import type { Row } from "../values/value.ts";
import { failedRows } from "./checks.ts";
import type { FailedRow } from "./checks.ts";
import type { DeadRow } from "./dead-letters.ts";
import type { Judge } from "./judge.ts";
import { namedRefusals } from "./refusal.ts";
import type { Refusals } from "./refusal.ts";

export interface Verdict {
  readonly kept: readonly Row[];
  /** Where a kept row stood, by its index among them. */
  readonly keptPlace: (index: number) => string;
  readonly dead: readonly DeadRow[];
  readonly warnings: WriteResult["warnings"];
  /** When any row is refused, nothing may be written; the other parts are empty. */
  readonly refusals: Refusals;
}

const none = { kept: [], keptPlace: String, dead: [], warnings: [] } as const;

/** Judges rows by rules, then by checks; the engine is started only for a table that has checks. */
export async function judgeAll(table: Table, judge: Judge, engine: () => Promise<Engine>, source: readonly Row[], place: (index: number) => string): Promise<Verdict> {
  const { rows, refusals } = judge(source, place);
  if (refusals.rows > 0) return { ...none, refusals };
  if (table.checks.length === 0) return { ...none, kept: rows, keptPlace: place, refusals };
  const failed = await failedRows(await engine(), table, buildBatch(table.columns, rows));
  const rejected = failed.flatMap(({ row, checks }) => checks.filter((check) => check.onFail === "reject").slice(0, 1).map((check) => ({ where: place(row), rule: `fails the check ${check.name}` })));
  if (rejected.length > 0) return { ...none, refusals: { rows: rejected.length, first: rejected.slice(0, namedRefusals) } };
  const aside = new Set(failed.filter(({ checks }) => checks.some(isQuarantine)));
  const indexes = new Set([...aside].map(({ row }) => row));
  const standing = [...rows.keys()].filter((index) => !indexes.has(index));
  return {
    kept: aside.size === 0 ? rows : standing.map((index) => rows[index] ?? {}),
    keptPlace: (index) => place(standing[index] ?? index),
    dead: [...aside].map((each) => deadRow(table, each, rows[each.row] ?? {}, place(each.row))),
    warnings: countWarnings(table, failed.filter((each) => !aside.has(each))),
    refusals,
  };
}

function isQuarantine(check: Check): boolean {
  return check.onFail === "quarantine";
}

function deadRow(table: Table, { checks }: FailedRow, row: Row, place: string): DeadRow {
  return { reason: checks.filter(isQuarantine).map((check) => check.name).join(", "), place, json: rowJson(table.columns, row) };
}

function countWarnings(table: Table, failed: readonly FailedRow[]): WriteResult["warnings"] {
  return table.checks
    .map((check) => ({ check: check.name, rows: failed.filter(({ checks }) => checks.includes(check)).length }))
    .filter(({ rows }) => rows > 0);
}
