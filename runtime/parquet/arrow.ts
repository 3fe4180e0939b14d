/** Apache Arrow's library, which loads once rows or types take its form and not before: whoever leaves rows to the engine starts in less time and memory without it. */
import { createRequire } from "node:module";
import type * as Arrow from "apache-arrow";

const require = createRequire(import.meta.url);
let library: typeof Arrow | undefined;

/** Its functions and classes: the very ones that `import` gives to others, whose values are instances of these. */
export function arrow(): typeof Arrow {
  return (library ??= require(require.resolve("apache-arrow").replace(/\.js$/, ".mjs")) as typeof Arrow);
}
