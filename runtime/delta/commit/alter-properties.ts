/** Properties and constraints of a table, with the features that they ask for (protocol, "Table Features", "CHECK Constraints"). */
import { suggest } from "../../../compiler/ir/nearest.ts";
import { Failure } from "../../values/failure.ts";
import { featuresAsked, requireProperty, requireSettable } from "../features/properties.ts";
import { isOn } from "../features/property.ts";
import { newRowTrackingColumns } from "../features/row-tracking.ts";
import { requireNameable, withFeatures } from "../features/upgrade.ts";
import { constraintRule } from "../rules/table-rules.ts";
import { mapField, mappingMode, mappingModeKey, maxColumnIdKey } from "../schema/column-mapping.ts";
import { findAt } from "../schema/field-path.ts";
import { schemaFields } from "../schema/types.ts";
import { namesProperty as statisticsKey, pathsIn } from "../statistics/indexed-columns.ts";
import { feedColumns, ruled } from "./alter-columns.ts";
import { withFields, withNeeds } from "./alter-draft.ts";
import { describe } from "./alter-types.ts";
import type { Alteration, Draft } from "./alteration.ts";
import { lastId } from "./evolve.ts";

type Of<K extends Alteration["kind"]> = Extract<Alteration, { readonly kind: K }>;

/** `delta.feature.NAME=supported` is the feature alone, and `comment` the words of the table, as Spark has them. PARAMETER_INVALID, DELTA_UNSUPPORTED_FEATURE for what cannot be. */
export function setProperty(draft: Draft, { property, value }: Of<"set">, where: string): Draft {
  if (property === "comment") return describe(draft, { kind: "comment", text: value }, where);
  const told = { operation: "SET TBLPROPERTIES", parameters: { properties: { [property]: value } } };
  const feature = /^delta\.feature\.(.+)$/i.exec(property)?.[1];
  if (feature !== undefined) {
    requireNameable(feature);
    if (!/^(supported|enabled)$/i.test(value)) throw new Failure("PARAMETER_INVALID", `The property ${property} cannot be "${value}".`, { hint: "A feature is `supported`.", place: { parameter: property, value } });
    return withFeatures(draft.protocol, [feature]) === undefined ? draft : withNeeds(draft, [feature], told);
  }
  requireProperty(property, value);
  const features = featuresAsked({ [property]: value });
  // A property alone means nothing where the protocol does not enable it.
  if (draft.metadata.configuration[property] === value && withFeatures(draft.protocol, features) === undefined) return draft;
  const next = prepared(draft, property, value, where);
  return withNeeds({ ...next, metadata: { ...next.metadata, configuration: { ...next.metadata.configuration, [property]: value } } }, features, told);
}

/** What has to be so of a table before a property is so. */
function prepared(draft: Draft, property: string, value: string, where: string): Draft {
  if (property === mappingModeKey) return mapped(draft, value, where);
  if (property === "delta.enableRowTracking" && /^true$/i.test(value)) return tracked(draft, where);
  if (property === statisticsKey) for (const path of pathsIn(value)) findAt(schemaFields(draft.metadata.schemaString), path, where);
  if (property === "delta.enableChangeDataFeed" && /^true$/i.test(value)) requireFeed(draft, where);
  return draft;
}

/** The columns, each with its id, and its own name for good: so it stands in the files that are there. */
function mapped(draft: Draft, value: string, where: string): Draft {
  const mode = mappingMode(draft.protocol, draft.metadata);
  if (mode === value) return draft;
  if (mode !== "none" || value !== "name") {
    const why = mode === "none" ? "its files do not have the ids of columns" : "its files would have to be written anew";
    throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${where} maps its columns by ${mode === "none" ? "nothing" : mode}, and cannot come to ${value === "none" ? "map none" : `map them by ${value}`}: ${why}.`, { hint: mode === "none" ? "Set it to name." : "Leave it as it is.", place: { value: mappingModeKey } });
  }
  const fields = schemaFields(draft.metadata.schemaString);
  const ids = { last: lastId(draft.metadata, fields) };
  const next = withFields(draft, fields.map((field) => mapField(field, ids, (name) => name)));
  return { ...next, metadata: { ...next.metadata, configuration: { ...next.metadata.configuration, [maxColumnIdKey]: String(ids.last) } } };
}

/** The files that are there are numbered before (`row-backfill.ts`). */
function tracked(draft: Draft, where: string): Draft {
  const { configuration } = draft.metadata;
  if (isOn({ configuration }, "delta.rowTrackingSuspended")) throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${where} has suspended row tracking (delta.rowTrackingSuspended), and this version does not take it up again.`, { hint: "Have the engine that suspended it do that.", place: { value: "rowTracking" } });
  return { ...draft, metadata: { ...draft.metadata, configuration: { ...newRowTrackingColumns(), ...configuration } } };
}

