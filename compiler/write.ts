/** Puts emitted files on disk, takes away those that are emitted no more, and rewrites an author's file that is mended. Nothing else in the compiler writes. */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, utimesSync, writevSync } from "node:fs";
import path from "node:path";
import type { PrintedFile, PrintedFiles } from "./emitter.ts";
import { openListing } from "./listed-folder.ts";

/** What differs between the files and the folder: paths relative to the folder, sorted. */
export interface Differences { readonly changed: readonly string[]; readonly unknown: readonly string[] }

export interface UpdateOptions {
  /** Write nothing, and tell what differs. */
  readonly check?: boolean;
  /** Nobody wrote into our files since the last time: only what came, went or took a file's place is looked for. */
  readonly trust?: boolean;
}

/** A generated folder, which need not be there. */
export interface GeneratedFolder {
  /**
   * Makes it hold these files, which come in lists, and no others: writes what differs as it comes, at the end catalog.json, and then removes
   * what is unknown, with the folders it leaves empty. Each file is whole at any moment, and catalog.json is the newest (as it was, when
   * only others changed, now or in a run that broke off), so that a process that takes the files up never takes half of them for all.
   */
  update(lists: PrintedFiles, options?: UpdateOptions): Promise<Differences>;
}

/** A file as it was: when it was last written, in nanoseconds since 1970, and what is another as soon as somebody writes it. */
interface Stamp { readonly time: bigint; readonly text: string }

type Known = Map<string, { readonly stamp: Stamp | undefined; readonly parts: PrintedFile["parts"] }>;

/** What a running process looks at to see that the rest is there. */
const seal = "catalog.json";

/** What only history may change: never compared, never removed. */
const kept = "migrations";

/** A folder that remembers what it wrote and read: a file that nobody touched since is not read again. */
export function openGenerated(folder: string): GeneratedFolder {
  const known: Known = new Map();
  const list = openListing(folder, kept);
  const stampOf = (name: string): Stamp | undefined => stampAt(path.join(folder, name));
  const same = ({ path: name, parts }: PrintedFile, trusted: boolean): boolean => {
    const before = known.get(name);
    if (trusted && before !== undefined) return sameText(before.parts, parts);
    const stamp = stampOf(name);
    // Another process may have taken it away since it was listed.
    if (stamp === undefined) return false;
    const stands = sameText(before?.stamp?.text === stamp.text ? before.parts : [readFileSync(path.join(folder, name))], parts);
    if (stands) known.set(name, { stamp, parts });
    return stands;
  };
  const write = ({ path: name, parts }: PrintedFile): void => {
    writeWhole(path.join(folder, name), parts);
    known.set(name, { stamp: stampOf(name), parts });
  };
  return {
    async update(lists, { check = false, trust = false } = {}) {
      const present = list();
      const emitted = new Set<string>();
      const changed: string[] = [];
      const replaced = new Set<string>();
      let last: PrintedFile | undefined;
      // A file, or a link to a folder elsewhere, that stands where a folder of ours has to be is unknown like any other.
      const makeFolder = (name: string): void => {
        for (let own = name; own !== "."; own = path.posix.dirname(own)) {
          if (!present.files.has(own) || replaced.has(own)) continue;
          rmSync(path.join(folder, own), { force: true });
          replaced.add(own);
        }
        mkdirSync(path.join(folder, name), { recursive: true });
      };
      for await (const files of lists) {
        const differing = files.filter((file) => !present.files.has(file.path) || !same(file, trust && present.isQuiet(file.path)));
        for (const file of files) emitted.add(file.path);
        for (const file of differing) changed.push(file.path);
        if (check) continue;
        for (const name of new Set(differing.map((file) => path.posix.dirname(file.path)))) makeFolder(name);
        for (const file of differing) if (file.path !== seal) write(file);
        last ??= differing.find((file) => file.path === seal);
      }
      const unknown = [...present.files].filter((name) => !emitted.has(name)).sort();
      if (!check) {
        if (last !== undefined) write(last);
        else if (changed.length > 0 || (!trust && !isSealed(known, emitted))) makeNewest(path.join(folder, seal));
        for (const name of unknown) if (!replaced.has(name)) rmSync(path.join(folder, name), { force: true });
        for (const name of unknown) removeEmptyFolders(folder, path.posix.dirname(name));
      }
      return { changed: changed.sort(), unknown };
    },
  };
}

