/** A peer in a process of its own that answers each line it is sent with one line: so that it takes turns with us, and starting it is not measured. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface LineProcess {
  /** What it said of itself when it was ready. */
  readonly ready: string;
  /** One line there, one line back. */
  ask(line: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts it with more variables than this process has; resolves once it has said its first line. */
export async function startLineProcess(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<LineProcess> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    assert(done !== true, `${args[0]} ended before it answered`);
    return value;
  };
  return {
    ready: await next(),
    async ask(line) {
      child.stdin.write(`${line}\n`);
      return await next();
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
