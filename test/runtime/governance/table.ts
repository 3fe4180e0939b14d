/** Tables for the tests of judging, as the compiler would hand them over. */
import type { Column, Rule, Table } from "../../../compiler/ir/catalog.ts";
import type { ColumnType } from "../../../compiler/ir/column-type.ts";

const place = { file: "catalog/test/rows.ts", line: 1, column: 1, length: 1 };

export function column(name: string, type: ColumnType, facts: { nullable?: boolean; rules?: readonly Rule[]; dayOf?: string } = {}): Column {
  return { name, type, nullable: facts.nullable ?? false, doc: "", place, words: [], rules: facts.rules ?? [], unique: false, ...(facts.dayOf === undefined ? {} : { dayOf: facts.dayOf }) };
}

export function deltaTable(columns: readonly Column[], facts: Partial<Table> = {}): Table {
  return {
    database: "test", name: "rows", symbol: "Rows", doc: "", place, words: [], tags: [], source: { kind: "delta" },
    columns, key: [], partitionBy: [], clusterBy: [], checks: [], ...facts,
  };
}
