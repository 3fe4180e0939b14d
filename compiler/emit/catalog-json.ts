/** generated/catalog.json: the Catalog itself, which the runtime reads. */
import type { Catalog, Table } from "../ir/catalog.ts";
import { remembered } from "../ir/remembered.ts";
import { jsonFile, keptItem, keptList } from "./emitted-file.ts";
import type { EmittedFile } from "./emitted-file.ts";

/** The one file. */
export function emitCatalog(catalog: Catalog): EmittedFile[] {
  const databases = catalog.databases.map((database) => ({ ...database, tables: [keptList(database.tables.map(tableText), tableDepth)] }));
  return [jsonFile("catalog.json", { ...catalog, databases })];
}

const tableDepth = 4;
const tableText = remembered((table: Table) => keptItem(table, tableDepth));
