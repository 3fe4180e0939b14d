/** A table of a query at the state it has: what it is known by, and how a session comes to have it. */
import type { NamedType } from "../../compiler/ir/column-type.ts";
import type { Scan } from "../sources/scan.ts";
import type { ServerRows } from "./context.ts";
import type { Need } from "./reading.ts";
import type { ReadTable } from "./request.ts";
import type { Declaration } from "./session.ts";

/** What is to be fetched for one query. */
export interface Fetch {
  /** Of a table of the query; undefined where no row of it is read. */
  scanOf(need: Need): Scan | undefined;
  readonly servers: ServerRows;
}

/** A needed table at the state it has at this moment. */
export interface Declarable {
  readonly need: Need;
  /** The same for the same rows; undefined when the rows are only of this query. */
  readonly key: string | undefined;
  /** The same for the same names and types of columns; undefined when only the files tell. */
  readonly columns: string | undefined;
  /** Of a table that has rows of its own; undefined for one that is computed. */
  readonly leaf: readonly NamedType[] | undefined;
  /** Of a Delta table. */
  readonly read: ReadTable | undefined;
  /** Whether `key` can change without a version that tells. */
  readonly unversioned: boolean;
  /** `fetch` is there where some table of the query is to be fetched. */
  declare(fetch?: Fetch): Promise<readonly Declaration[]>;
  /** Takes back what `declare` left on disk. */
  release(): Promise<void>;
}
