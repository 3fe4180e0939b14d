/** A table that becomes another one under the same name and log: its columns and partitions are given anew, and no file of it stays (protocol, "Change Metadata"). */
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { Failure } from "../../values/failure.ts";
import { protocolWith } from "../features/features.ts";
import { readSchema } from "../snapshot/snapshot.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { hasLocalTimestamp, schemaText } from "../schema/types.ts";

export interface Remade {
  readonly columns: readonly NamedType[];
  readonly partitionColumns: readonly string[];
  readonly description: string;
  /** Set beside the properties that the table has. */
  readonly configuration: { readonly [name: string]: string };
}

/** The table as it is to be, `base` itself where it is that already; its files are still those of `base`: they must go in the commit that makes it so. DELTA_UNSUPPORTED_FEATURE for a table that maps its columns, whose old names are never given again. */
export function remadeTable(base: Snapshot, { columns, partitionColumns, description, configuration }: Remade, where: string): Snapshot {
  const { description: before = "", ...rest } = base.metadata;
  const properties = { ...base.metadata.configuration, ...configuration };
  const same = before === description && schemaText(columns) === base.metadata.schemaString && partitionColumns.join("\0") === base.partitionColumns.join("\0")
    && Object.entries(configuration).every(([key, value]) => base.metadata.configuration[key] === value);
  if (same) return base;
  if (base.mapping !== "none") {
    throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${where} maps its columns to names in its files, and is not made anew.`, { hint: "Remove its folder, then run `neuralake apply`.", place: { value: "columnMapping" } });
  }
  const metadata = { ...rest, ...(description === "" ? {} : { description }), schemaString: schemaText(columns), partitionColumns, configuration: properties };
  const protocol = protocolWith(base.protocol, columns.some(({ type }) => hasLocalTimestamp(type)) ? ["timestampNtz"] : []) ?? base.protocol;
  return { ...base, protocol, metadata, ...readSchema(protocol, metadata), partitionColumns };
}
