/** What a client stands on: a lake in this process (embedded.ts) or one behind HTTP (http.ts). The face above knows no difference. */
import type { RecordBatch } from "apache-arrow";
import type { NamedType } from "../../compiler/ir/column-type.ts";
import type { QueryRequest, WriteResult } from "../query/request.ts";
import type { Row } from "../values/value.ts";

/** An answer under way: stopping its batches early frees what it holds, a failure half-way is thrown by them. */
export interface Answer {
  readonly columns: readonly NamedType[];
  readonly batches: AsyncIterable<RecordBatch>;
}

export interface Port {
  query(request: QueryRequest): Promise<Answer>;
  append(table: string, rows: Iterable<Row> | AsyncIterable<Row>): Promise<WriteResult>;
  close(): Promise<void>;
}
