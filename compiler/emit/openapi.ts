/** generated/openapi.json: the whole surface of a server of this catalog, as OpenAPI 3.1. */
import type { Catalog, Table } from "../ir/catalog.ts";
import { allTables } from "../ir/names.ts";
import { rememberedWith } from "../ir/remembered.ts";
import { jsonFile, keptEntries, keptList } from "./emitted-file.ts";
import type { EmittedFile } from "./emitted-file.ts";
import { headers, parameters, responses, schemas } from "./openapi-components.ts";
import { filterMeanings, filterPrinter } from "./openapi-filters.ts";
import { systemPaths } from "./openapi-system.ts";
import { tablePaths, tableSchemas } from "./openapi-table.ts";
import type { DescribedTable } from "./openapi-table.ts";
import { typeNames, versionedSources } from "./table-facts.ts";

/** The one file; `title` is the document's. */
export function emitOpenApi(catalog: Catalog, title: string): EmittedFile[] {
  const namesOf = typeNames(catalog);
  const versioned = versionedSources(catalog);
  const tables = allTables(catalog).map((table) => ({ table, facts: `${namesOf(table).row} ${Math.min(versioned(table).size, 2)}` }));
  const document = {
    openapi: "3.1.0",
    info: { title, version: "1", description: `Tables as typed endpoints, and SQL over all of them.\n\n${filterMeanings}` },
    // The server that gave out the document, which asks nobody who they are.
    servers: [{ url: "/" }],
    security: [],
    tags: [
      ...catalog.databases.map((database) => ({ name: database.name, ...(database.doc === "" ? {} : { description: database.doc }) })),
      { name: "Server", description: "SQL over all tables, what there is, and how the server is." },
    ],
    paths: { tables: keptList(tables.map(({ table, facts }) => pathsText(table, facts)), pathDepth), ...systemPaths },
    components: { schemas: { tables: keptList(tables.map(({ table, facts }) => schemasText(table, facts)), schemaDepth), ...schemas }, parameters, headers, responses },
  };
  return [jsonFile("openapi.json", document)];
}

const pathDepth = 2;
const schemaDepth = 3;
const pathsText = rememberedWith((table: Table, facts) => keptEntries(tablePaths(describe(table, facts)), pathDepth));
const schemasText = rememberedWith((table: Table, facts) => keptEntries(tableSchemas(describe(table, facts)), schemaDepth));

/** `facts`: the name of its row's type, and how many Delta tables are beneath it, two standing for more. */
function describe(table: Table, facts: string): DescribedTable {
  const [rowType = "", versioned = ""] = facts.split(" ");
  return { table, rowType, versioned: Number(versioned), filters: filtersOf(table.columns) };
}

const filtersOf = filterPrinter("  ".repeat(pathDepth + 3));