/** Undefined where it is not there. */
function stampAt(file: string): Stamp | undefined {
  const facts = statSync(file, { bigint: true, throwIfNoEntry: false });
  return facts === undefined ? undefined : { time: facts.mtimeNs, text: `${facts.mtimeNs} ${facts.size} ${facts.ino}` };
}

/** Whether none of the files is newer than catalog.json, as they were seen last. */
function isSealed(known: Known, names: ReadonlySet<string>): boolean {
  const sealed = known.get(seal)?.stamp?.time;
  return sealed === undefined || [...names].every((name) => (known.get(name)?.stamp?.time ?? 0n) <= sealed);
}

/** The same text, however it is put together; of parts that are one value nothing is looked at. */
function sameText(left: PrintedFile["parts"], right: PrintedFile["parts"]): boolean {
  const length = (parts: PrintedFile["parts"]): number => parts.reduce((sum, part) => sum + part.length, 0);
  if (length(left) !== length(right)) return false;
  let [l, r, leftAt, rightAt] = [0, 0, 0, 0];
  for (;;) {
    const [one, other] = [left[l], right[r]];
    if (one === undefined || other === undefined) return true;
    const many = Math.min(one.length - leftAt, other.length - rightAt);
    const alike = one === other && leftAt === rightAt;
    if (!alike && Buffer.compare(one.subarray(leftAt, leftAt + many), other.subarray(rightAt, rightAt + many)) !== 0) return false;
    [l, leftAt] = leftAt + many === one.length ? [l + 1, 0] : [l, leftAt + many];
    [r, rightAt] = rightAt + many === other.length ? [r + 1, 0] : [r, rightAt + many];
  }
}

/** Puts `text` in the place of `before` in an author's file, whole, with the file's own rights; false when it holds another text by now. */
export function rewriteFile(file: string, before: string, text: string): boolean {
  if (readFileSync(file, "utf8") !== before) return false;
  writeWhole(file, [Buffer.from(text)], statSync(file).mode);
  return true;
}

function writeWhole(file: string, parts: PrintedFile["parts"], mode = 0o666): void {
  const draft = `${file}.${process.pid}.part`;
  try {
    writeDraft(draft, parts, mode);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function writeDraft(draft: string, parts: PrintedFile["parts"], mode: number): void {
  const opened = openSync(draft, "w", mode);
  try {
    writeAll(opened, parts.filter((part) => part.length > 0));
  } finally {
    closeSync(opened);
  }
}

/** How much the system is handed at a time; it may take less. */
const bytesMax = 64 * 2 ** 20;
const partsMax = 1_024;

function writeAll(opened: number, parts: readonly Uint8Array[]): void {
  let rest: Uint8Array[] = [];
  let bytes = 0;
  const flush = (): void => {
    for (let from = 0; from < rest.length;) {
      let written = writevSync(opened, rest.slice(from));
      for (let part = rest[from]; part !== undefined && written >= part.length; part = rest[from]) {
        written -= part.length;
        from++;
      }
      const part = rest[from];
      if (part !== undefined) rest[from] = part.subarray(written);
    }
    [rest, bytes] = [[], 0];
  };
  for (const part of parts) {
    rest.push(part);
    bytes += part.length;
    if (bytes >= bytesMax || rest.length >= partsMax) flush();
  }
  flush();
}

/** A millisecond more than now: others were written in the one that has not passed yet. */
function makeNewest(file: string): void {
  const time = (Date.now() + 1) / 1_000;
  if (existsSync(file)) utimesSync(file, time, time);
}

/** The folder `name` when nothing is left in it, and then the one it is in; never the generated folder itself. */
function removeEmptyFolders(folder: string, name: string): void {
  const target = path.join(folder, name);
  if (name === "." || !existsSync(target) || readdirSync(target).length > 0) return;
  rmdirSync(target);
  removeEmptyFolders(folder, path.posix.dirname(name));
}
