/**
 * The lake that a function of rows is handed: its parameter of the language's type `Lake`, which no caller gives, and the tables it reads with it.
 * `lake.rows(Trips)` names the class for its type; in the code that runs, its name stands there instead.
 */
import { ts } from "ts-morph";
import { findClass, languageName, tableName } from "./scope.ts";
import type { Scope, Scopes } from "./scope.ts";

export interface HandedLake {
  /** Which parameter it is, from 0. */
  readonly position: number;
  /** By the identifier of a class, the table it names. */
  readonly tables: ReadonlyMap<ts.Identifier, string>;
}

/** Whether a parameter is handed the lake. */
export function isLake(scope: Scope, { type }: ts.ParameterDeclaration): boolean {
  return type !== undefined && ts.isTypeReferenceNode(type) && languageName(scope, type.typeName.getText()) === "Lake";
}

/** The lake of a method; undefined when it is handed none. */
export function readHandedLake(scopes: Scopes, scope: Scope, method: ts.MethodDeclaration): HandedLake | undefined {
  const position = method.parameters.findIndex((parameter) => isLake(scope, parameter));
  const name = method.parameters[position]?.name;
  if (name === undefined || !ts.isIdentifier(name)) return undefined;
  const tables = new Map<ts.Identifier, string>();
  const visit = (node: ts.Node): void => {
    const named = ts.isCallExpression(node) && isRowsOf(node, name.text) ? node.arguments[0] : undefined;
    const found = named !== undefined && ts.isIdentifier(named) ? findClass(scopes, scope, named.text) : undefined;
    if (found !== undefined && named !== undefined && ts.isIdentifier(named)) tables.set(named, tableName(found));
    ts.forEachChild(node, visit);
  };
  visit(method);
  return { position, tables };
}

function isRowsOf({ expression }: ts.CallExpression, lake: string): boolean {
  return ts.isPropertyAccessExpression(expression) && expression.name.text === "rows" && ts.isIdentifier(expression.expression) && expression.expression.text === lake;
}