function requireFeed({ metadata }: Draft, where: string): void {
  const taken = schemaFields(metadata.schemaString).find(({ name }) => feedColumns.includes(name.toLowerCase()));
  if (taken !== undefined) throw new Failure("PARAMETER_INVALID", `${where} cannot keep a feed of its changes: it has a column ${taken.name}, which is the feed's.`, { hint: "Rename the column first.", place: { value: taken.name } });
}

/** PARAMETER_INVALID for one that is not there, or that the table cannot be without. */
export function unsetProperty(draft: Draft, { property }: Of<"unset">, where: string): Draft {
  if (property === "comment") return describe(draft, { kind: "comment", text: "" }, where);
  requireSettable(property);
  const { [property]: before, ...configuration } = draft.metadata.configuration;
  if (before === undefined) throw new Failure("PARAMETER_INVALID", `${where} has no property ${property}.`, { hint: suggest(property, Object.keys(configuration)), place: { parameter: property } });
  if (property === mappingModeKey && mappingMode(draft.protocol, draft.metadata) !== "none") return setProperty(draft, { kind: "set", property, value: "none" }, where);
  return withNeeds({ ...draft, metadata: { ...draft.metadata, configuration } }, [], { operation: "UNSET TBLPROPERTIES", parameters: { properties: [property], ifExists: false } });
}

/** Rows that are there are asked for it. DELTA_UNSUPPORTED_FEATURE for SQL that does not mean the same to Spark and here. */
export function addCheck(draft: Draft, { name, sql }: Of<"check">, where: string): Draft {
  if (!/^\w+$/.test(name)) throw new Failure("PARAMETER_INVALID", `"${name}" is no name of a constraint.`, { hint: "Use letters, digits and underscores.", place: { value: name } });
  const before = checkNamed(draft, name);
  if (before?.sql === sql) return draft;
  if (before !== undefined) throw new Failure("PARAMETER_INVALID", `${where} has a constraint ${before.name} already: ${before.sql}`, { hint: "Drop it first (--drop-check), or choose another name.", place: { value: name } });
  requireJudged(draft, name, sql, where);
  // Engines look for it in lower case.
  const configuration = { ...draft.metadata.configuration, [`delta.constraints.${name.toLowerCase()}`]: sql };
  const demands = [...draft.demands, { kind: "check" as const, name, sql }];
  return withNeeds({ ...draft, demands, metadata: { ...draft.metadata, configuration } }, ["checkConstraints"], { operation: "ADD CONSTRAINT", parameters: { name, expr: sql } });
}

function requireJudged(draft: Draft, name: string, sql: string, where: string): void {
  try {
    constraintRule(name, sql, ruled(draft).columns);
  } catch (cause) {
    if (!(cause instanceof Failure) || cause.code !== "DELTA_UNSUPPORTED_FEATURE") throw cause;
    throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${where} does not get the constraint ${name} (${sql}): it cannot be judged as Spark would: ${cause.message}.`, { hint: "Say it in SQL that means the same to every engine: comparisons, arithmetic, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL.", place: { value: "checkConstraints" }, cause });
  }
}

/** PARAMETER_INVALID for one that is not there. */
export function dropCheck(draft: Draft, { name }: Of<"dropCheck">, where: string): Draft {
  const found = checkNamed(draft, name);
  const names = Object.keys(draft.metadata.configuration).flatMap((property) => /^delta\.constraints\.(.+)$/i.exec(property)?.[1] ?? []);
  if (found === undefined) throw new Failure("PARAMETER_INVALID", `${where} has no constraint ${name}.`, { hint: suggest(name, names), place: { value: name } });
  const { [found.property]: _gone, ...configuration } = draft.metadata.configuration;
  const demands = draft.demands.filter((demand) => demand.kind !== "check" || demand.name.toLowerCase() !== name.toLowerCase());
  return withNeeds({ ...draft, demands, metadata: { ...draft.metadata, configuration } }, [], { operation: "DROP CONSTRAINT", parameters: { name, expr: found.sql, existed: "true" } });
}

function checkNamed({ metadata }: Draft, name: string): { readonly property: string; readonly name: string; readonly sql: string } | undefined {
  const wanted = `delta.constraints.${name}`.toLowerCase();
  const found = Object.entries(metadata.configuration).find(([property]) => property.toLowerCase() === wanted);
  return found && { property: found[0], name: found[0].slice("delta.constraints.".length), sql: found[1] };
}
