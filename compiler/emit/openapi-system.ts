/** The paths of the server that belong to no table: SQL, what there is, and how the server itself is. */
import { otherFormats, ref, rowHeaders } from "./openapi-components.ts";
import type { JsonSchema } from "./json-schema.ts";

const tag = "Server";
const rows = {
  description: "The rows.",
  headers: rowHeaders,
  content: { "application/json": { schema: { type: "array", items: { type: "object", additionalProperties: true } } }, ...otherFormats },
};

function sqlPath(operationId: string): JsonSchema {
  return {
    post: {
      operationId, tags: [tag], summary: "Ask in SQL",
      description: "One SELECT over the tables of the catalog. The SQL is the body, under any content type; or JSON with parameters.",
      parameters: ["version", "timestamp", "format"].map((name) => ref("parameters", name)),
      requestBody: {
        required: true,
        content: { "text/plain": { schema: { type: "string" } }, "application/sql": { schema: { type: "string" } }, "application/json": { schema: ref("schemas", "SqlRequest") } },
      },
      responses: { 200: rows, default: ref("responses", "Problem") },
    },
  };
}

function get(operationId: string, summary: string, mediaType: string, schema: JsonSchema, more: JsonSchema = {}): JsonSchema {
  return {
    get: {
      operationId, tags: [tag], summary, ...more,
      responses: { 200: { description: summary, content: { [mediaType]: { schema } } }, default: ref("responses", "Problem") },
    },
  };
}

const anyObject = { type: "object", additionalProperties: true };

/** By path, in order. */
export const systemPaths: JsonSchema = {
  "/api/schema": get("schemas", "What tables there are", "application/json", anyObject),
  "/api/schema/{table}": get("schema", "What one table is", "application/json", anyObject, {
    parameters: [{ name: "table", in: "path", required: true, description: "Its name, as in SQL.", schema: { type: "string" } }],
  }),
  "/api/sql": sqlPath("query"),
  "/healthz": get("healthz", "Whether the server runs", "application/json", anyObject),
  "/metrics": get("metrics", "What the server and the processes beside it counted, for Prometheus", "text/plain", { type: "string" }),
  "/openapi.json": get("openapi", "This document", "application/json", anyObject),
  "/readyz": get("readyz", "Whether the lake can be read", "application/json", anyObject),
  "/sql": sqlPath("querySql"),
};
