/** Runs a tool of this machine (a compiler, an installer) to its end. */
import { spawn } from "node:child_process";

export interface ToolOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Given to the tool as its standard input. */
  readonly input?: string;
}

/** What the tool printed; an error with its last words when it is not there or does not end with 0. `env` adds to this process's own. */
export function runTool(command: string, args: readonly string[], options: ToolOptions = {}): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(command, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ["pipe", "pipe", "pipe"] });
  const printed: string[] = [];
  const said: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => said.push(text));
  child.on("error", (error: NodeJS.ErrnoException) => reject(new Error(error.code === "ENOENT" ? `${command} is not on this machine` : error.message)));
  child.on("close", (code, signal) => {
    if (code === 0) resolve(printed.join(""));
    else reject(new Error(`${command} ${args.slice(0, 3).join(" ")} ended with ${signal ?? code}: ${lastLines([...said, ...printed].join(""), 8)}`));
  });
  child.stdin.on("error", reject).end(options.input ?? "");
  return promise;
}

/** The end of a text, for a message. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
