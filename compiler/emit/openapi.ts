/** generated/openapi.json: the whole surface of a server of this catalog, as OpenAPI 3.1. */
import type { Catalog } from "../ir/catalog.ts";
import { allTables, fullName } from "../ir/names.ts";
import { jsonFile } from "./emitted-file.ts";
import type { EmittedFile } from "./emitted-file.ts";
import type { JsonSchema } from "./json-schema.ts";
import { headers, parameters, responses, schemas } from "./openapi-components.ts";
import { filterMeanings, filterPrinter } from "./openapi-filters.ts";
import { systemPaths } from "./openapi-system.ts";
import { tablePaths, tableSchemas } from "./openapi-table.ts";
import type { DescribedTable } from "./openapi-table.ts";
import { rowTypeNames, versionedSources } from "./table-facts.ts";

/** The one file; `title` is the document's. */
export function emitOpenApi(catalog: Catalog, title: string): EmittedFile[] {
  const tables = describedTables(catalog);
  const document = {
    openapi: "3.1.0",
    info: { title, version: "1", description: `Tables as typed endpoints, and SQL over all of them.\n\n${filterMeanings}` },
    tags: [
      ...catalog.databases.map((database) => ({ name: database.name, ...(database.doc === "" ? {} : { description: database.doc }) })),
      { name: "Server", description: "SQL over all tables, what there is, and how the server is." },
    ],
    paths: Object.assign({}, ...tables.map(tablePaths), systemPaths) as JsonSchema,
    components: { schemas: Object.assign({}, ...tables.map(tableSchemas), schemas) as JsonSchema, parameters, headers, responses },
  };
  return [jsonFile("openapi.json", document)];
}

function describedTables(catalog: Catalog): DescribedTable[] {
  const tables = allTables(catalog);
  const rowTypes = rowTypeNames(tables);
  const versioned = versionedSources(tables);
  const filters = filterPrinter();
  return tables.map((table) => ({
    table,
    rowType: rowTypes.get(fullName(table)) ?? "",
    versioned: versioned.get(fullName(table)) ?? new Set(),
    filters: filters(table.columns),
  }));
}
