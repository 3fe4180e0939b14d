/** Runs the command as a user would, in a folder of its own, and gives back what it printed. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The source checkout's bin/neuralake.js. */
const binary = fileURLToPath(new URL("../../bin/neuralake.js", import.meta.url));

export interface Outcome { readonly code: number | null; readonly stdout: string; readonly stderr: string }

const quiet = ["NEURALAKE_ROOT", "NEURALAKE_ENV", "FORCE_COLOR", "NODE_OPTIONS"];

/** Starts the command in `cwd`; stdin is closed, stdout and stderr are pipes. */
export function startCommand(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !quiet.includes(name)));
  return spawn(process.execPath, [binary, ...args], { cwd, env: { ...inherited, ...env }, stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs the command to its end. */
export async function runCommand(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return outcomeOf(startCommand(cwd, args, env));
}

/** What a started command prints until it ends. */
export async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, stdout: stdout(), stderr: stderr() };
}

function collect(stream: ChildProcess["stdout"]): () => string {
  const chunks: Buffer[] = [];
  stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}

/** Resolves with the text a started command has printed as soon as it matches. */
export function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const read = (chunk: Buffer): void => {
      text += chunk.toString("utf8");
      if (pattern.test(text)) resolve(text);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("close", () => reject(new Error(`ended before it printed ${pattern}: ${text}`)));
  });
}

/** A temporary folder outside every project; `remove` takes it away. */
export async function temporaryFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "neuralake-bin-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export interface Shop { readonly folder: string; readonly init: Outcome; readonly remove: () => Promise<void> }

/** A project as `neuralake init shop` makes it in this environment; an error when that fails. */
export async function makeShop(env: NodeJS.ProcessEnv = {}): Promise<Shop> {
  const { folder, remove } = await temporaryFolder();
  const init = await runCommand(folder, ["init", "shop"], env);
  if (init.code !== 0) throw new Error(`init failed:\n${init.stderr}`);
  return { folder: join(folder, "shop"), init, remove };
}
