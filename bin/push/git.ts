/**
 * The one door to git. A hook runs with variables that tell git which repository and which objects it speaks of, those of a push that is
 * not accepted yet among them: git itself is run with them, everything else without.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { Failure } from "../../runtime/values/failure.ts";

export interface Repository {
  /** Absolute. */
  readonly folder: string;
  /** `refs/heads/main`: the branch its HEAD names. */
  readonly branch: string;
  /** The commit a branch is at; undefined when it has none. */
  tip(branch: string): Promise<string | undefined>;
  /** Unpacks the files of a commit into an empty folder. */
  unpack(commit: string, folder: string): Promise<void>;
  setting(name: string, value: string): Promise<void>;
  /** Where its hooks are. */
  hooks(): Promise<string>;
  /** What the one who pushes said with `-o`. */
  readonly pushOptions: readonly string[];
}

/** A bare repository; CONFIG_INVALID for a folder that is none. In a hook, its own. */
export async function openRepository(folder: string): Promise<Repository> {
  if (!existsSync(folder)) throw notBare(folder);
  const env = { ...process.env };
  const git = (...args: string[]): Promise<string> => output(start("git", args, folder, env));
  const bare = await git("rev-parse", "--is-bare-repository").catch((cause: unknown) => { throw notBare(folder, cause); });
  if (bare !== "true") throw notBare(folder);
  return {
    folder: resolve(folder, await git("rev-parse", "--absolute-git-dir")),
    branch: await git("symbolic-ref", "HEAD"),
    pushOptions: Array.from({ length: Number(env["GIT_PUSH_OPTION_COUNT"] ?? 0) }, (_, k) => env[`GIT_PUSH_OPTION_${k}`] ?? ""),
    async tip(branch) {
      const found = await git("for-each-ref", "--format=%(objectname)", branch);
      return found === "" ? undefined : found;
    },
    async unpack(commit, into) {
      const archive = start("git", ["archive", "--format=tar", commit], folder, env);
      const tar = start("tar", ["-x", "-f", "-", "-C", into], folder, withoutGit(env), "pipe");
      if (archive.stdout === null || tar.stdin === null) throw new Error("both ends of the archive are pipes");
      // Why a pipe broke is said by the process at its other end.
      archive.stdout.pipe(tar.stdin).on("error", () => undefined);
      await Promise.all([ended(archive), output(tar)]);
    },
    setting: async (name, value) => void await git("config", name, value),
    hooks: async () => resolve(folder, await git("rev-parse", "--git-path", "hooks")),
  };
}

/** Takes git's variables out of this process, so that nothing it starts or runs from here on acts on the repository. */
export function forgetGit(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith("GIT_")) delete process.env[name];
}

function withoutGit(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("GIT_")));
}

function notBare(folder: string, cause?: unknown): Failure {
  return new Failure("CONFIG_INVALID", `${folder} is no bare git repository${cause instanceof Error ? `: ${cause.message}` : "."}`, { hint: `Make one: git init --bare ${folder}`, ...(cause === undefined ? {} : { cause }) });
}

function start(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv, stdin: "ignore" | "pipe" = "ignore"): ChildProcess {
  return spawn(command, args, { cwd, env, stdio: [stdin, "pipe", "pipe"] });
}

/** What it printed, once it ended well; a Failure with what it said otherwise. */
async function output(child: ChildProcess): Promise<string> {
  const [printed] = await Promise.all([child.stdout === null ? "" : text(child.stdout), ended(child)]);
  return printed.trim();
}

async function ended(child: ChildProcess): Promise<void> {
  const said = child.stderr === null ? Promise.resolve("") : text(child.stderr);
  const code = await new Promise<number | string>((done, failed) => {
    child.once("error", (cause) => failed(new Failure("CONFIG_INVALID", `${child.spawnfile} cannot be run: ${cause.message}`, { hint: `Install ${child.spawnfile} where the repository lies.`, cause })));
    child.once("close", (exit, signal) => done(exit ?? signal ?? "unknown"));
  });
  if (code !== 0) throw new Failure("GIT_FAILED", `${child.spawnargs.slice(0, 2).join(" ")} failed (${code}): ${(await said).trim()}`);
}
