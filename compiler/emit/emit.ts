/** Every emitter, asked once: a checked and bound Catalog in, all files of the generated folder out, in order of path. Nothing is written here. */
import type { Catalog } from "../ir/catalog.ts";
import { emitCatalog } from "./catalog-json.ts";
import { emitClient } from "./client.ts";
import type { EmittedFile } from "./emitted-file.ts";
import { emitDiagrams } from "./er-diagram.ts";
import { emitFunctions } from "./functions.ts";
import type { FunctionModule } from "./functions.ts";
import { emitOpenApi } from "./openapi.ts";
import { emitRestClient } from "./rest-client.ts";
import { emitRowSchemas } from "./row-schema.ts";
import { emitSite } from "./site.ts";

/** What emitters need beside the catalog. */
export interface EmitContext {
  /** The title of openapi.json. */
  readonly title: string;
  /** From a folder of the generated folder to the project: `../..`. */
  readonly project: string;
  readonly functions: readonly FunctionModule[];
}

/** The files of the generated folder. */
export function emit(catalog: Catalog, context: EmitContext): EmittedFile[] {
  const files = [
    ...emitCatalog(catalog),
    ...emitClient(catalog, context.project),
    ...emitFunctions(catalog, context.functions),
    ...emitDiagrams(catalog),
    ...emitOpenApi(catalog, context.title),
    ...emitRowSchemas(catalog),
    ...emitSite(catalog),
    ...emitRestClient(catalog),
  ];
  return files.sort((left, right) => (left.path < right.path ? -1 : 1));
}
