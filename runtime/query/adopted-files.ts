/**
 * Files that a table's log names beyond the places that an engine was let at (those of a shallow clone) get a second name where it reads:
 * a link, or a copy on another disk, for as long as the engine runs. A data file never changes.
 */
import { constants } from "node:fs";
import { copyFile, link, realpath } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../values/failure.ts";
import type { Engine } from "./engine.ts";
import { engineMemory } from "./engine-memory.ts";

const adopted = engineMemory<Promise<string>>(100_000);

/** The files, each where the engine can open it. FILE_NOT_FOUND for one that is not there. */
export async function adoptFiles<File extends { readonly url: string }>(engine: Engine, files: readonly File[]): Promise<readonly File[]> {
  if (files.every(({ url }) => isReadable(engine, url))) return files;
  return await Promise.all(files.map(async (file) => (isReadable(engine, file.url) ? file : { ...file, url: await adopt(engine, file.url) })));
}

function isReadable(engine: Engine, url: string): boolean {
  return engine.readable.some((place) => url === place || url.startsWith(place.endsWith("/") ? place : `${place}/`));
}

async function adopt(engine: Engine, url: string): Promise<string> {
  const known = adopted(engine).get(url);
  if (known !== undefined) return await known;
  const made = bring(url, path.join(engine.temporary, `adopted-${process.pid}-${engine.next()}.parquet`));
  adopted(engine).set(url, made);
  try {
    return await made;
  } catch (error) {
    adopted(engine).delete(url);
    throw error;
  }
}

async function bring(url: string, name: string): Promise<string> {
  try {
    const file = await realpath(url);
    await link(file, name).catch(async () => await copyFile(file, name, constants.COPYFILE_FICLONE));
    return name;
  } catch (cause) {
    throw new Failure("FILE_NOT_FOUND", `The log names the file ${url}, which cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`, { place: { file: url }, cause });
  }
}
