/** JSON Schemas as TypeScript, by openapi-typescript, with 64-bit integers as bigint. Slow to load. */
import { astToString, transformSchemaObject } from "openapi-typescript";
import type { GlobalContext, SchemaObject } from "openapi-typescript";
import ts from "typescript";
import type { JsonSchema } from "./json-schema.ts";

/** The TypeScript type of a schema, two spaces deep. */
export function typeOfSchema(schema: JsonSchema): string {
  const text = astToString(transformSchemaObject(schema as SchemaObject, { ctx: context })).trimEnd();
  return text.replace(/^(?: {4})+/gm, (indent) => " ".repeat(indent.length / 2)).replace(/@description /g, "");
}

/** What openapi-typescript's own front door would set up, without its reading of a whole document. */
const context = {
  additionalProperties: false,
  defaultNonNullable: true,
  discriminators: { objects: {}, refsHandled: [] },
  immutable: true,
  injectFooter: [],
  resolve: () => undefined,
  silent: true,
  transform: wideInteger,
} as Partial<GlobalContext> as GlobalContext;

function wideInteger(schema: SchemaObject): ts.TypeNode | undefined {
  if (schema.format !== "int64") return undefined;
  const bigint = ts.factory.createKeywordTypeNode(ts.SyntaxKind.BigIntKeyword);
  const nullable = "type" in schema && Array.isArray(schema.type) && schema.type.some((type) => type === "null");
  return nullable ? ts.factory.createUnionTypeNode([bigint, ts.factory.createLiteralTypeNode(ts.factory.createNull())]) : bigint;
}
