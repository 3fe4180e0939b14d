/**
 * What a table asks of each new row (protocol, "CHECK Constraints", "Column Invariants", "Generated Columns"), as conditions that must be true:
 * Spark's engine takes neither false nor null. One that is not understood here stops appends, by its name.
 */
import { Failure } from "../../values/failure.ts";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import type { Metadata } from "../actions/actions.ts";
import { schemaFields } from "../schema/types.ts";
import type { DeltaField } from "../schema/schema-shape.ts";
import { explained } from "./explained.ts";
import type { Told } from "./explained.ts";
import { columnsWithin } from "./expression.ts";
import type { Expression, RowRule } from "./expression.ts";
import { generationKey } from "./made-columns.ts";
import { parseCondition, parseSpark } from "./spark-parser.ts";
import { outside } from "./spark-tokens.ts";
import { alike, as } from "./spark-types.ts";

interface Ruled { readonly metadata: Metadata; readonly columns: readonly NamedType[] }

const known = new WeakMap<Metadata, readonly RowRule[]>();

/** The rules of a table. DELTA_UNSUPPORTED_FEATURE names one that this version cannot judge, and says why. */
export function rulesOf(table: Ruled, where: string): readonly RowRule[] {
  return known.getOrInsertComputed(table.metadata, () => toldRules(table.metadata).map((rule) => understood(rule, table.columns, where)));
}

/** What rows of a table are judged by, as one text; undefined where they are judged by nothing. */
export function rulesMark({ metadata }: Pick<Ruled, "metadata">): string | undefined {
  const rules = toldRules(metadata);
  return rules.length === 0 ? undefined : JSON.stringify(rules);
}

/** `generated` is the column whose expression the SQL is; `owner` the one that it goes with. */
export interface ToldRule extends Told { readonly generated?: string; readonly owner?: readonly string[] }

/** A constraint that a table is to have, as a rule. DELTA_UNSUPPORTED_FEATURE where it cannot be judged here. */
export function constraintRule(name: string, sql: string, columns: readonly NamedType[]): RowRule {
  const condition = parseCondition(sql, columns);
  return { name: `the constraint ${name}`, sql, condition, columns: columnsWithin(condition) };
}

/** What a table says in SQL of its rows. */
export function toldRules({ configuration, schemaString }: Metadata): readonly ToldRule[] {
  const constraints = Object.entries(configuration).flatMap(([property, sql]) => {
    const name = /^delta\.constraints\.(.+)$/i.exec(property)?.[1];
    return name === undefined ? [] : [{ feature: "checkConstraints", name: `the constraint ${name}`, sql }];
  });
  if (!schemaString.includes('"delta.invariants"') && !schemaString.includes(`"${generationKey}"`)) return constraints;
  const fields = schemaFields(schemaString);
  const generated = fields.flatMap(({ name, metadata }) => {
    const sql = metadata?.[generationKey];
    return typeof sql === "string" ? [{ feature: "generatedColumns", name: `the generated column ${name}`, sql, generated: name, owner: [name] }] : [];
  });
  return [...constraints, ...invariants(fields, []), ...generated];
}

function invariants(fields: readonly DeltaField[], above: readonly string[]): ToldRule[] {
  return fields.flatMap((field) => {
    const owner = [...above, field.name];
    const name = owner.join(".");
    const text = field.metadata?.["delta.invariants"];
    const own = typeof text === "string" ? [{ feature: "invariants", name: `the invariant of ${name}`, sql: invariantSql(text, name), owner }] : [];
    return [...own, ...(typeof field.type === "object" && field.type.type === "struct" ? invariants(field.type.fields, owner) : [])];
  });
}

/** `{"expression":{"expression":"amount > 0"}}`, a JSON text within the schema's. */
function invariantSql(text: string, column: string): string {
  let cause: unknown;
  try {
    const { expression } = (JSON.parse(text) ?? {}) as { readonly expression?: { readonly expression?: unknown } };
    if (typeof expression?.expression === "string") return expression.expression;
  } catch (error) {
    cause = error;
  }
  throw new Failure("DELTA_LOG_BROKEN", `The invariant of the column ${column} is no expression: ${text}`, { place: { value: text }, ...(cause === undefined ? {} : { cause }) });
}

function understood(rule: ToldRule, columns: readonly NamedType[], where: string): RowRule {
  return explained(rule, where, () => {
    const { name, sql, generated } = rule;
    const condition = generated === undefined ? parseCondition(sql, columns) : isMade(sql, generated, columns);
    return { name, sql, condition, columns: columnsWithin(condition) };
  });
}

/** What is given for a generated column is what would be made. */
function isMade(sql: string, generated: string, columns: readonly NamedType[]): Expression {
  const column = columns.find(({ name }) => name === generated) ?? outside(`there is no column ${generated}`);
  return alike("is not distinct from", { kind: "column", path: [generated], type: column.type }, as(parseSpark(sql, columns), column.type));
}
