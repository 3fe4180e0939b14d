/** Kysely's tree becomes DuckDB's SQL: quoted names, parameters with their casts. Only reads pass; rows change through `append`. */
import { DefaultQueryCompiler } from "kysely";
import type { CompiledQuery, PrimitiveValueListNode, QueryId, RootOperationNode } from "kysely";
import type { AsOf, SqlParameter } from "../query/request.ts";
import { Failure } from "../values/failure.ts";
import { sqlPieces } from "./parameters.ts";

/** A compiled query and the state of the tables it asks for. */
export interface LakeQuery<Row = unknown> extends CompiledQuery<Row> {
  readonly parameters: readonly SqlParameter[];
  readonly asOf?: AsOf;
}

/** A class because Kysely's compiler is one: its visitors are overridden. */
export class LakeQueryCompiler extends DefaultQueryCompiler {
  readonly #asOf: AsOf | undefined;

  constructor(asOf: AsOf | undefined) {
    super();
    this.#asOf = asOf;
  }

  /** SQL_FORBIDDEN for anything but a SELECT. */
  override compileQuery(node: RootOperationNode, queryId: QueryId): LakeQuery {
    if (node.kind !== "SelectQueryNode" && node.kind !== "RawNode") throw notARead(node.kind);
    // appendValue, the only way in, adds nothing but SqlParameters.
    const compiled = super.compileQuery(node, queryId) as LakeQuery;
    return this.#asOf === undefined ? compiled : { ...compiled, asOf: this.#asOf };
  }

  protected override appendValue(value: unknown): void {
    for (const piece of sqlPieces(value)) {
      if (typeof piece === "string") this.append(piece);
      else super.appendValue(piece.parameter);
    }
  }

  /** `in ()` is no SQL; an empty list holds nothing. */
  protected override visitPrimitiveValueList(node: PrimitiveValueListNode): void {
    if (node.values.length === 0) this.append("(select null where false)");
    else super.visitPrimitiveValueList(node);
  }

  protected override sanitizeIdentifier(identifier: string): string {
    return identifier.replaceAll('"', '""');
  }
}

function notARead(kind: string): Failure {
  const what = kind.replace(/(Query)?Node$/, "").toLowerCase();
  return new Failure("SQL_FORBIDDEN", `The query builder only reads; it was asked to ${what}.`, { hint: 'Add rows with lake.append("database.table", rows)' });
}
