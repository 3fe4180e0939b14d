/** All batches of a result as one Arrow table in memory. */
import type { RecordBatch, Table } from "apache-arrow";
import { arrow } from "./arrow.ts";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import { arrowSchema } from "./arrow-schema.ts";

/** The table; it has the columns even when there is no batch. */
export async function tableOf(columns: readonly NamedType[], batches: AsyncIterable<RecordBatch>): Promise<Table> {
  const schema = arrowSchema(columns);
  const all: RecordBatch[] = [];
  for await (const batch of batches) all.push(new (arrow().RecordBatch)(schema, batch.data));
  return new (arrow().Table)(schema, all);
}
