/** Statements that run long end when a signal is aborted. */
import type { Engine } from "./engine.ts";

const interruptMs = 50;

/** Stops what the engine does once the signal is aborted, until the returned function is called: a statement that is only about to begin does not hear of it the first time. */
export function interruptOn(engine: Engine, signal: AbortSignal | undefined): () => void {
  let again: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    engine.control.interrupt();
    again = setTimeout(interrupt, interruptMs);
  };
  signal?.addEventListener("abort", interrupt);
  return () => {
    signal?.removeEventListener("abort", interrupt);
    clearTimeout(again);
  };
}
