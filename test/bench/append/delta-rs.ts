/** delta-rs as a peer of the benches of appending: a process of its own that appends the same rows to tables of its own whenever it is asked. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { encodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { installPython, pythonProcess } from "../../services/python.ts";
import { columns } from "./rides.ts";

export interface DeltaRs {
  readonly release: string;
  /** Appends the rows once to the table at a path or `s3://` address, made when it is first named; how many milliseconds that took, without the way there and back. */
  append(location: string): Promise<number>;
  close(): Promise<void>;
}

/** Starts it with rows of `rides.ts`; `scratch` is a directory for what it reads them from. It finds S3 by this process's variables. */
export async function startDeltaRs(scratch: string, rows: readonly Row[]): Promise<DeltaRs> {
  const file = path.join(scratch, "rides.parquet");
  await writeFile(file, encodeParquet(buildBatch(columns, rows)));
  const { command, env } = pythonProcess(await installPython());
  const child = spawn(command, [path.join(import.meta.dirname, "delta-rs.py"), file], { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next();
    assert(done !== true, "delta-rs ended before it answered");
    return value;
  };
  return {
    release: await line(),
    async append(location) {
      child.stdin.write(`${location}\n`);
      return Number(await line());
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
