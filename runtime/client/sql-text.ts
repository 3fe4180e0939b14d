/** How the pieces of Kysely's tree are written in DuckDB's SQL: quoted names, values as parameters with their casts. */
import { DefaultQueryCompiler } from "kysely";
import type { PrimitiveValueListNode } from "kysely";
import { sqlPieces } from "./parameters.ts";

/** A class because Kysely's compiler is one: its visitors are overridden. */
export class LakeSqlText extends DefaultQueryCompiler {
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
