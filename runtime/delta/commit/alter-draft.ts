/** Parts of a draft that the alterations share: its fields, the features it comes to need, and what is told of it in the words of Spark's commits. */
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { DeltaField } from "../schema/schema-shape.ts";
import { pathText } from "../schema/field-path.ts";
import type { FieldPath } from "../schema/field-path.ts";
import { fieldsText } from "../schema/types.ts";
import { printJson } from "../../values/json-text.ts";
import { withFeatures } from "../features/upgrade.ts";
import type { Draft, Told } from "./alteration.ts";

/** The table as it is. */
export function draftOf({ protocol, metadata, domains }: Pick<Snapshot, "protocol" | "metadata" | "domains">): Draft {
  return { protocol, metadata, domains, told: [], demands: [] };
}

/** The draft with these fields. */
export function withFields(draft: Draft, fields: readonly DeltaField[]): Draft {
  return { ...draft, metadata: { ...draft.metadata, schemaString: fieldsText(fields) } };
}

/** The draft with these features in its protocol, and what was done told. */
export function withNeeds(draft: Draft, features: readonly string[], told: Told): Draft {
  return { ...draft, protocol: withFeatures(draft.protocol, features) ?? draft.protocol, told: [...draft.told, told] };
}

/** A field as Spark's commits tell of it. */
export function columnFact(path: FieldPath, { type, nullable, metadata }: Pick<DeltaField, "type" | "nullable" | "metadata">): object {
  return { name: pathText(path), type: typeof type === "string" ? type : type.type, nullable, metadata };
}

/** One operation for all that was done, in Spark's words where it has any for that; else each in a list. */
export function toldAtOnce(told: readonly Told[]): Told {
  const [first, ...others] = told;
  const same = first !== undefined && others.every(({ operation }) => operation === first.operation);
  const join = first !== undefined && same ? joins[first.operation] : undefined;
  if (first !== undefined && others.length === 0) return written(first);
  if (join !== undefined) return written(join(told));
  return { operation: "ALTER TABLE", parameters: { changes: printJson(told) } };
}

const joins: { readonly [operation: string]: (told: readonly Told[]) => Told } = {
  "ADD COLUMNS": (told) => ({ operation: "ADD COLUMNS", parameters: { columns: told.flatMap(({ parameters }) => parameters["columns"]) } }),
  "DROP COLUMNS": (told) => ({ operation: "DROP COLUMNS", parameters: { columns: told.flatMap(({ parameters }) => parameters["columns"]) } }),
  "CHANGE COLUMN": (told) => ({ operation: "CHANGE COLUMNS", parameters: { columns: told.map(({ parameters }) => parameters["column"]) } }),
  "SET TBLPROPERTIES": (told) => ({ operation: "SET TBLPROPERTIES", parameters: { properties: Object.assign({}, ...told.map(({ parameters }) => parameters["properties"])) as object } }),
  "UNSET TBLPROPERTIES": (told) => ({ operation: "UNSET TBLPROPERTIES", parameters: { properties: told.flatMap(({ parameters }) => parameters["properties"]), ifExists: false } }),
};

/** Lists and objects as the JSON that commits have within theirs. */
function written({ operation, parameters }: Told): Told {
  return { operation, parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, typeof value === "object" && value !== null ? printJson(value) : value])) };
}
