/** The library that is WebAssembly, which loads once a small Parquet file is read or written and not before: whoever leaves both to the engine starts in less time and memory without it. */
import { createRequire } from "node:module";
import type * as Wasm from "parquet-wasm";

const require = createRequire(import.meta.url);
let wasm: typeof Wasm | undefined;

/** Its functions and classes. */
export function parquetWasm(): typeof Wasm {
  return (wasm ??= require("parquet-wasm") as typeof Wasm);
}
