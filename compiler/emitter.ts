/**
 * The emitters on a thread of their own: they load while the catalog's files are parsed, and print while TypeScript checks them. Both
 * take long and neither waits for the other.
 */
import { Worker } from "node:worker_threads";
import type { EmitContext } from "./emit/emit.ts";
import type { Catalog } from "./ir/catalog.ts";

/** What the thread is sent, once. */
export interface EmitWork { readonly catalog: Catalog; readonly context: EmitContext }

/**
 * An emitted file as it will stand on disk: its path below the generated folder, and its text in UTF-8, in parts. A part that stays from one
 * compile to the next is the very value it was.
 */
export interface PrintedFile { readonly path: string; readonly parts: readonly Uint8Array[] }

export interface Emitter {
  /** The files of the generated folder, in order of path. */
  emit(work: EmitWork): Promise<readonly PrintedFile[]>;
  /** Ends the thread, whatever it does. */
  stop(): Promise<void>;
}

/** Starts the thread, which is asked once. Stop it. */
export function startEmitter(): Emitter {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./emitter-thread.${extension}`, import.meta.url));
  const files = Promise.withResolvers<readonly PrintedFile[]>();
  // Nobody waits for the files of a catalog with errors.
  files.promise.catch(() => undefined);
  worker.on("message", files.resolve);
  worker.on("error", files.reject);
  return {
    emit(work) {
      worker.postMessage(work);
      return files.promise;
    },
    async stop() {
      await worker.terminate();
    },
  };
}

/** Prints in this thread, again and again, and keeps what stays the same: for those who stay as long as somebody edits. */
export function openEmitter(): Emitter {
  const encoder = new TextEncoder();
  return {
    async emit({ catalog, context }) {
      const { emit } = await import("./emit/emit.ts");
      return emit(catalog, context).map(({ path, parts }) => ({ path, parts: parts.map((part) => (typeof part === "string" ? encoder.encode(part) : part)) }));
    },
    stop: () => Promise.resolve(),
  };
}
