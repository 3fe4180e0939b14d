/** The handle on the thread that makes TypeScript of JSON Schemas: started early, asked once. */
import { Worker } from "node:worker_threads";
import type { JsonSchema } from "./json-schema.ts";

export interface TypeWriter {
  /** The TypeScript type of each schema. Asked once. */
  types(schemas: readonly JsonSchema[]): Promise<readonly string[]>;
  /** Ends the thread, whatever it does. */
  stop(): Promise<void>;
}

/** Starts the thread. */
export function startTypeWriter(): TypeWriter {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./rest-types.${extension}`, import.meta.url));
  return {
    types(schemas) {
      return new Promise((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
        worker.postMessage(schemas);
      });
    },
    async stop() {
      await worker.terminate();
    },
  };
}
