/** The whole of the thread that emitter.ts starts: a catalog comes in, its files go out as they are printed, then nothing. */
import { enableCompileCache } from "node:module";
import { parentPort } from "node:worker_threads";
import type { EmitWork, PrintedFile } from "./emitter.ts";

// A thread has a cache of its own; it must be there before the emitters are loaded.
enableCompileCache();
const { emitInTurn } = await import("./emit/emit.ts");
const { wholeText } = await import("./emit/emitted-file.ts");

parentPort?.once("message", (work: string) => {
  const { catalog, context } = JSON.parse(work) as EmitWork;
  for (const emitted of emitInTurn(catalog, context)) {
    const files = emitted.map(({ path, parts }): PrintedFile => ({ path, parts: [wholeText(parts)] }));
    // The bytes are handed over, not copied.
    parentPort?.postMessage(files, files.flatMap((file) => file.parts.map((part) => part.buffer as ArrayBuffer)));
  }
  parentPort?.postMessage(undefined);
});
