/** The engine that copies rows from file to file: it reaches those, and nothing else. It is kept from copy to copy, since starting one costs more than many a copy does. */
import path from "node:path";
import { openEngine } from "./engine.ts";
import type { Engine } from "./engine.ts";
import { newTemporary, removeTemporary } from "./temporary-directory.ts";

/** What one copy asks of its engine. */
export interface Copying {
  readonly inputs: readonly { readonly file: string; readonly size: number }[];
  /** Absolute directories that files come to be in. */
  readonly outputs: readonly string[];
  /** As many as the inputs are worth when left out. */
  readonly threads?: number;
  /** As DuckDB spells it. */
  readonly memoryMax: string;
}

export interface CopyingEngines {
  /** Runs a copy in the engine at hand, or in another where that one does not do; several may run at once. */
  run<T>(copying: Copying, act: (engine: Engine) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Inputs of fewer bytes are copied by one thread: it takes little longer, and leaves the other processors to those. */
const fewBytes = 32 * 1024 * 1024;
/** So many inputs cost more to open than to copy, whatever they weigh. */
const manyInputs = 256;

/** Engines for copies, of which there is one at a time; none is started yet. Close them. */
export function copyingEngines(): CopyingEngines {
  let last: Promise<Opened | undefined> = Promise.resolve(undefined);
  const next = <T extends Opened | undefined>(change: (now: Opened | undefined) => Promise<T>): Promise<T> => {
    const changed = last.then(change);
    last = changed.catch(() => undefined);
    return changed;
  };
  const close = async (): Promise<void> => void await next(async (now) => await now?.close());
  return {
    async run(copying, act) {
      const { engine } = await next(async (now) => {
        if (now !== undefined && isEnough(now, copying)) return now;
        await now?.close();
        return await open(copying);
      });
      try {
        return await engine.hold(async () => await act(engine));
      } catch (error) {
        // An engine that met a fault of its own does no more.
        await next(async (now) => await (now?.engine === engine ? now.close() : now));
        throw error;
      }
    },
    close,
  };
}

/** Runs one copy in an engine of its own. */
export async function withCopyingEngine<T>(copying: Copying, act: (engine: Engine) => Promise<T>): Promise<T> {
  const engines = copyingEngines();
  try {
    return await engines.run(copying, act);
  } finally {
    await engines.close();
  }
}

interface Opened { readonly engine: Engine; readonly threads: number | undefined; readonly memoryMax: string; close(): Promise<undefined> }

async function open(copying: Copying): Promise<Opened> {
  const { memoryMax } = copying;
  const threads = threadsFor(copying);
  const temporary = await newTemporary();
  try {
    const engine = await openEngine({ readable: placesOf(copying), temporary, readsOnce: true, memoryMax, ...(threads === undefined ? {} : { threads }) });
    return {
      engine, threads, memoryMax,
      async close() {
        await engine.close();
        await removeTemporary(temporary);
        return undefined;
      },
    };
  } catch (error) {
    await removeTemporary(temporary);
    throw error;
  }
}

function placesOf({ inputs, outputs }: Copying): readonly string[] {
  const below = (place: string): boolean => outputs.some((output) => place === output || place.startsWith(`${output}/`));
  return [...new Set([...outputs, ...inputs.map(({ file }) => path.dirname(file)).filter((place) => !below(place))])];
}

function threadsFor({ inputs, threads }: Copying): number | undefined {
  const isSmall = inputs.length < manyInputs && inputs.reduce((sum, { size }) => sum + size, 0) < fewBytes;
  return isSmall ? 1 : threads;
}

function isEnough({ engine: { readable }, threads, memoryMax }: Opened, copying: Copying): boolean {
  return threads === threadsFor(copying) && memoryMax === copying.memoryMax && placesOf(copying).every((place) => readable.includes(place));
}
