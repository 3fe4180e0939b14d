/** The clock that a disk's files are told their times by, which may be another machine's: by a file that is made and goes. */
import { mkdir, open, rm } from "node:fs/promises";

/** Milliseconds since 1970; `probe` is a name in the directory that nobody else has. */
export async function diskTime(directory: string, probe: string): Promise<number> {
  await mkdir(directory, { recursive: true });
  const file = await open(probe, "wx");
  try {
    return Math.floor((await file.stat()).mtimeMs);
  } finally {
    await file.close();
    await rm(probe, { force: true });
  }
}
