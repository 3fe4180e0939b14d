/** Writes a file whole or not at all: a reader never sees half of it, and a command that fails or is stopped leaves nothing. */
import { open, rename, rm } from "node:fs/promises";

/** Writes the chunks to `file`, replacing what was there only at the end; returns its size in bytes. */
export async function writeWholeFile(file: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<number> {
  const draft = `${file}.${process.pid}.part`;
  const handle = await open(draft, "wx");
  try {
    let size = 0;
    for await (const chunk of chunks) {
      signal.throwIfAborted();
      await handle.writeFile(chunk);
      size += chunk.byteLength;
    }
    await handle.sync();
    await handle.close();
    await rename(draft, file);
    return size;
  } catch (error) {
    await handle.close();
    await rm(draft, { force: true });
    throw error;
  }
}
