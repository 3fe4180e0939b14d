/**
 * What files are in a folder, and in the folders within, looked at again and again: a folder that was not touched since holds what it held.
 * To look at ten thousand files costs more than to compile an edit.
 */
import { readdirSync, statSync } from "node:fs";
import path from "node:path";

export interface Listing {
  /** The files, relative to the folder with forward slashes. */
  readonly files: ReadonlySet<string>;
  /** Whether nothing came, went or took a file's place in the file's own folder since the last listing. A file that somebody wrote into may be another all the same. */
  isQuiet(file: string): boolean;
}

interface Folder { readonly stamp: string; readonly files: readonly string[]; readonly folders: readonly string[] }

/** How long a folder must have been still: a system's clock ticks slowly, and what happens within one tick leaves one time. Some file systems keep whole seconds, or every other one. */
const stillMs = 100;
const stillSecondsMs = 2_100;

/** Lists `root`, which need not be there, without what is in its folder `but`. */
export function openListing(root: string, but: string): () => Listing {
  let known = new Map<string, Folder>();
  return () => {
    const now = new Map<string, Folder>();
    const files = new Set<string>();
    const quiet = new Set<string>();
    const visit = (name: string): void => {
      const before = known.get(name);
      const folder = readFolder(path.join(root, name), before);
      if (folder === undefined) return;
      if (folder === before) quiet.add(name);
      if (folder.stamp !== "") now.set(name, folder);
      const inner = (own: string): string => (name === "" ? own : `${name}/${own}`);
      for (const file of folder.files) files.add(inner(file));
      for (const own of folder.folders) if (inner(own) !== but) visit(inner(own));
    };
    visit("");
    known = now;
    return { files, isQuiet: (file) => quiet.has(file.slice(0, Math.max(0, file.lastIndexOf("/")))) };
  };
}

/** `before` when it is as it was; undefined when there is no such folder. */
function readFolder(folder: string, before: Folder | undefined): Folder | undefined {
  const facts = statSync(folder, { bigint: true, throwIfNoEntry: false });
  if (facts === undefined) return undefined;
  const isWhole = facts.mtimeNs % 1_000_000_000n === 0n;
  const still = Date.now() - Number(facts.mtimeNs / 1_000_000n) > (isWhole ? stillSecondsMs : stillMs);
  const stamp = still ? `${facts.mtimeNs} ${facts.ino}` : "";
  if (before !== undefined && before.stamp === stamp) return before;
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = (isFolder: boolean): string[] => entries.filter((entry) => entry.isDirectory() === isFolder).map((entry) => entry.name);
  return { stamp, files: names(false), folders: names(true) };
}
