/** generated/catalog.json: the Catalog itself, which the runtime reads. */
import type { Catalog } from "../ir/catalog.ts";
import { jsonFile } from "./emitted-file.ts";
import type { EmittedFile } from "./emitted-file.ts";

/** The one file. */
export function emitCatalog(catalog: Catalog): EmittedFile[] {
  return [jsonFile("catalog.json", catalog)];
}
