/**
 * Files of a table that lie on S3: found anew at each query, by what the store says of each, and copied next to the engine once for each state that one is
 * in. Unlike a Delta table's, such a file may be written over, so a copy is good only for the time and size that it was made at.
 */
import { createHash } from "node:crypto";
import { mkdir, open, rename, stat } from "node:fs/promises";
import path from "node:path";
import type { Store, StoredObject } from "../storage/store.ts";
import { Failure } from "../values/failure.ts";
import type { SourceFile } from "./source-files.ts";

const wildcard = /[*?[\]{}]/;

/** Whether a location is on S3. */
export function isRemote(location: string): boolean {
  return /^s3:\/\//i.test(location);
}

/** Objects of a location, in order of name: one, or all that a pattern matches. FILE_NOT_FOUND when there is none. */
export async function findObjects(openStore: (root: string) => Store, location: string): Promise<{ readonly store: Store; readonly objects: readonly StoredObject[] }> {
  const { root, pattern } = split(location);
  const store = openStore(root);
  const objects = wildcard.test(pattern) ? await matching(store, pattern) : [await store.head(pattern)].filter((object) => object !== undefined);
  if (objects.length > 0) return { store, objects };
  throw new Failure("FILE_NOT_FOUND", `There is no file ${location}.`, { hint: "A pattern's `*` stands for part of a name, `**` for any folders.", place: { file: location } });
}

/** The same as files within reach of an engine, in `directory`. FILE_NOT_FOUND; STORE_FAILED, also for an object that is written over while it is fetched. */
export async function fetchFiles(openStore: (root: string) => Store, location: string, directory: string): Promise<readonly SourceFile[]> {
  const { store, objects } = await findObjects(openStore, location);
  const files: SourceFile[] = [];
  for (const object of objects) files.push({ file: await copyOf(store, object, directory), size: object.size, modified: object.modified, origin: store.locate(object.path) });
  return files;
}

/** The folder that no wildcard stands in, and what is looked for below it. */
function split(location: string): { readonly root: string; readonly pattern: string } {
  const segments = location.split("/");
  const first = segments.findIndex((segment, k) => k > 2 && wildcard.test(segment));
  const end = first === -1 ? segments.length - 1 : first;
  return { root: segments.slice(0, end).join("/"), pattern: segments.slice(end).join("/") };
}

async function matching(store: Store, pattern: string): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of store.list("", { recursive: true })) {
    if (path.posix.matchesGlob(object.path, pattern)) found.push(object);
  }
  return found;
}

const partBytes = 8 << 20;

/** A listing may tell times more finely than the object itself does. */
function seconds({ modified }: StoredObject): number {
  return Math.floor(modified / 1_000);
}

/** A copy under a name that says of which state it is; whole when it has that name. */
async function copyOf(store: Store, object: StoredObject, directory: string): Promise<string> {
  const state = createHash("sha256").update(JSON.stringify([store.locate(object.path), object.size, object.modified])).digest("hex").slice(0, 24);
  const folder = path.join(directory, `remote-${state}`);
  const file = path.join(folder, path.posix.basename(object.path));
  if (await stat(file).then(() => true, () => false)) return file;
  await mkdir(folder, { recursive: true });
  const part = `${file}.${process.pid}.${crypto.randomUUID()}`;
  const handle = await open(part, "wx");
  try {
    for (let offset = 0; offset < object.size; offset += partBytes) {
      await handle.writeFile(await store.read(object.path, { offset, length: Math.min(partBytes, object.size - offset) }));
    }
  } finally {
    await handle.close();
  }
  const after = await store.head(object.path);
  if (after?.size !== object.size || seconds(after) !== seconds(object)) {
    throw new Failure("STORE_FAILED", `${store.locate(object.path)} was written over while it was read.`, { hint: "Ask again.", retry: true });
  }
  await rename(part, file);
  return file;
}
