/** Kysely's queries become SQL. A change of rows has what a port is told of it beside its text. */
import type { CompiledQuery, QueryId, RootOperationNode } from "kysely";
import type { AsOf, SqlParameter } from "../query/request.ts";
import { Failure } from "../values/failure.ts";
import { changeOf, isChange } from "./change-compiler.ts";
import type { LakeChange } from "./change-compiler.ts";
import { LakeSqlText } from "./sql-text.ts";

/** A compiled query and the state of the tables it asks for. */
export interface LakeQuery<Row = unknown> extends CompiledQuery<Row> {
  readonly parameters: readonly SqlParameter[];
  readonly asOf?: AsOf;
  /** What is to be done, of a delete, update or merge. */
  readonly change?: LakeChange;
}

/** A class because Kysely's compiler is one: its visitors are overridden. */
export class LakeQueryCompiler extends LakeSqlText {
  readonly #asOf: AsOf | undefined;

  constructor(asOf: AsOf | undefined) {
    super();
    this.#asOf = asOf;
  }

  /** SQL_FORBIDDEN for anything but a SELECT, or a change of the newest version. */
  override compileQuery(node: RootOperationNode, queryId: QueryId): LakeQuery {
    const isRead = node.kind === "SelectQueryNode" || node.kind === "RawNode";
    if (!isRead && !isChange(node)) throw unknownWord(node.kind);
    if (!isRead && this.#asOf !== undefined) throw pastRefused();
    // appendValue, the only way in, adds nothing but SqlParameters.
    const compiled = super.compileQuery(node, queryId) as LakeQuery;
    if (isChange(node)) return { ...compiled, change: changeOf(node) };
    return this.#asOf === undefined ? compiled : { ...compiled, asOf: this.#asOf };
  }
}

/** The failure of a change of the past. */
export function pastRefused(): Failure {
  return new Failure("SQL_FORBIDDEN", "A lake as it was is read only.", { hint: "Change the rows of the lake that asOf was asked of." });
}

function unknownWord(kind: string): Failure {
  const what = kind.replace(/(Query)?Node$/, "").toLowerCase();
  return new Failure("SQL_FORBIDDEN", `The query builder reads, deletes, updates and merges; it was asked to ${what}.`, { hint: 'Add rows with lake.append("database.table", rows)' });
}
