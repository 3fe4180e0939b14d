/**
 * JSON Schemas as TypeScript, by openapi-typescript, with 64-bit integers as bigint. It is slow to load and loads another TypeScript,
 * so this file is the whole of a worker thread that gets ready while the catalog is read: schemas in, the text of their types out.
 */
import { parentPort } from "node:worker_threads";
import { astToString, transformSchemaObject } from "openapi-typescript";
import type { GlobalContext, SchemaObject } from "openapi-typescript";
import ts from "typescript";

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

function typeText(schema: SchemaObject): string {
  const text = astToString(transformSchemaObject(schema, { ctx: context })).trimEnd();
  return text.replace(/^(?: {4})+/gm, (indent) => " ".repeat(indent.length / 2)).replace(/@description /g, "");
}

parentPort?.once("message", (schemas: readonly SchemaObject[]) => {
  parentPort?.postMessage(schemas.map(typeText));
});
