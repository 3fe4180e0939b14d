/** What can be altered of a table, and the table as it becomes by that, step by step (protocol, "Change Metadata", "Protocol Evolution"). */
import type { Metadata, Protocol, DomainMetadata } from "../actions/actions.ts";
import type { FieldPath } from "../schema/field-path.ts";

/**
 * One alteration. A column is a path: `note`, `trips.note`, `tags.element.x`, `ratings.value.stars`; names are found in any case, and one with a dot or a blank
 * stands in backticks. A type is in the words of Spark's SQL: `decimal(10,2)`, `struct<a: int, b: array<string>>`.
 */
export type Alteration =
  /** A new column, or a field of an object, which is null in the rows that are there. `type` may end in COMMENT 'text'. */
  | { readonly kind: "add"; readonly column: string; readonly type: string; readonly comment?: string }
  /** `to` is the new name alone. */
  | { readonly kind: "rename"; readonly column: string; readonly to: string }
  | { readonly kind: "drop"; readonly column: string }
  /** The type becomes one that has all values of the old one; files stay as they are. */
  | { readonly kind: "widen"; readonly column: string; readonly type: string }
  /** No row may lack the column from now on, and none that is there does. */
  | { readonly kind: "notNull"; readonly column: string }
  | { readonly kind: "nullable"; readonly column: string }
  | { readonly kind: "set"; readonly property: string; readonly value: string }
  | { readonly kind: "unset"; readonly property: string }
  /** A condition in Spark's SQL that every row meets from now on, and all that are there do. */
  | { readonly kind: "check"; readonly name: string; readonly sql: string }
  | { readonly kind: "dropCheck"; readonly name: string }
  /** Of the table where no column is named; an empty text takes it away. */
  | { readonly kind: "comment"; readonly column?: string; readonly text: string };

/** An operation in Spark's words. */
export interface Told { readonly operation: string; readonly parameters: { readonly [name: string]: unknown } }

/** What rows that are there must be. */
export type RowDemand = { readonly kind: "notNull"; readonly path: FieldPath } | { readonly kind: "check"; readonly name: string; readonly sql: string };

/** A table as it becomes. */
export interface Draft {
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  readonly domains: ReadonlyMap<string, DomainMetadata>;
  /** What was done to it; what left it as it was is not told. */
  readonly told: readonly Told[];
  readonly demands: readonly RowDemand[];
}
