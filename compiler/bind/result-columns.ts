/** From what the engine says a query gives to a table's columns: inferred ones made, declared ones held against the result. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import type { Column, Place, Table } from "../ir/catalog.ts";
import type { ColumnType } from "../ir/column-type.ts";
import type { Lineage } from "../ir/lineage.ts";
import { fullName } from "../ir/names.ts";
import { typeName } from "../ir/type-name.ts";
import { columnTypeOf } from "../../runtime/query/duckdb-types.ts";
import type { ResultColumn } from "../../runtime/query/binder.ts";
import { Failure } from "../../runtime/values/failure.ts";
import { castable } from "./castable.ts";
import type { PlanFacts, ResultFact } from "./lineage/plan-lineage.ts";
import type { ResultPlace } from "./result-places.ts";
import { suggestion } from "./sql-place.ts";

/** What a query gives: the engine's columns, for each what is known beyond its type, and where it stands (asked for only where something is wrong with it). */
export interface QueryResultShape { readonly columns: readonly ResultColumn[]; readonly facts: PlanFacts; readonly place: Place; readonly places: () => readonly ResultPlace[] }

/** The columns of a table that declares none. A plain copy of a column keeps that column's comment. */
export function inferColumns(table: Table, shape: QueryResultShape): { columns: Column[]; diagnostics: Diagnostic[] } {
  const diagnostics = namingProblems(table, shape);
  const columns = shape.columns.flatMap((result, index): Column[] => {
    const type = typeOf(result);
    if ("refused" in type) {
      diagnostics.push(diagnose("resultType", itemAt(shape, index), { text: type.refused.message, hint: type.refused.hint ?? "" }));
      return [];
    }
    const fact = shape.facts.columns[index];
    return [{ ...inherited(fact?.copyOf), name: result.name, type: exactType(fact, type.type), nullable: fact?.nullable ?? true, place: shape.place, words: [], rules: [], unique: false }];
  });
  return { columns, diagnostics };
}

/** The lineage of a table with these columns, each made of the result column of its name. */
export function lineageOf(columns: readonly Column[], { columns: results, facts }: QueryResultShape): Lineage {
  const made = new Map(results.map((result, at) => [result.name.toLowerCase(), facts.columns[at]]));
  return {
    columns: columns.map(({ name }) => {
      const { sources = [], unknown } = made.get(name.toLowerCase()) ?? { unknown: "the query gives no such column" };
      return { column: name, sources, ...(unknown === undefined ? {} : { unknown }) };
    }),
    shapes: facts.shapes,
  };
}

/** What is wrong between the columns a class view declares and those its query gives. */
export function checkDeclaredColumns(table: Table, shape: QueryResultShape): Diagnostic[] {
  const given = new Map(shape.columns.map((column) => [column.name.toLowerCase(), column]));
  const facts = new Map(shape.columns.map((column, at) => [column.name.toLowerCase(), shape.facts.columns[at]]));
  const names = shape.columns.map((column) => column.name);
  const declared = new Set(table.columns.map((column) => column.name.toLowerCase()));
  const extra = names.filter((name) => !declared.has(name.toLowerCase()));
  return [
    ...namingProblems(table, shape),
    ...table.columns.flatMap((column) => {
      const result = given.get(column.name.toLowerCase());
      if (result !== undefined) return [...typeProblem(column, result), ...nullProblem(column, facts.get(column.name.toLowerCase()))];
      return [diagnose("viewColumnMissing", column.place, { table: fullName(table), column: column.name, suggestion: suggestion(column.name, extra.length > 0 ? extra : names) })];
    }),
    ...shape.columns.flatMap(({ name: column }, index) => (extra.includes(column) && isPlainName(column) ? [diagnose("viewColumnExtra", nameAt(shape, index), { table: fullName(table), column })] : [])),
  ];
}

function typeProblem(column: Column, result: ResultColumn): Diagnostic[] {
  const given = typeOf(result);
  if ("type" in given) {
    return castable(given.type, column.type) ? [] : [diagnose("viewColumnType", column.place, { column: column.name, declared: typeName(column.type), given: typeName(given.type) })];
  }
  return column.type.kind === "text" ? [] : [diagnose("resultType", column.place, { text: given.refused.message, hint: given.refused.hint ?? "" })];
}

/** Told of plain copies alone: of what is computed, null is often only not ruled out. */
function nullProblem(column: Column, fact: ResultFact | undefined): Diagnostic[] {
  const [source] = fact?.sources ?? [];
  if (column.nullable || fact?.nullable !== true || fact.copyOf === undefined || source === undefined) return [];
  return [diagnose("viewColumnNull", column.place, { column: column.name, source: `${source.table}.${source.column}`, type: typeName(column.type, true) })];
}

function namingProblems(table: Table, shape: QueryResultShape): Diagnostic[] {
  const byName = Map.groupBy(shape.columns.entries(), ([, column]) => column.name.toLowerCase());
  return [
    ...shape.columns.flatMap(({ name }, index) => (isPlainName(name) ? [] : [diagnose("columnUnnamed", itemAt(shape, index), { expression: name })])),
    ...[...byName.values()].flatMap(([, second]) => (second === undefined ? [] : [diagnose("columnTwice", nameAt(shape, second[0]), { table: fullName(table), column: second[1].name })])),
  ];
}

function nameAt({ place, places }: QueryResultShape, index: number): Place {
  return places()[index]?.name ?? place;
}

function itemAt({ place, places }: QueryResultShape, index: number): Place {
  return places()[index]?.item ?? place;
}

/** The engine calls an expression without a name by its text; a dot in a name is where callers part table and column. */
function isPlainName(name: string): boolean {
  return !/[()"'\s+*/,.[\]]/.test(name);
}

function typeOf(result: ResultColumn): { type: ColumnType } | { refused: Failure } {
  try {
    return { type: columnTypeOf(result.type, result.name) };
  } catch (error) {
    if (error instanceof Failure) return { refused: error };
    throw error;
  }
}

/** The engine knows uuid and enum as text, and the insides of nested types as nullable: a copy keeps its own type. */
function exactType(fact: ResultFact | undefined, type: ColumnType): ColumnType {
  return fact?.copyOf?.type ?? type;
}

function inherited(column: Column | undefined): Pick<Column, "doc" | "deprecated"> {
  return { doc: column?.doc ?? "", ...(column?.deprecated === undefined ? {} : { deprecated: column.deprecated }) };
}
