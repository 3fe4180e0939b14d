/** The parts of openapi.json that are the same for every catalog: shared parameters, headers, answers, and the paths that are no table's. */
import { lasting } from "./emitted-file.ts";
import type { JsonSchema } from "./json-schema.ts";

/** A reference to a shared part, as in `ref("parameters", "limit")`. */
export function ref(section: "parameters" | "headers" | "responses" | "schemas", name: string): JsonSchema {
  return { $ref: `#/components/${section}/${name}` };
}

/** What may go wrong, wherever anything is asked. */
export const problem: JsonSchema = lasting(ref("responses", "Problem"));

/** A parameter that many paths take. */
export function sharedParameter(name: string): JsonSchema {
  return sharedParameters.getOrInsertComputed(name, () => lasting(ref("parameters", name)));
}
const sharedParameters = new Map<string, JsonSchema>();

/** The media types of rows besides JSON: text or bytes that a schema says nothing about. */
export const otherFormats: JsonSchema = {
  "application/x-ndjson": lasting({ schema: { type: "string" } }),
  "text/csv": lasting({ schema: { type: "string" } }),
  "application/vnd.apache.arrow.stream": {},
  "application/vnd.apache.arrow.file": {},
  "application/vnd.apache.parquet": {},
};

/** Headers of every answer that carries rows. */
export const rowHeaders: JsonSchema = lasting({
  "Neuralake-Version": ref("headers", "Neuralake-Version"),
  Age: ref("headers", "Age"),
  ETag: ref("headers", "ETag"),
});

export const parameters: JsonSchema = {
  limit: { name: "limit", in: "query", description: "How many rows at most.", schema: { type: "integer", minimum: 0 } },
  cursor: { name: "cursor", in: "query", description: "Where the page before this one ended, as its answer said.", schema: { type: "string" } },
  version: { name: "version", in: "query", description: "The version of the table to read.", schema: { type: "integer", minimum: 0 } },
  timestamp: { name: "timestamp", in: "query", description: "Reads what the lake held at this time.", schema: { type: "string", format: "date-time" } },
  format: {
    name: "format", in: "query", description: "The format of the answer, where the Accept header cannot be set.",
    schema: { type: "string", enum: ["json", "ndjson", "csv", "arrow", "arrow-file", "parquet"] },
  },
};

/** Headers of a page of rows. */
export const pageHeaders: JsonSchema = lasting({
  ...rowHeaders,
  "Neuralake-Cursor": ref("headers", "Neuralake-Cursor"),
  Link: ref("headers", "Link"),
});

export const headers: JsonSchema = {
  "Neuralake-Version": { description: "The version of each Delta table that was read: `rides.trips=5`.", schema: { type: "string" } },
  Age: { description: "Seconds since the data last changed.", schema: { type: "integer", minimum: 0 } },
  "Neuralake-Cursor": { description: "The cursor of the next page, where there may be one.", schema: { type: "string" } },
  Link: { description: "The next page (RFC 8288), where there may be one.", schema: { type: "string" } },
  ETag: { description: "Changes when the answer may have; send it back as If-None-Match.", schema: { type: "string" } },
};

export const responses: JsonSchema = {
  Problem: { description: "What went wrong.", content: { "application/problem+json": { schema: ref("schemas", "Problem") } } },
};

const changeCounts: JsonSchema = {
  table: { type: "string" },
  version: { type: "integer", description: "The version that has the change; the newest where no such row was found." },
  filesRead: { type: "integer" },
  filesRemoved: { type: "integer" },
  filesAdded: { type: "integer" },
  vectorsAdded: { type: "integer", description: "Files that stay, and say of some of their rows that they are deleted." },
};

function changeResult(description: string, count: JsonSchema): JsonSchema {
  const properties = { ...changeCounts, ...count };
  return { type: "object", description, required: Object.keys(properties), properties };
}

