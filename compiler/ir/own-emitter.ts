/** An emitter of a project's own: `emitters: [mine]` in neuralake.config.ts. The Catalog in, files of the generated folder out. */
import type { Catalog } from "./catalog.ts";

/** A file that an emitter of one's own makes; `path` is relative to the generated folder, with forward slashes. */
export interface OwnFile { readonly path: string; readonly text: string }

/** What an emitter is told beside the catalog. */
export interface OwnContext {
  /** The name in the project's package.json. */
  readonly title: string;
}

export interface OwnEmitter {
  /** What messages call it. */
  readonly name: string;
  /**
   * The files for this catalog, and for no other reason than what is in it: no clock, no chance, nothing read. What is emitted no more is
   * removed; paths that the compiler emits itself are refused.
   */
  readonly emit: (catalog: Catalog, context: OwnContext) => readonly OwnFile[];
}

/** Returns the emitter as it is; it exists so that an editor knows the words. */
export function defineEmitter(emitter: OwnEmitter): OwnEmitter {
  return emitter;
}
