/** What the server needs of a lake, and no more; `runtime/lake.ts` fulfils it. */
import type { Catalog } from "../../compiler/ir/catalog.ts";
import type { QueryRequest, QueryResult, ReadTable, WriteResult } from "../query/request.ts";
import type { Row } from "../values/value.ts";

/** A declared table as the lake has it; null where it does not know. `committed` in milliseconds since 1970. */
export interface ServedState {
  readonly table: string;
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly files: number | null;
  readonly version: number | null;
  readonly committed: number | null;
}

export interface ServedLake {
  readonly catalog: Catalog;
  /** Runs one SELECT. */
  query(request: QueryRequest): Promise<QueryResult>;
  /** Judges rows and commits those that stand. */
  append(table: string, rows: Iterable<Row>): Promise<WriteResult>;
  /** The newest versions of these tables and of those beneath them; undefined when one has none. */
  versions(tables: readonly string[]): Promise<readonly ReadTable[] | undefined>;
  /** Every table of the catalog. */
  states(): Promise<readonly ServedState[]>;
}
