/**
 * The emitters on a thread of their own: they load while the catalog's files are parsed, and print while TypeScript checks them. Both
 * take long and neither waits for the other.
 */
import { on } from "node:events";
import { Worker } from "node:worker_threads";
import type { EmitContext } from "./emit/emit.ts";
import type { Catalog } from "./ir/catalog.ts";

/** What the thread is sent, once, as JSON. */
export interface EmitWork { readonly catalog: Catalog; readonly context: EmitContext }

/**
 * An emitted file as it will stand on disk: its path below the generated folder, and its text in UTF-8, in parts. A part that stays from one
 * compile to the next is the very value it was.
 */
export interface PrintedFile { readonly path: string; readonly parts: readonly Uint8Array[] }

/** Files in lists, as they come. */
export type PrintedFiles = AsyncIterable<readonly PrintedFile[]>;

export interface Emitter {
  /** The files of the generated folder. A thread prints them from now on, whether or not somebody asks for them. */
  emit(work: EmitWork): PrintedFiles;
  /** Ends the thread, whatever it does. */
  stop(): Promise<void>;
}

/** Starts the thread, which is asked once. Stop it. */
export function startEmitter(): Emitter {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./emitter-thread.${extension}`, import.meta.url));
  // Keeps what comes, an error too, until somebody asks: nobody does when the catalog has errors.
  const messages = on(worker, "message");
  return {
    emit(work) {
      // As JSON, which the catalog is: a clone of it takes three times as long, and this thread has the most to do.
      worker.postMessage(JSON.stringify(work));
      return untilLast(messages as AsyncIterable<[readonly PrintedFile[] | undefined]>);
    },
    async stop() {
      await worker.terminate();
    },
  };
}

async function* untilLast(messages: AsyncIterable<[readonly PrintedFile[] | undefined]>): PrintedFiles {
  for await (const [files] of messages) {
    if (files === undefined) return;
    yield files;
  }
}

/** Prints in this thread, again and again, and keeps what stays the same: for those who stay as long as somebody edits. */
export function openEmitter(): Emitter {
  const encoder = new TextEncoder();
  return {
    async *emit({ catalog, context }) {
      const { emit } = await import("./emit/emit.ts");
      yield emit(catalog, context).map(({ path, parts }) => ({ path, parts: parts.map((part) => (typeof part === "string" ? encoder.encode(part) : part)) }));
    },
    stop: () => Promise.resolve(),
  };
}

/** For those who only want to know what is wrong. */
export const noEmitter: Emitter = { emit: () => noFiles, stop: () => Promise.resolve() };
const noFiles: PrintedFiles = { async *[Symbol.asyncIterator]() { /* Nothing is printed. */ } };
