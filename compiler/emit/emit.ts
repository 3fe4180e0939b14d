/** Every emitter, asked once: a checked and bound Catalog in, all files of the generated folder out. Nothing is written here. */
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

/** The files of the generated folder, one emitter's after the other's: the many small ones first, catalog.json last. */
export function* emitInTurn(catalog: Catalog, context: EmitContext): Generator<readonly EmittedFile[]> {
  yield emitRowSchemas(catalog);
  yield emitSite(catalog);
  yield emitDiagrams(catalog);
  yield emitFunctions(catalog, context.functions);
  yield emitClient(catalog, context.project);
  yield emitRestClient(catalog);
  yield emitOpenApi(catalog, context.title);
  yield emitCatalog(catalog);
}

/** All of them, in order of path. */
export function emit(catalog: Catalog, context: EmitContext): EmittedFile[] {
  return [...emitInTurn(catalog, context)].flat().sort((left, right) => (left.path < right.path ? -1 : 1));
}
