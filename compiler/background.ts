/**
 * What takes long and waits for nothing runs on a thread of its own, beside the compiler: TypeScript's check of the catalog, and the
 * loading of openapi-typescript.
 */
import { Worker } from "node:worker_threads";
import type { JsonSchema } from "./emit/json-schema.ts";
import type { TypescriptError } from "./extract/typescript-errors.ts";

/** What the thread is started with. */
export interface Work { readonly project: string; readonly catalogDir: string }
/** What it says, one after the other. */
export type Answer = { readonly typeErrors: readonly TypescriptError[] } | { readonly types: readonly string[] };

export interface Background {
  /** TypeScript's own errors in the catalog's files. */
  readonly typeErrors: Promise<readonly TypescriptError[]>;
  /** The TypeScript type of each schema. Asked once. */
  writeTypes(schemas: readonly JsonSchema[]): Promise<readonly string[]>;
  /** Ends the thread, whatever it does. */
  stop(): Promise<void>;
}

/** Starts the thread. */
export function startBackground(work: Work): Background {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./background-thread.${extension}`, import.meta.url), { workerData: work });
  const typeErrors = Promise.withResolvers<readonly TypescriptError[]>();
  const types = Promise.withResolvers<readonly string[]>();
  worker.on("message", (answer: Answer) => ("types" in answer ? types.resolve(answer.types) : typeErrors.resolve(answer.typeErrors)));
  worker.on("error", (error) => {
    typeErrors.reject(error);
    types.reject(error);
  });
  return {
    typeErrors: typeErrors.promise,
    writeTypes(schemas) {
      worker.postMessage(schemas);
      return types.promise;
    },
    async stop() {
      await worker.terminate();
    },
  };
}
