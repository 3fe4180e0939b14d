/** Checkpoints that turn out damaged when files are read from them, long after they were opened: what is known of them in this process (protocol, "Checkpoints"). */
import { Failure } from "../../values/failure.ts";
import type { FileBlock } from "../actions/file-block.ts";

/** A checkpoint that blocks of files come from; "only" when it is damaged, and the log has no other way to its version. */
export interface BlockSource { state: "whole" | "damaged" | "only" }

const sources = new Map<string, BlockSource>();
const ofBlocks = new WeakMap<FileBlock, BlockSource>();

/** What is known of the checkpoint whose first file is at a place that messages name. */
export function sourceAt(place: string): BlockSource | undefined {
  return sources.get(place);
}

/** The block, which tells of the checkpoint at `place` when it finds damage. */
export function watched(block: FileBlock, place: string): FileBlock {
  const source: BlockSource = sources.get(place) ?? { state: "whole" };
  const told = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "DELTA_LOG_BROKEN") throw error;
      if (source.state === "whole") source.state = "damaged";
      sources.set(place, source);
      throw source.state === "only" ? withoutWay(error) : error;
    }
  };
  function* each<T>(values: Iterator<T>): Generator<T> {
    for (let next = told(() => values.next()); next.done !== true; next = told(() => values.next())) yield next.value;
  }
  const own: FileBlock = { ...block, keyAt: (row) => told(() => block.keyAt(row)), read: (rows) => each(block.read(rows)), readFacts: () => each(block.readFacts()) };
  ofBlocks.set(own, source);
  return own;
}

/** Says of the checkpoint at `place` that it is damaged. */
export function noteDamage(place: string): void {
  sources.getOrInsertComputed(place, () => ({ state: "damaged" }));
}

/** Forgets what was known of the checkpoint at `place`: another stands there now. */
export function forgetDamage(place: string): void {
  sources.delete(place);
}

/** The failure, for a checkpoint that nothing can stand for. */
function withoutWay({ message, place, cause }: Failure): Failure {
  return new Failure("DELTA_LOG_BROKEN", `${message} The log has no other way to its files: no older checkpoint with all commits behind it, nor all commits from the first on.`, {
    hint: "Restore the checkpoint, or the commits before it, from a copy. What the log says of schema and properties can still be read.", ...(place === undefined ? {} : { place }), cause,
  });
}

/** Whether a block is of a checkpoint that was found damaged, and there may be another way to its files. */
export function isDamaged(block: FileBlock): boolean {
  return ofBlocks.get(block)?.state === "damaged";
}
