/**
 * The files of a compiled push become those of the live project, each whole at any moment and generated/catalog.json last. What an
 * earlier push published and this one lacks goes, and so does whatever else lies in catalog/ and generated/; what somebody wrote there by
 * hand is kept aside; everything else stays.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, copyFile, lstat, mkdir, readdir, readFile, readlink, rename, rm, rmdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

/** What is remembered of the last push in .neuralake/published.json: the hash of each file, by its path. */
export interface Published {
  readonly files: { readonly [path: string]: string };
  /** The commit whose tables and pages are there too; absent while that is not so. */
  readonly done?: string;
}

export interface PublishResult { readonly changed: number; readonly removed: number; /** Folder of what was changed by hand, when something was. */ readonly aside?: string }

/** What the last push left in the live project. */
export async function readPublished(live: string): Promise<Published> {
  const file = recordOf(live);
  return existsSync(file) ? JSON.parse(await readFile(file, "utf8")) as Published : { files: {} };
}

export async function writePublished(live: string, published: Published): Promise<void> {
  await mkdir(dirname(recordOf(live)), { recursive: true });
  await writeWhole(recordOf(live), JSON.stringify(published), 0o644);
}

const recordOf = (live: string): string => join(live, ".neuralake", "published.json");

export interface PublishOptions {
  /** The commit. */
  readonly name: string;
  /** The file that comes last. */
  readonly seal: string;
  /** Folders in which nothing stays that is not of this push. */
  readonly own: readonly string[];
}

/** Publishes the files of `tree`; paths are relative to it, with forward slashes. */
export async function publish(tree: string, live: string, { name, seal, own }: PublishOptions): Promise<PublishResult> {
  const before = await readPublished(live);
  const files = await filesOf(tree);
  const hashes = Object.fromEntries(await Promise.all(files.map(async (path) => [path, await hashOf(join(tree, path))] as const)));
  const strange = await Promise.all(own.map(async (folder) => (await filesOf(join(live, folder))).map((path) => `${folder}/${path}`)));
  const gone = [...new Set([...Object.keys(before.files), ...strange.flat()])].filter((path) => hashes[path] === undefined);
  const aside = join(live, ".neuralake", "replaced", name.slice(0, 12));
  // Remembered before anything is touched, so that a push that dies half-way leaves nothing behind that no push answers for.
  await writePublished(live, { files: { ...hashes, ...before.files } });
  const keep = (path: string): Promise<boolean> => keepAside(live, path, before.files[path], hashes[path], aside);
  let kept = false;
  const remove = async (path: string): Promise<void> => {
    kept = await keep(path) || kept;
    await removeFile(live, path);
  };
  const [inTheWay, rest] = partition(gone, (path) => files.some((file) => file.startsWith(`${path}/`) || path.startsWith(`${file}/`)));
  for (const path of inTheWay) await remove(path);
  let changed = 0;
  for (const path of files.toSorted((a, b) => Number(a === seal) - Number(b === seal))) {
    if (await ifThere(hashOf(join(live, path))) === hashes[path]) continue;
    kept = await keep(path) || kept;
    await copyWhole(join(tree, path), join(live, path));
    changed += 1;
  }
  // Whoever follows the project looks at the file that comes last.
  if (changed > 0) await copyWhole(join(tree, seal), join(live, seal));
  for (const path of rest) await remove(path);
  await writePublished(live, { files: hashes });
  return { changed, removed: gone.length, ...(kept ? { aside } : {}) };
}

function partition<T>(all: readonly T[], test: (each: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((each) => !test(each))];
}

/** Files and links below a folder, with forward slashes, none for one that is absent; not what is installed in it. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await ifThere(readdir(folder, { recursive: true, withFileTypes: true })) ?? [];
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => path !== "node_modules" && !path.startsWith("node_modules/"))
    .toSorted();
}

/** Of the bytes, the mode and the kind of a file. */
async function hashOf(file: string): Promise<string> {
  const facts = await lstat(file);
  const hash = createHash("sha256");
  if (facts.isSymbolicLink()) hash.update(`link ${await readlink(file)}`);
  else hash.update((facts.mode & 0o100) === 0 ? "file " : "program ").update(await readFile(file));
  return hash.digest("hex");
}

/** Copies what is there, and neither what was published there nor what comes, out of the way; true when it did. */
async function keepAside(live: string, path: string, published: string | undefined, coming: string | undefined, aside: string): Promise<boolean> {
  const file = join(live, path);
  const there = await ifThere(hashOf(file));
  if (there === undefined || there === published || there === coming) return false;
  const copy = join(aside, path);
  await mkdir(dirname(copy), { recursive: true });
  await copyFile(file, copy);
  return true;
}

async function copyWhole(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const facts = await lstat(from);
  if (!facts.isSymbolicLink()) return await writeWhole(to, await readFile(from), (facts.mode & 0o100) === 0 ? 0o644 : 0o755);
  const draft = draftOf(to);
  await symlink(await readlink(from), draft);
  await rename(draft, to);
}

async function writeWhole(file: string, content: string | Uint8Array, mode: number): Promise<void> {
  const draft = draftOf(file);
  await writeFile(draft, content);
  await chmod(draft, mode);
  await rename(draft, file);
}

const draftOf = (file: string): string => `${file}.${process.pid}.part`;

/** Removes a file and the folders it leaves empty; absent is fine. */
async function removeFile(live: string, path: string): Promise<void> {
  await rm(join(live, path), { force: true });
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    const left = await ifThere(readdir(join(live, folder)));
    if (left !== undefined && left.length > 0) return;
    if (left !== undefined) await rmdir(join(live, folder));
  }
}

async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw error;
  }
}
