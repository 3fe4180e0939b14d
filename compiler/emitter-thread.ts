/** The whole of the thread that emitter.ts starts: a catalog comes in, its files go out. */
import { parentPort } from "node:worker_threads";
import { emit } from "./emit/emit.ts";
import type { EmitWork } from "./emitter.ts";

parentPort?.once("message", ({ catalog, context }: EmitWork) => parentPort?.postMessage(emit(catalog, context)));
