/** A server of tests as a process: started, waited for until it answers, ended, killed, and started again with what it had stored. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openGuard, type Guard } from "./guard.ts";
import { lastLines } from "./tool.ts";

/** What every service's handle can do. Its address stays the same for as long as it lives. */
export interface ServerProcess {
  /** Of the running process; undefined while it does not run. */
  pid(): number | undefined;
  /** Ends it in order and removes its data. */
  stop(): Promise<void>;
  /** SIGKILL: as if the machine's power went for this one process; its data stays. */
  kill(): Promise<void>;
  /** Starts it again on its data and address; ends it in order first where it still runs. */
  restart(): Promise<void>;
}

export interface ServerPlan {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whom it runs as, where not as this process. */
  readonly account?: { readonly uid: number; readonly gid: number };
  /** What ends it in order, where SIGTERM would wait for its clients. */
  readonly ending?: "SIGINT";
  /** Whether it answers by now, given what it has logged so far. */
  answers(log: string): Promise<boolean>;
}

const startMsMax = 60_000;
const endMsMax = 20_000;
const pollMs = 25;

/**
 * Starts what `plan` says, given an empty folder of its own; resolves when it answers. A server that ends before it answers, because
 * another took its port meanwhile, is planned anew.
 */
export async function startServer(name: string, plan: (folder: string) => Promise<ServerPlan>): Promise<ServerProcess> {
  const folder = await mkdtemp(path.join(os.tmpdir(), `neuralake-${name}-`));
  const guard = openGuard(folder);
  try {
    return await started(folder, guard, plan, 3);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    guard.done();
    throw error;
  }
}

async function started(folder: string, guard: Guard, plan: (folder: string) => Promise<ServerPlan>, tries: number): Promise<ServerProcess> {
  const chosen = await plan(folder);
  let child: ChildProcess | undefined;
  try {
    child = await launch(chosen, folder, guard);
  } catch (error) {
    if (tries > 1 && /address already in use/i.test(String(error))) return started(folder, guard, plan, tries - 1);
    throw error;
  }
  const inOrder = chosen.ending ?? "SIGTERM";
  const end = async (signal: NodeJS.Signals) => {
    const ending = child;
    child = undefined;
    if (ending !== undefined) await ended(ending, signal);
  };
  return {
    pid: () => child?.exitCode === null && child.signalCode === null ? child.pid : undefined,
    kill: () => end("SIGKILL"),
    async restart() {
      await end(inOrder);
      child = await launch(chosen, folder, guard);
    },
    async stop() {
      await end(inOrder);
      await rm(folder, { recursive: true, force: true });
      guard.done();
    },
  };
}

/** Its output goes into the file `log` of its folder. */
async function launch(plan: ServerPlan, folder: string, guard: Guard): Promise<ChildProcess> {
  const log = path.join(folder, "log");
  const output = await open(log, "w");
  const child = spawn(plan.command, plan.args, { cwd: folder, env: { ...process.env, ...plan.env }, ...plan.account, stdio: ["ignore", output.fd, output.fd], detached: true });
  try {
    await once(child, "spawn");
    if (child.pid !== undefined) guard.watch(child.pid);
    await answering(plan, child, log);
    return child;
  } catch (error) {
    await ended(child, "SIGKILL");
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${plan.name} did not start: ${reason}: ${lastLines(await readFile(log, "utf8"), 8)}`, { cause: error });
  } finally {
    await output.close();
  }
}

async function answering(plan: ServerPlan, child: ChildProcess, log: string): Promise<void> {
  for (const deadline = Date.now() + startMsMax; Date.now() < deadline; await sleep(pollMs)) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
    if (await plan.answers(await readFile(log, "utf8"))) return;
  }
  throw new Error(`no answer within ${startMsMax / 1000} s`);
}

/** Resolves when the process is gone; one that does not heed the signal is killed. */
async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  const impatience = setTimeout(() => child.kill("SIGKILL"), endMsMax);
  await gone;
  clearTimeout(impatience);
}
