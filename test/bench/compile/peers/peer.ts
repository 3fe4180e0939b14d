/** A tool that reads the same tables as we do and makes of them what it makes: what one run of it is, and what must come of it. */
import { spawnSync } from "node:child_process";
import type { types } from "../tables.ts";

export interface Peer {
  /** The tool, its command and its release. */
  readonly name: string;
  /** The command, whole: started in the project's folder. */
  readonly command: readonly [file: string, ...args: string[]];
  readonly env: Readonly<Record<string, string>>;
  /** The folder that a run leaves behind, which is put aside before the next: each begins with nothing. Relative to the project. */
  readonly made: string;
  /** How many columns of how many tables it made something of. */
  count(): { readonly tables: number; readonly columns: number };
}

/** How a peer spells each type of a column. */
export type Spelling<Text> = { readonly [Type in (typeof types)[number]]: Text };

/** Seconds that a command takes in `folder`, as a process of its own, from its start to its end. */
export function timed(folder: string, [file, ...args]: Peer["command"], env: Peer["env"] = {}): number {
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd: folder, encoding: "utf8", env: { ...process.env, ...env } });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${[file, ...args].join(" ")} failed: ${stdout}${stderr}`);
  return (performance.now() - started) / 1_000;
}
