/** The members of a class or an interface, told apart: properties of a row, static methods, everything else. */
import { ts } from "ts-morph";

export type RowProperty = ts.PropertySignature | ts.PropertyDeclaration;
export type Member = ts.TypeElement | ts.ClassElement;

/** The members that are properties of a row: those of an interface, or the instance properties of a class. */
export function properties(members: readonly Member[]): RowProperty[] {
  return members.filter((member): member is RowProperty => ts.isPropertySignature(member) || (ts.isPropertyDeclaration(member) && !isStatic(member)));
}

/** The names of a class's columns. */
export function columnNames(declaration: ts.ClassDeclaration): string[] {
  return properties(declaration.members).flatMap((member) => plainName(member.name) ?? []);
}

/** The text of a name that is an identifier or a quoted one. */
export function plainName(name: ts.PropertyName): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : undefined;
}

/** Whether `static` stands before the member. */
export function isStatic(member: ts.PropertyDeclaration | ts.MethodDeclaration): boolean {
  return hasModifier(member, ts.SyntaxKind.StaticKeyword);
}

/** Whether the modifier `kind` stands before the node. */
export function hasModifier(node: ts.HasModifiers, kind: ts.SyntaxKind): boolean {
  return node.modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}

/** What to call a member in a message. */
export function memberName(member: ts.ClassElement): string {
  if (member.name !== undefined) return member.name.getText();
  return ts.isConstructorDeclaration(member) ? "The constructor" : "This member";
}
