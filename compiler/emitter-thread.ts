/** The whole of the thread that emitter.ts starts: a catalog comes in, its files go out. */
import { enableCompileCache } from "node:module";
import { parentPort } from "node:worker_threads";
import type { EmitWork } from "./emitter.ts";

// A thread has a cache of its own; it must be there before the emitters are loaded.
enableCompileCache();
const { emit } = await import("./emit/emit.ts");

parentPort?.once("message", ({ catalog, context }: EmitWork) => parentPort?.postMessage(emit(catalog, context)));
