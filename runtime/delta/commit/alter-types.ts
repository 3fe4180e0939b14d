/** What a column is: wider (protocol, "Type Widening"), never null or nullable again (protocol, "Column Invariants"), described otherwise. */
import { Failure } from "../../values/failure.ts";
import { requireUnneeded } from "../rules/needs.ts";
import { changeField, changeType, findAt, parsePath, pathText } from "../schema/field-path.ts";
import type { DeltaField } from "../schema/schema-shape.ts";
import { isWidening, wideningsOf, withTypeChange } from "../schema/type-changes.ts";
import { parseColumnWords } from "../schema/type-words.ts";
import { schemaFields } from "../schema/types.ts";
import { featuresOfType, fieldAt, ruled } from "./alter-columns.ts";
import { columnFact, withFields, withNeeds } from "./alter-draft.ts";
import type { Alteration, Draft } from "./alteration.ts";

type Of<K extends Alteration["kind"]> = Extract<Alteration, { readonly kind: K }>;

/** Older files keep what they have, and the field notes what that was. PARAMETER_INVALID for a type that does not hold all values of the old one, with those that do. */
export function widenColumn(draft: Draft, { column, type }: Of<"widen">, where: string): Draft {
  const fields = schemaFields(draft.metadata.schemaString);
  const { path, field, below, type: from } = findAt(fields, parsePath(column), where);
  const { type: to, ...more } = parseColumnWords(type);
  if (more.comment !== undefined || !more.nullable) throw new Failure("PARAMETER_INVALID", `"${type}" is more than a type.`, { hint: "A comment is changed by --comment, and NOT NULL by --not-null.", place: { value: type } });
  if (from === to) return draft;
  if (typeof from !== "string" || typeof to !== "string" || !isWidening(from, to)) {
    const known = typeof from === "string" ? wideningsOf(from) : undefined;
    const told = typeof from === "string" ? from : from.type;
    throw new Failure("PARAMETER_INVALID", `${where}: the column ${pathText(path)} is ${told} and cannot be widened to ${type}.`, { hint: known === undefined ? `What is ${told} stays so.${typeof from === "string" ? "" : " What is in it can be widened by its own path."}` : `It can become ${known}.`, place: { value: type } });
  }
  requireUnneeded(ruled(draft), path, "widened", where);
  if (Object.keys(field.metadata ?? {}).some((key) => key.startsWith("delta.identity."))) throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${where}: the column ${pathText(path)} cannot be widened: it numbers the rows.`, { hint: "Leave it as it is.", place: { value: "identityColumns" } });
  const fieldPath = path.slice(0, path.length - below.length);
  const next = changeField(changeType(fields, path, () => to), fieldPath, (changed) => ({ ...changed, metadata: withTypeChange(changed.metadata ?? {}, from, to, below) }));
  const nullable = below.length === 0 ? field.nullable : below.at(-1) !== "key";
  return withNeeds(withFields(draft, next), ["typeWidening", ...featuresOfType(to)], { operation: "CHANGE COLUMN", parameters: { column: columnFact(path, { type: to, nullable, metadata: below.length === 0 ? (field.metadata ?? {}) : {} }) } });
}

/** Rows that are there are asked for it. PARAMETER_INVALID within arrays and maps, where no engine looks. */
export function requireValues(draft: Draft, { column }: Of<"notNull">, where: string): Draft {
  const fields = schemaFields(draft.metadata.schemaString);
  const { path, field } = fieldAt(fields, column, where);
  if (!field.nullable) return draft;
  for (let length = 1; length < path.length; length++) {
    const { type } = findAt(fields, path.slice(0, length), where);
    if (typeof type === "object" && type.type === "struct") continue;
    throw new Failure("PARAMETER_INVALID", `${where}: ${pathText(path)} cannot be NOT NULL: what is in arrays and maps is not held against that.`, { hint: "Make a column, or a field of an object, NOT NULL.", place: { value: pathText(path) } });
  }
  const next = { ...draft, demands: [...draft.demands, { kind: "notNull" as const, path }] };
  return changed(next, fields, path, { ...field, nullable: false }, ["invariants"]);
}

/** From now on rows may lack it. */
export function allowNulls(draft: Draft, { column }: Of<"nullable">, where: string): Draft {
  const fields = schemaFields(draft.metadata.schemaString);
  const { path, field } = fieldAt(fields, column, where);
  const demands = draft.demands.filter((demand) => demand.kind !== "notNull" || demand.path.join("\0") !== path.join("\0"));
  return field.nullable ? draft : changed({ ...draft, demands }, fields, path, { ...field, nullable: true }, []);
}

/** Of a column, or of the table. */
export function describe(draft: Draft, { column, text }: Of<"comment">, where: string): Draft {
  if (column === undefined) {
    const { description: before, ...metadata } = draft.metadata;
    if ((before ?? "") === text) return draft;
    return withNeeds({ ...draft, metadata: text === "" ? metadata : { ...metadata, description: text } }, [], { operation: "SET TBLPROPERTIES", parameters: { properties: { comment: text } } });
  }
  const fields = schemaFields(draft.metadata.schemaString);
  const { path, field } = fieldAt(fields, column, where);
  const { comment: before, ...noted } = field.metadata ?? {};
  if ((before ?? "") === text) return draft;
  return changed(draft, fields, path, { ...field, metadata: text === "" ? noted : { ...noted, comment: text } }, []);
}

function changed(draft: Draft, fields: readonly DeltaField[], path: readonly string[], field: DeltaField, features: readonly string[]): Draft {
  return withNeeds(withFields(draft, changeField(fields, path, () => field)), features, { operation: "CHANGE COLUMN", parameters: { column: columnFact(path, field) } });
}
