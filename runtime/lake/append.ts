/** Rows into a declared Delta table: judged, set aside where a check says so, and the rest committed in one version. */
import type { Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { withMade } from "../delta/commit/made-rows.ts";
import type { Snapshot } from "../delta/snapshot/snapshot.ts";
import type { Judge } from "../governance/judge.ts";
import { rowsRefused } from "../governance/refusal.ts";
import { judgeAll } from "../governance/verdict.ts";
import type { Engine } from "../query/engine.ts";
import { rowJudge } from "../query/judge-rows.ts";
import { valueMaker } from "../query/make-values.ts";
import type { WriteResult } from "../query/request.ts";
import type { Row } from "../values/value.ts";
import { differenceFrom, requireAsDeclared } from "./declared.ts";
import { setAside } from "./quarantine.ts";
import { isConflict } from "./tables.ts";
import type { DeltaTables } from "./tables.ts";

/** Appends rows to a table; ROWS_REFUSED, VALUE_INVALID and SCHEMA_DIFFERS leave it as it was. The engine is started only for tables with checks. */
export async function appendRows(tables: DeltaTables, engine: () => Promise<Engine>, table: Table, judge: Judge, source: Iterable<Row> | AsyncIterable<Row>): Promise<WriteResult> {
  const held = tables.held(table);
  const base = held !== undefined && differenceFrom(table, held) === undefined ? held : await tables.readToWrite(table);
  requireAsDeclared(table, base);
  const { kept, keptPlace, dead, warnings, refusals } = await judgeAll(table, judge, engine, await withMade(base, await Array.fromAsync(source), fullName(table), valueMaker(engine)), (index) => `row ${index + 1}`);
  if (refusals.rows > 0) throw rowsRefused(fullName(table), refusals);
  await setAside(tables, table, dead);
  const result = { table: fullName(table), kept: kept.length, quarantined: dead.length, warnings };
  if (kept.length === 0) return { ...result, version: undefined };
  return { ...result, version: await commitRows(tables, table, base, (current) => tables.appendRows(table, current, kept, rowJudge(engine), keptPlace)) };
}

/** Times that rows are written anew because somebody changed the table first. */
const triesMax = 5;

/** The version that the rows are in. They are written for the table as it is: when that changed meanwhile, and still is as declared, they are written again. */
async function commitRows(tables: DeltaTables, table: Table, base: Snapshot, append: (current: Snapshot) => Promise<Snapshot>): Promise<number> {
  for (let current = base, tries = 1; ; tries++) {
    requireAsDeclared(table, current);
    try {
      return (await append(current)).version;
    } catch (error) {
      if (tries >= triesMax || !isConflict(error)) throw error;
      current = await tables.readToWrite(table);
    }
  }
}
