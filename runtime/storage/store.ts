/**
 * The contract of a store: named objects below one root, written once and never changed. Tables stand on nothing else, and what follows is
 * promised by every store alike (test/runtime/storage/contract.test.ts holds each to it).
 *
 * 1. Names. A path is relative to the root, with forward slashes, already decoded; any character may stand in it. There are no empty directories.
 * 2. Once. Of any number of writers of a name, in any number of processes, one is told "written", and all others "exists". Nothing replaces an
 *    object; a name is free again only when `remove` was called for it.
 * 3. Whole. An object is there with all its bytes or not at all, at every moment, also when its writer is killed or the machine loses power. What
 *    `putFresh` has not finished may stand under its name in part: nothing names it, and its age tells what it is.
 * 4. Durable. What "written" and `finish` tell of is still there after a crash, under its name.
 * 5. Seen. Whoever begins to `read`, `head` or `list` after a put has returned meets the object, in whatever process; `list` is in order of path.
 * 6. Said. Every failure is a `Failure`: FILE_NOT_FOUND; STORE_FAILED, after which nothing was written; STORE_UNDECIDED, when a write may have
 *    been done, or may still be, and nothing that belongs to it may be removed; STORE_UNDURABLE, when the object has its name but (4) cannot be
 *    promised of it, so that to read it back settles nothing; STORE_UNSAFE, when the store cannot keep (2), and nothing is written to it. A
 *    write is tried again by the store itself wherever that can be done without breaking (2).
 * 7. No leftover is in the way. What a killed writer leaves is no object, stops nobody, and is told by `leftovers` until somebody removes it.
 */

import type { HeldObject } from "./held-object.ts";

export interface StoredObject {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970 UTC. */
  readonly modified: number;
}

/** What is no object, and stands for one that was never finished; `modified` when it was last written to. */
export interface Leftover extends StoredObject { remove(): Promise<void> }

/** With what an engine asks an S3 server by itself. Never in a text that is run, logged or shown. */
export interface RemoteAccess {
  /** `host` or `host:port` of a server of one's own, whose buckets stand in the path; undefined for Amazon's. */
  readonly host: string | undefined;
  readonly secure: boolean;
  readonly region: string;
  readonly keyId: string;
  readonly secret: string;
  readonly session: string | undefined;
}

/** A store whose objects an engine can read where they lie. */
export interface Remote {
  /** What all addresses begin with: `s3://bucket/prefix/`. */
  readonly scope: string;
  /** The address of an object; undefined for a name that an engine might take for anything but a name. */
  address(path: string): string | undefined;
  /** As it is now: keys may be given for a time. Undefined where the server is reached in a way that is not told so. */
  access(): Promise<RemoteAccess | undefined>;
}

export interface ListOptions {
  readonly startAfter?: string;
  readonly recursive?: boolean;
  readonly only?: (path: string) => boolean;
  /** What is known of an object already: it is given so where a look at it would cost. */
  readonly known?: (path: string) => Pick<StoredObject, "size" | "modified"> | undefined;
}

export interface Store {
  /** Absolute directory path or URI, without trailing slash. */
  readonly root: string;
  /** Absolute local directory that an engine is let at, so that it can read and write what `localize`, `stage` and `scratch` give. */
  readonly local: string;
  /** For an engine that can read S3 itself; absent where objects lie on a disk. */
  readonly remote?: Remote;
  /** Objects whose path starts with `prefix` (a directory path ending in `/`), directly in it unless `recursive`, in order of path; `startAfter` is exclusive. Those that `only` says no to are passed over, and not looked at where that costs. */
  list(prefix: string, options?: ListOptions): AsyncIterable<StoredObject>;
  /** The whole object, or `length` bytes from `offset`; FILE_NOT_FOUND when absent. */
  read(path: string, range?: { readonly offset: number; readonly length: number }): Promise<Uint8Array>;
  /** The object's bytes within reach for as long as somebody keeps what is given, though it be removed meanwhile; none is read yet. Where that can be had for nothing. FILE_NOT_FOUND. */
  hold?(path: string): Promise<HeldObject>;
  head(path: string): Promise<StoredObject | undefined>;
  /** Durable when it returns: after a crash the object is there, whole. Never replaces. */
  putIfAbsent(path: string, bytes: Uint8Array): Promise<"written" | "exists">;
  /** The same, where bytes can be made durable before they have a name: they get it once `after` has come to its end, and never when that fails, which is passed on. */
  putAfter?(path: string, bytes: Uint8Array, after: Promise<unknown>): Promise<"written" | "exists">;
  /** The same for a name that nobody else can have and that nothing names before this has returned, in fewer steps where that makes some. STORE_FAILED when the name is taken. */
  putFresh?(path: string, bytes: Uint8Array): Promise<void>;
  /** A local file that another writer (the engine) fills, then `finish` makes durable under `path` and tells its size in bytes. Never replaces. */
  stage(path: string): Promise<StagedFile>;
  /** Milliseconds since 1970 by the clock that `modified` is told by, or somewhat less; where it may be another than this process's. */
  now?(): Promise<number>;
  /** Absent is fine. */
  remove(path: string): Promise<void>;
  /** The same of many, where a service takes many in one request; after a failure some are gone. */
  removeAll?(paths: readonly string[]): Promise<void>;
  /** Removes directories below `prefix` (a directory path) that hold nothing, where a store has any; one that is made meanwhile may go too, and its writer makes it again. */
  removeEmpty?(prefix: string): Promise<void>;
  /** What writers below `prefix` (a directory path) have not finished, or never will since they were killed: only its age tells. */
  leftovers(prefix: string): AsyncIterable<Leftover>;
  /**
   * An absolute local file below `local` with the object's bytes, for the engine to open: the object itself where it lies on a disk, else a
   * copy that stays for as long as queries are asked for it and an hour after. `size` in bytes as the log has it: a copy is of no other size,
   * and of the content that the object had when this process first asked for it: a copy made by another process is held against the object
   * once. Where the store does not answer that, STORE_FAILED, and no copy.
   */
  localize(path: string, size: number): Promise<string>;
  /** A new absolute directory below `local`, made by whoever uses it and removed by them: files in it can be renamed to what `stage` gives for `path`. */
  scratch(path: string): string;
  /** The store at another root of the same service, for files of other tables; absent on a local disk, where any other root is opened as it is. */
  beside?(root: string): Store;
  /** How messages and people name it: an absolute local path or a URI. No engine opens this. */
  locate(path: string): string;
}

export interface StagedFile {
  /** Absolute local path to write to; does not exist yet. */
  readonly file: string;
  finish(): Promise<number>;
  discard(): Promise<void>;
}
