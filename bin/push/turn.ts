/**
 * One push at a time: turns are taken by number, each a file that can be made only once, as versions of a log are. The highest number has
 * the turn until it is done or its process is dead; then the next number is free. So a dead holder's turn is taken over by exactly one.
 */
import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

interface Claim { readonly pid: number; readonly host: string }

export interface TurnOptions {
  /** Hears once that somebody else has the turn. */
  readonly waiting: (holder: Claim) => void;
  readonly everyMs?: number;
}

const beatMs = 2_000;
/** A holder that cannot be asked whether it lives, on another machine, is dead when it did not say so for this long. */
const silentMs = 60_000;

/** Waits for the turn in `folder`, which is made. Disposing of it ends the turn. */
export async function takeTurn(folder: string, { waiting, everyMs = 200 }: TurnOptions): Promise<AsyncDisposable> {
  await mkdir(folder, { recursive: true });
  for (let told = false; ;) {
    const turns = await turnsIn(folder);
    const last = turns.at(-1);
    const holder = last === undefined || last.done ? undefined : await livingHolder(join(folder, String(last.number)));
    if (holder === undefined) {
      const turn = await claim(folder, (last?.number ?? 0) + 1);
      if (turn !== undefined) return turn;
      continue;
    }
    if (!told) waiting(holder);
    told = true;
    await wait(everyMs);
  }
}

interface Turn { readonly number: number; readonly done: boolean }

async function turnsIn(folder: string): Promise<Turn[]> {
  const names = new Set(await readdir(folder));
  return [...names].filter((name) => /^\d+$/.test(name)).map((name) => ({ number: Number(name), done: names.has(`${name}.done`) })).toSorted((a, b) => a.number - b.number);
}

/** Who has the turn of this file; undefined when nobody does any more. */
async function livingHolder(file: string): Promise<Claim | undefined> {
  const [text, facts] = await Promise.all([ifThere(readFile(file, "utf8")), ifThere(stat(file))]);
  if (text === undefined || facts === undefined) return undefined;
  const holder = JSON.parse(text) as Claim;
  const lives = holder.host === hostname() ? isRunning(holder.pid) : Date.now() - facts.mtimeMs < silentMs;
  return lives ? holder : undefined;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, and is another user's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** The turn of this number; undefined when somebody else was quicker. */
async function claim(folder: string, number: number): Promise<AsyncDisposable | undefined> {
  const [file, draft] = [join(folder, String(number)), join(folder, `${randomUUID()}.part`)];
  const own: Claim = { pid: process.pid, host: hostname() };
  await writeFile(draft, JSON.stringify(own));
  try {
    await link(draft, file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return undefined;
    throw error;
  } finally {
    await rm(draft);
  }
  const turns = await turnsIn(folder);
  if (turns.at(-1)?.number !== number) {
    // This number was free only because its turn is long over.
    await rm(file);
    return undefined;
  }
  for (const { number: before } of turns.slice(0, -1)) for (const name of [String(before), `${before}.done`]) await rm(join(folder, name), { force: true });
  return holdTurn(file);
}

function holdTurn(file: string): AsyncDisposable {
  const timer = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => clearInterval(timer)), beatMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await writeFile(`${file}.done`, "");
    },
  };
}

async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
