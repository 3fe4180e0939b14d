/** The whole of the thread that background.ts starts: TypeScript's errors first, then the types of the schemas it is sent. */
import { parentPort, workerData } from "node:worker_threads";
import type { JsonSchema } from "./emit/json-schema.ts";
import { findTypeErrors } from "./extract/typescript-errors.ts";
import type { Answer, Work } from "./background.ts";

function answer(message: Answer): void {
  parentPort?.postMessage(message);
}

const { project, catalogDir } = workerData as Work;
answer({ typeErrors: findTypeErrors(project, catalogDir) });

const { typesOfSchemas } = await import("./emit/rest-types.ts");
parentPort?.once("message", (schemas: readonly JsonSchema[]) => answer({ types: typesOfSchemas(schemas) }));
