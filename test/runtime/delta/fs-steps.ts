/**
 * Every call of the file system that a process makes, as steps that something can happen at: before it, behind it, and amid a write. For processes of
 * tests only: it changes Node's own functions, so that the product holds no hook. To be imported, and told what happens, before whoever is watched.
 */
import fs from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

/** `at` is "before link", "amid writeFile", "behind datasync". What it throws, the call throws. */
export type Happen = (at: string) => void;

const calls = ["link", "mkdir", "open", "readdir", "rename", "rm", "stat", "unlink"] as const;
const handleCalls = ["close", "datasync", "read", "readFile", "sync"] as const;

type Call = (...args: unknown[]) => Promise<unknown>;

/** From now on `happen` is called at each step. */
export function watchFileSystem(happen: Happen): void {
  const promises = fs.promises as unknown as Record<string, Call>;
  const step = (name: string, act: Call): Call => async function (this: unknown, ...args) {
    happen(`before ${name}`);
    const result = await act.apply(this, args);
    happen(`behind ${name}`);
    return result;
  };
  for (const name of calls) promises[name] = step(name, promises[name] as Call);
  const open = promises["open"] as Call;
  let isWatched = false;
  promises["open"] = async (...args) => {
    const handle = await open.apply(promises, args) as FileHandle;
    if (!isWatched) watchHandles(handle, step, happen);
    isWatched = true;
    return handle;
  };
  syncBuiltinESMExports();
}

/** A process that ends itself at a step, once it is armed; none for 0. */
export interface Deadly { arm(step: number): void; /** The steps since it was armed. */ disarm(): readonly string[] }

/** Watches this process, which is to be killed. */
export function deadlySteps(): Deadly {
  let deadly = Number.POSITIVE_INFINITY;
  let isArmed = false;
  const steps: string[] = [];
  watchFileSystem((at) => {
    if (!isArmed) return;
    steps.push(at);
    if (steps.length !== deadly) return;
    process.kill(process.pid, "SIGKILL");
    // Nothing more is done by this thread, however long the signal takes.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
  return {
    arm(step) {
      deadly = step || Number.POSITIVE_INFINITY;
      isArmed = true;
    },
    disarm() {
      isArmed = false;
      return steps;
    },
  };
}

/** All handles have one prototype. A write is one of half of its bytes, then of the rest. */
function watchHandles(handle: FileHandle, step: (name: string, act: Call) => Call, happen: Happen): void {
  const prototype = Object.getPrototypeOf(handle) as Record<string, Call>;
  for (const name of handleCalls) prototype[name] = step(name, prototype[name] as Call);
  const write = prototype["write"] as Call;
  prototype["writeFile"] = step("writeFile", async function (this: unknown, bytes) {
    const { length } = bytes as Uint8Array;
    const half = length >> 1;
    await write.call(this, bytes, 0, half);
    happen("amid writeFile");
    await write.call(this, bytes, half, length - half);
    return undefined;
  });
}
