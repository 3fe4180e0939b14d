/** A directory of the system's temporary ones, for what an engine works with (the protocol knows nothing of it). */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { engineFailure } from "./engine-failure.ts";

/** A new one, absolute. STORE_FAILED where none can be made. */
export async function newTemporary(prefix = "neuralake-"): Promise<string> {
  try {
    return await realpath(await mkdtemp(path.join(tmpdir(), prefix)));
  } catch (error) {
    throw engineFailure(error, { sql: "", ran: "", original: () => 0 });
  }
}

/** Removes it. One that stays is the system's to clear away: what was done with it may be committed by now, and is never told as failed for that. */
export async function removeTemporary(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true }).catch(() => undefined);
}
