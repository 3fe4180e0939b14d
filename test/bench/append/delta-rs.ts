/** delta-rs as a peer of the benches of appending: a process of its own that appends the same rows to tables of its own whenever it is asked. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { encodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { installPython, pythonProcess } from "../../services/python.ts";
import { startLineProcess } from "../peers/line-process.ts";
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
  const { ready, ask, close } = await startLineProcess(command, [path.join(import.meta.dirname, "delta-rs.py"), file], env);
  return { release: ready, append: async (location) => Number(await ask(location)), close };
}