function mergeClauses(description: string): JsonSchema {
  const values = { oneOf: [{ const: "all" }, { type: "object", additionalProperties: { oneOf: [{ type: "string", description: "SQL." }, { type: "object", required: ["value"], properties: { value: {} }, additionalProperties: false }] } }] };
  return { type: "array", description, items: { type: "object", properties: { if: { type: "string", description: "SQL." }, update: values, insert: values, delete: { const: true } }, additionalProperties: false } };
}

export const schemas: JsonSchema = {
  Problem: {
    type: "object",
    description: "A problem document (RFC 9457).",
    required: ["type", "title", "status", "detail", "code"],
    properties: {
      type: { type: "string", format: "uri-reference" },
      title: { type: "string" },
      status: { type: "integer", minimum: 400, maximum: 599 },
      detail: { type: "string", description: "What was wrong with which value." },
      code: { type: "string", description: "Stable; for programs." },
      hint: { type: "string", description: "The way out." },
      place: {
        type: "object",
        description: "Where: line and column of the SQL, or the parameter.",
        properties: { line: { type: "integer" }, column: { type: "integer" }, parameter: { type: "string" }, file: { type: "string" }, value: { type: "string" } },
      },
    },
  },
  WriteResult: {
    type: "object",
    description: "What became of appended rows.",
    required: ["table", "kept", "quarantined", "warnings"],
    properties: {
      table: { type: "string" },
      version: { type: "integer", description: "The version the rows are in; absent when none was kept." },
      kept: { type: "integer" },
      quarantined: { type: "integer" },
      warnings: {
        type: "array",
        items: { type: "object", required: ["check", "rows"], properties: { check: { type: "string" }, rows: { type: "integer" } } },
      },
    },
  },
  Condition: { type: "string", description: "Which rows: an SQL condition over the table's columns, `true` for all." },
  ConditionParams: { type: "array", description: "Values of $1, $2 and so on, in the condition and in new values.", items: { type: ["string", "number", "boolean", "null"] } },
  NewValues: { type: "object", description: "By column, its new value in SQL over the row as it was.", additionalProperties: { type: "string" } },
  UpdateResult: changeResult("What became of rows with new values.", { updated: { type: "integer" } }),
  DeleteResult: changeResult("What became of deleted rows.", { deleted: { type: ["integer", "null"], description: "Null where a file that went unread did not say how many rows it held." } }),
  MergeRequest: {
    type: "object",
    description: "Rows, or a SELECT that gives them, and what becomes of rows that match and that do not; none of the three given: matching rows get the values, others are inserted.",
    required: ["on"],
    properties: {
      rows: { type: "array", description: "Rows of the table, each with the columns it speaks of.", items: { type: "object" } },
      using: { type: "object", required: ["sql"], properties: { sql: { type: "string" }, params: ref("schemas", "ConditionParams") }, additionalProperties: false },
      on: { description: "Columns that are equal in both, or SQL over target.x and source.x.", oneOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
      matched: mergeClauses("The first acts whose `if` is true: `update` with \"all\" or columns, or `delete`."),
      notMatched: mergeClauses("Of rows that match none of the table: `insert` with \"all\" or columns."),
      notMatchedBySource: mergeClauses("Of rows of the table that no row matches: `update` with columns, or `delete`."),
      params: ref("schemas", "ConditionParams"),
    },
    additionalProperties: false,
  },
  MergeResult: changeResult("What became of merged rows.", { inserted: { type: "integer" }, updated: { type: "integer" }, deleted: { type: "integer" } }),
  SqlRequest: {
    type: "object",
    required: ["sql"],
    properties: {
      sql: { type: "string", description: "One SELECT statement in DuckDB's dialect." },
      params: { type: "array", description: "Values of $1, $2 and so on.", items: { type: ["string", "number", "boolean", "null"] } },
      version: { type: "integer", minimum: 0, description: "Where exactly one Delta table is named." },
      timestamp: { type: "string", format: "date-time" },
    },
    additionalProperties: false,
  },
};
