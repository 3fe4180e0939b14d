/** A bare repository hooked to a live project, and an author's clone of it, with real git. */
import { spawn } from "node:child_process";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeShop, outcomeOf, runCommand, type Outcome } from "../command.ts";

export interface HookedShop {
  /** The live project. */
  readonly live: string;
  readonly bare: string;
  /** The author's working tree. */
  readonly author: string;
  /** What the first push printed. */
  readonly first: Outcome;
  write(file: string, text: string): Promise<void>;
  git(...args: string[]): Promise<Outcome>;
  /** Commits everything and pushes it. */
  push(...args: string[]): Promise<Outcome>;
  remove(): Promise<void>;
}

/** A shop whose first commit is pushed and published. */
export async function makeHookedShop(): Promise<HookedShop> {
  const { folder: live, remove } = await makeShop();
  const [bare, author] = [join(dirname(live), "shop.git"), join(dirname(live), "author")];
  const git = (...args: string[]): Promise<Outcome> => runGit(author, args);
  await mkdir(author);
  for (const name of [".gitignore", "README.md", "catalog", "data", "generated", "package.json", "tsconfig.json"]) await cp(join(live, name), join(author, name), { recursive: true });
  must(await runGit(dirname(live), ["init", "--bare", "--initial-branch=main", bare]));
  must(await runCommand(live, ["init", ".", "--hook", bare]));
  must(await git("init", "--initial-branch=main"));
  must(await git("remote", "add", "origin", bare));
  const push = async (...args: string[]): Promise<Outcome> => {
    must(await git("add", "--all"));
    must(await git("commit", "--message", "A change of the catalog"));
    return await git("push", ...args, "origin", "HEAD");
  };
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(dirname(join(author, file)), { recursive: true });
    await writeFile(join(author, file), text);
  };
  return { live, bare, author, first: must(await push()), write, git, push, remove };
}

/** The outcome, when the command ended well. */
export function must(outcome: Outcome): Outcome {
  if (outcome.code !== 0) throw new Error(`exit ${outcome.code}:\n${outcome.stdout}\n${outcome.stderr}`);
  return outcome;
}

const identity = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.com", GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "ada@example.com", GIT_CONFIG_NOSYSTEM: "1" };

function runGit(cwd: string, args: readonly string[]): Promise<Outcome> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_") && !name.startsWith("NEURALAKE_")));
  return outcomeOf(spawn("git", args, { cwd, env: { ...inherited, ...identity }, stdio: ["ignore", "pipe", "pipe"] }));
}
