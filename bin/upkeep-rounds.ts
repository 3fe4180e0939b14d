/** The tables that a process of upkeep looks after, looked at again and again: those named, or all that the project's catalog has at the time. */
import { constants, setPriority } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { isPath } from "../runtime/lake/targets.ts";
import type { Lake } from "../runtime/lake.ts";
import { Failure } from "../runtime/values/failure.ts";
import { followProject } from "./commands/serve.ts";
import { openTargetLake, resolveTarget, type Project } from "./project.ts";
import { errorStyle, type Terminal } from "./terminal.ts";

/** The lake of the moment. */
export interface LakeInUse extends AsyncDisposable { use<T>(act: (lake: Lake) => Promise<T>): Promise<T> }

/** The project's lake, which follows its catalog; for the path of a table no project is needed, and the lake stays as it is. */
export async function useLake(project: Project, targets: readonly string[], terminal: Terminal): Promise<LakeInUse> {
  const given = targets.find(isPath);
  if (given !== undefined) {
    const lake = await openTargetLake(project, given);
    return { use: (act) => act(lake), [Symbol.asyncDispose]: () => lake.close() };
  }
  const followed = await followProject(project, terminal);
  return {
    async use(act) {
      const edition = followed.take();
      try {
        return await act(edition.lake);
      } finally {
        followed.giveBack(edition);
      }
    },
    [Symbol.asyncDispose]: () => followed[Symbol.asyncDispose](),
  };
}

export interface Rounds {
  /** All of the catalog when none. */
  readonly targets: readonly string[];
  /** Milliseconds from the begin of one look at a table to the next. */
  readonly everyMs: number;
  /** A table where nothing was done is looked at ever less often, up to so many milliseconds. */
  readonly quietMs: number;
  /** What all of the catalog are; every Delta table when left out. */
  readonly all?: TargetsOf;
}

/** The targets of a lake where none are named. */
export type TargetsOf = (lake: Lake) => readonly string[];

/** One round: each target once, all of the catalog when none are named; those of it that are not there yet are passed over. */
export async function oneRound<T>(lakes: LakeInUse, targets: readonly string[], terminal: Terminal, act: (lake: Lake, target: string) => Promise<T>): Promise<T[]> {
  return await lakes.use(async (lake) => {
    const done: T[] = [];
    for (const target of targetsOf(lake, targets)) {
      terminal.signal.throwIfAborted();
      try {
        done.push(await act(lake, target));
      } catch (error) {
        if (targets.length > 0 || !isAbsent(error)) throw error;
      }
    }
    return done;
  });
}

/**
 * Rounds until the terminal's signal. `act` says whether there was something to do. What fails in one table is told once, and it is tried
 * again; what was asked for wrongly ends it in the first round.
 */
export async function roundsUntilStopped(lakes: LakeInUse, { targets, everyMs, quietMs, all }: Rounds, terminal: Terminal, act: (lake: Lake, target: string) => Promise<boolean>): Promise<void> {
  // What keeps tables in order yields to those who feed and ask them; threads that are made from here on do too.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const told = new Map<string, string>();
  const pauses = new Map<string, number>();
  const due = new Map<string, number>();
  for (let round = 0; !terminal.signal.aborted; round++) {
    const started = Date.now();
    for (const target of await lakes.use(async (lake) => targetsOf(lake, targets, all))) {
      if (terminal.signal.aborted || Date.now() < (due.get(target) ?? 0)) continue;
      const began = Date.now();
      const busy = await lakes.use((lake) => act(lake, target)).catch((error: unknown) => {
        if (terminal.signal.aborted) return true;
        tellFailure(error, target, { first: round === 0, named: targets.length > 0 }, told, terminal);
        return false;
      });
      pauses.set(target, busy ? everyMs : Math.max(everyMs, Math.min(quietMs, 2 * (pauses.get(target) ?? everyMs))));
      due.set(target, began + (pauses.get(target) ?? everyMs));
    }
    await wait(Math.max(0, started + everyMs - Date.now()), undefined, { signal: terminal.signal }).catch(() => undefined);
  }
}

function targetsOf(lake: Lake, targets: readonly string[], all: TargetsOf = ({ upkeep }) => upkeep.tables): readonly string[] {
  return targets.length === 0 ? all(lake) : targets.map(resolveTarget);
}

function isAbsent(error: unknown): boolean {
  return error instanceof Failure && error.code === "DELTA_TABLE_NOT_FOUND";
}

const wrongUse = new Set(["TABLE_NOT_FOUND", "PARAMETER_INVALID", "CONFIG_INVALID"]);

/** Throws what no further round can mend: our own bugs, and wrong use when it begins. */
function tellFailure(error: unknown, target: string, { first, named }: { readonly first: boolean; readonly named: boolean }, told: Map<string, string>, terminal: Terminal): void {
  if (!(error instanceof Failure) || (first && wrongUse.has(error.code))) throw error;
  if (isAbsent(error) && !named) return;
  if (told.get(target) === error.message) return;
  told.set(target, error.message);
  const style = errorStyle();
  terminal.note(`${style.coral(target)} ${error.message} ${style.quiet(error.code)}`);
}
