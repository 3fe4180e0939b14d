/** JSON Schemas as TypeScript, by openapi-typescript, with 64-bit integers as bigint. It is slow to load, and loaded when first asked. */
import { createRequire } from "node:module";
import type * as OpenApiTypescript from "openapi-typescript";
import type { GlobalContext, SchemaObject } from "openapi-typescript";
import type * as Typescript from "typescript";
import type { JsonSchema } from "./json-schema.ts";

const require = createRequire(import.meta.url);

/** The TypeScript type of a schema, two spaces deep. */
export function typeOfSchema(schema: JsonSchema): string {
  const { astToString, transformSchemaObject } = require("openapi-typescript") as typeof OpenApiTypescript;
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

function wideInteger(schema: SchemaObject): Typescript.TypeNode | undefined {
  if (schema.format !== "int64") return undefined;
  const ts = require("typescript") as typeof Typescript;
  const bigint = ts.factory.createKeywordTypeNode(ts.SyntaxKind.BigIntKeyword);
  const nullable = "type" in schema && Array.isArray(schema.type) && schema.type.some((type) => type === "null");
  return nullable ? ts.factory.createUnionTypeNode([bigint, ts.factory.createLiteralTypeNode(ts.factory.createNull())]) : bigint;
}
