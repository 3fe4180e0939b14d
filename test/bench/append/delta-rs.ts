/** delta-rs as a peer of the benches of appending: a process of its own that appends the same rows to its own table whenever it is asked. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { encodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import { installPython, pythonProcess } from "../../services/python.ts";
import { columns, rows } from "./rides.ts";

export interface DeltaRs {
  readonly release: string;
  /** Appends the rows once; how many milliseconds that took, without the way there and back. */
  append(): Promise<number>;
  close(): Promise<void>;
}

/** Makes a table at a path or `s3://` address; `scratch` is a directory for what it reads the rows from. */
export async function startDeltaRs(location: string, scratch: string, env: Readonly<Record<string, string>> = {}): Promise<DeltaRs> {
  const file = path.join(scratch, "rides.parquet");
  await writeFile(file, encodeParquet(buildBatch(columns, rows)));
  const { command, env: own } = pythonProcess(await installPython());
  const child = spawn(command, [path.join(import.meta.dirname, "delta-rs.py"), location, file], { env: { ...process.env, ...env, ...own }, stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next();
    assert(done !== true, "delta-rs ended before it answered");
    return value;
  };
  return {
    release: await line(),
    async append() {
      child.stdin.write("\n");
      return Number(await line());
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
