/** What runs long ends when a signal is aborted. */
import type { Engine } from "./engine.ts";

const interruptMs = 50;

/** Aborted once whoever asks gives up, or the engine begins to close. */
export function givenUp(engine: Engine, signal: AbortSignal | undefined): AbortSignal {
  return signal === undefined ? engine.closing : AbortSignal.any([signal, engine.closing]);
}

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
