/** A column as Parquet files hold it, which need not be as queries name it (Delta protocol: Column Mapping). */
import type { NamedType } from "../../compiler/ir/column-type.ts";

/** Named as in the files, at every depth; `fieldId` is the Parquet field id, which the fields of objects carry too where there is one. */
export interface PhysicalColumn extends NamedType { readonly fieldId?: number }
